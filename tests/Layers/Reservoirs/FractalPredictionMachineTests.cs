using Autograd.Layers;

namespace Autograd.Tests.Layers;

public class FractalPredictionMachineTests
{
    static readonly RandomKey Key = new(7);

    [Fact]
    public void LearnsAPeriodicSequence()
    {
        int[] sequence = [.. Enumerable.Range(0, 300).Select(t => "abacad"[t % 6] - 'a')];
        var machine = FractalPredictionMachine.Fit(sequence, 4, 12, Key, smoothing: 0.01);
        Assert.Equal(2, machine.Dimensions);
        // What follows an a depends on the symbol before it.
        for (int t = 100; t < 106; t++) Assert.True(machine.Predict(sequence.AsSpan(0, t))[sequence[t]] > 0.99);
        Assert.True(machine.NegativeLogLikelihood(sequence) < 0.02);
    }

    [Fact]
    public void ProbabilitiesAreSmoothedCounts()
    {
        int[] sequence = [0, 1, 1, 0, 1];
        var machine = FractalPredictionMachine.Fit(sequence, 2, 1, Key, smoothing: 2);
        // One context: of four next symbols three are 1.
        Assert.Equal([(1 + 2) / 8.0, (3 + 2) / 8.0], machine.Predict([0]));
        Assert.Equal(-(3 * Math.Log(5 / 8.0) + Math.Log(3 / 8.0)) / 4, machine.NegativeLogLikelihood(sequence), 1e-15);
    }

    [Fact]
    public void PointsAreTheStatesOfTheContractiveCell()
    {
        int[] sequence = [3, 0, 2, 1, 1, 3];
        var cell = new ContractiveCell(2);
        var state = Tensor.Full([1, 2], 0.5, ElementType.Float64);
        var corners = SymbolCorners.Of(sequence, 4);
        for (int t = 0; t < 6; t++) state = cell.Step(corners[t].Reshape(1, 2), state).Next;
        Assert.Equal(state.ToDoubles(), SymbolCorners.Points(sequence, 4, 0.5)[^2..]);
    }

    [Theory, InlineData(1, 1), InlineData(2, 1), InlineData(3, 2), InlineData(4, 2), InlineData(5, 3), InlineData(27, 5)]
    public void ACubeHasACornerForEverySymbol(int symbols, int dimensions)
    {
        Assert.Equal(dimensions, SymbolCorners.Dimensions(symbols));
        var corners = SymbolCorners.Of([.. Enumerable.Range(0, symbols)], symbols);
        Assert.Equal(symbols, Enumerable.Range(0, symbols).Select(i => string.Join(",", corners[i].ToDoubles())).Distinct().Count());
    }

    // Each context is one that a symbol follows, which the last is not.
    [Fact]
    public void ACodebookIsAtMostAllContexts()
    {
        int[] sequence = [0, 1, 1, 0, 1];
        var machine = FractalPredictionMachine.Fit(sequence, 2, sequence.Length - 1, Key, smoothing: 0.01);
        Assert.Equal(4, machine.CodebookSize);
        for (int t = 1; t < sequence.Length; t++) Assert.True(machine.Predict(sequence.AsSpan(0, t))[sequence[t]] > 0.9);
        var error = Assert.Throws<ArgumentException>(() => FractalPredictionMachine.Fit(sequence, 2, sequence.Length, Key));
        Assert.Equal("sequence", error.ParamName);
        Assert.Contains("5 symbols are too few for a codebook of 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        Assert.Contains(
            "symbol 1 is 4", Assert.Throws<ArgumentException>(() => FractalPredictionMachine.Fit([0, 4, 1], 4, 1, Key)).Message);
        Assert.Throws<ArgumentException>(() => FractalPredictionMachine.Fit([0, 1], 2, 2, Key));
        Assert.Throws<ArgumentOutOfRangeException>(() => FractalPredictionMachine.Fit([0, 1, 0], 1, 1, Key));
        Assert.Throws<ArgumentOutOfRangeException>(() => FractalPredictionMachine.Fit([0, 1, 0], 2, 0, Key));
        Assert.Throws<ArgumentOutOfRangeException>(() => FractalPredictionMachine.Fit([0, 1, 0], 2, 1, Key, contraction: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => FractalPredictionMachine.Fit([0, 1, 0], 2, 1, Key, smoothing: 0));
        var machine = FractalPredictionMachine.Fit([0, 1, 0], 2, 1, Key);
        Assert.Throws<ArgumentException>(() => machine.Predict([]));
        Assert.Throws<ArgumentException>(() => machine.NegativeLogLikelihood([1]));
    }
}

using Autograd.Layers;

namespace Autograd.Tests.Layers.Delays;

public class NarxTests
{
    static readonly RandomKey Key = new(1);

    /// <summary>One linear unit, y_t = x_t + 2·x_{t−1} + 10·fed_{t−1} + 100·fed_{t−2}.</summary>
    static Narx Linear()
    {
        var cell = new NarxCell(1, 1, 1, inputDelays: 1, outputDelays: 2, Key, x => x);
        foreach (var (name, value) in new[] { ("W0", 1.0), ("W1", 2), ("R1", 10), ("R2", 100), ("V", 1) })
            cell[name].Assign(Tensor.Full([1, 1], value));
        return new Narx(cell);
    }

    static readonly Tensor X = Tensor.From([1f, 0, 0, 0], [4, 1, 1]), Truth = Tensor.From([5f, 6, 7, 8], [4, 1, 1]);

    [Fact]
    public void ItSeesItsOwnOutputs() => Assert.Equal([1.0, 12, 220, 3400], Linear().Run(X).Outputs.ToDoubles());

    [Fact]
    public void ItSeesTheTruth() => Assert.Equal([1.0, 2 + 50, 60 + 500, 70 + 600], Linear().Run(X, Truth).Outputs.ToDoubles());

    [Fact]
    public void ItSeesItsErrors() =>
        Assert.Equal([1.0, 42, -360 + 400, 10 * (7 - 40) + 100 * (6 - 42)], Linear().Run(X, Truth, NarxFeedback.Error).Outputs.ToDoubles());

    [Fact]
    public void WithItsOwnOutputsTheTruthIsNotUsed() =>
        Close.Same(Linear().Run(X).Outputs, Linear().Run(X, Truth * double.NaN, NarxFeedback.Predicted).Outputs);

    /// <summary>Teacher forcing over the known part, then free running from there.</summary>
    [Fact]
    public void ARunMayBeginWithTheTruthAndGoOnAlone()
    {
        var model = Linear();
        var known = model.Run(X[..3], Truth[..3]);
        Assert.Equal([7.0, 6], State.Tensors(known.Final)[1..].Select(fed => fed.At(0, 0)));
        var alone = model.Run(X[3..], known.Final);
        Assert.Equal([70.0 + 600], alone.Outputs.ToDoubles());
    }

    [Fact]
    public void TheParametersAreThoseOfTheCellWhateverIsFedBack()
    {
        var cell = new NarxCell(2, 4, 3, 1, 2, Key);
        var model = new Narx(cell);
        Assert.Equal(2 * (2 * 4) + 2 * (3 * 4) + 4 + 4 * 3 + 3, model.ParameterCount);
        Assert.Equal(cell.Parameters, cell.With(NarxFeedback.True).Parameters);
        Assert.Equal("cell.W0", model.Parameters[0].Name);
        Assert.Equal((NarxFeedback.Predicted, NarxFeedback.Error), (cell.Feedback, cell.With(NarxFeedback.Error).Feedback));
        Assert.Same(cell, model.Cell);
    }

    [Fact]
    public void NegativeDelaysAreAnError()
    {
        Assert.StartsWith(
            "NarxCell: inputDelays must be at least 0; it is -1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new NarxCell(1, 1, 1, -1, 0, Key)).Message);
        Assert.StartsWith(
            "NarxCell: outputDelays must be from 0 to ",
            Assert.Throws<ArgumentOutOfRangeException>(() => new NarxCell(1, 1, 1, 0, -1, Key)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new NarxCell(1, 0, 1, 0, 0, Key));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NarxCell(1, 1, 0, 0, 0, Key));
    }

    [Fact]
    public void DelaysBeyondTheSequenceAreAnErrorUnlessTheStateIsGiven()
    {
        var model = Linear();
        Assert.Equal(
            "Narx: the delay 2 reaches beyond the sequences, of 2 steps in x [2, 1, 1].",
            Assert.Throws<ShapeException>(() => model.Run(X[..2])).Message);
        Assert.NotNull(model.Run(X[..2], model.Run(X).Final).Outputs);
    }
}

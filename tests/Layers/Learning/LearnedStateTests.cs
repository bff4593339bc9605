using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Learning;

/// <summary>Rules begin at the learned state, and learn it.</summary>
public class LearnedStateTests
{
    static readonly RandomKey Key = new(3);
    static readonly Tensor X = Key.For("x").Normal([6, 3, 2], 1, ElementType.Float64);

    [Fact]
    public void TheExactRulesGiveTheGradientsOfRecurrent()
    {
        var (layer, expected) = Expected(X);
        var through = BackPropagation.Through(layer.Cell);
        Assert.Equal([.. layer.Cell.Parameters, layer["initial0"], layer["initial1"]], through.Parameters);
        Same(expected, through.ThroughTime(X, y => Sum(Square(y))).Gradients);
        Same(expected, through.Truncated(X, 6, 6, (y, _) => Sum(Square(y))).Gradients);
        Same(expected, through.InChunks(X, 2, (y, _) => Sum(Square(y)), ChunkState.CarriedWithGradient).Gradients);
        var running = RealTimeLearning.Of(layer.Cell);
        Assert.Equal(through.Parameters, running.Parameters);
        Same(expected, running.Run(X, (y, _) => Sum(Square(y))).Gradients);
        // Named as parameters of the read-out they are the same ones.
        Assert.Equal(through.Parameters.Count, BackPropagation.Through(layer.Cell, layer.Parameters).Parameters.Count);
    }

    /// <summary>Chunks that forget begin each with the state as it is then, and all of them say something about it.</summary>
    [Fact]
    public void EveryChunkThatForgetsBeginsAtTheLearnedState()
    {
        var (layer, first) = Expected(X[..3]);
        var (_, second) = Expected(X[3..]);
        var found = BackPropagation.Through(layer.Cell).InChunks(X, 3, (y, _) => Sum(Square(y)));
        Same([.. first.Zip(second, (a, b) => a + b)], found.Gradients);
        // With an update between them the second chunk begins at the new state.
        Tensor[]? window = null;
        BackPropagation.Through(layer.Cell).InChunks(X, 3, (y, _) => Sum(Square(y)), update: chunk =>
        {
            if (chunk.First == 3) window = [.. chunk.Gradients.Select(gradient => gradient.Detach())];
            else layer["initial0"].Assign(2 * layer["initial0"].Detach());
        });
        Same(Gradients(layer, X[3..]), window!);
    }

    /// <summary>Random masks of one step would hide connections, those of a training step for ever.</summary>
    [Fact]
    public void AReachOverEverythingIsExactInTrainingToo()
    {
        var cell = Zoneout.Around(VariationalDropout.Around(new GruCell(2, 4, Key), Key, 0.4, 0, [0.4]), Key, 0.6);
        cell.Train(1);
        var rule = RealTimeLearning.Of(cell, reach: 4);
        rule.Run(X, (y, _) => Sum(Square(y)));
        Assert.True(cell.IsTraining);
        cell.Train(9);
        Same(BackPropagation.Through(cell).ThroughTime(X, y => Sum(Square(y))).Gradients, rule.Run(X, (y, _) => Sum(Square(y))).Gradients);
    }

    static (Recurrent<LstmState> Layer, Tensor[] Gradients) Expected(Tensor x)
    {
        var layer = Recurrent.Over(new LstmCell(2, 3, Key), InitialState.Learned);
        layer["initial0"].Assign(Key.For("h").Normal([1, 3]));
        layer["initial1"].Assign(Key.For("c").Normal([1, 3]));
        return (layer, Gradients(layer, x));
    }

    static Tensor[] Gradients(Recurrent<LstmState> layer, Tensor x)
    {
        Parameter[] parameters = [.. layer.Cell.Parameters, layer["initial0"], layer["initial1"]];
        using var tape = new Tape();
        foreach (var parameter in parameters) tape.Bind(parameter, parameter.Detach().As(ElementType.Float64));
        return [.. tape.Gradients(Sum(Square(layer.Forward(x))), parameters).Select(gradient => gradient.Detach())];
    }

    static void Same(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> found)
    {
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < expected.Count; i++) Close.Equal(expected[i], found[i], 1e-12, $"gradient {i}");
    }
}

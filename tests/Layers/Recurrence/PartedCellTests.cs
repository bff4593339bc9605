using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

public class PartedCellTests
{
    static readonly RandomKey Key = new(31);

    static (Tensor X, Tensor Mask, Tensor Gap) Inputs(int time, int batch) => (
        InDouble.Draw(Key.For("x"), time, batch, 3),
        InDouble.Draw(Key.For("mask"), time, batch, 3),
        InDouble.Draw(Key.For("gap"), time, batch, 1));

    [Fact]
    public void CompiledIsEagerWithGradientsOfEveryInput()
    {
        var layer = Recurrent.Over(new DecayCell(Key));
        var x = Inputs(4, 3);
        BothWays.Agree(layer, () => Everything(layer, x, [4, 2, 3]));
        BothWays.Agree(layer, () => Everything(layer, x, []));
    }

    // The same equations, step by step and by hand.
    [Fact]
    public void IsTheLoopOverTheEquations()
    {
        var cell = new DecayCell(Key);
        var layer = Recurrent.Over(cell);
        var x = Inputs(4, 3);
        using var tape = InDouble.Tape(cell);
        foreach (var execution in new[] { Execution.Compiled, Execution.Eager })
        {
            layer.Execution = execution;
            var run = layer.RunParts(x, [4, 2, 3]);
            Assert.Equal(execution, layer.LastPath.Execution);
            var h = cell.Initial(3, ElementType.Float64);
            for (int t = 0; t < 4; t++)
            {
                var (output, next) = cell.StepParts((x.X[t], x.Mask[t], x.Gap[t]), h);
                Close.Equal(output.Y[0], run.Outputs.Y[t][0], 1e-12, "y");
                Close.Equal(output.Products[0], run.Outputs.Products[t][0], 1e-12, "products");
                h = next;
            }
            Close.Equal(h[0], run.Final[0], 1e-12);
            Assert.All(run.Outputs.Products[2][1].ToDoubles().Concat(run.Outputs.Y[3][1].ToDoubles()), value => Assert.Equal(0, value));
            Assert.Equal([4, 3, 2, 3], run.Outputs.Products.Shape.Lengths.ToArray());
        }
    }

    [Fact]
    public void EverythingThatTakesACellTakesIt()
    {
        var cell = new DecayCell(Key);
        var columns = cell.Columns(Inputs(3, 2));
        Assert.Equal([3, 2, 7], columns.Shape.Lengths.ToArray());
        GradientCheck.Run(cell, columns, [3, 2], new() { Order = 2 }).ThrowIfFailed();
        var x = columns.As(ElementType.Float32);
        var layer = Recurrent.Over(cell);
        var expected = layer.Run(x).Outputs;
        var stream = StreamingCell.Over(cell, 7, batch: 2);
        Assert.True(stream.IsRecorded);
        for (int t = 0; t < 3; t++) Close.Equal(expected[t], Tensor.From(stream.Step(x[t].AsSpan<float>()), [2, 8]), 1e-5);
        Close.Equal(expected, Recurrent.Over(Stacked.Of(cell)).Run(x).Outputs, 1e-5);
        Assert.Equal([3, 2, 2], layer.Probe(x, ["h"])["h"].Shape.Lengths.ToArray());
    }

    [Fact]
    public void InputsAreImagesAndListsAndOutputsAreRecords()
    {
        var layer = Recurrent.Over(new ListCell());
        Tensor[] x = [Key.For("a").Normal([3, 2, 2, 2]), Key.For("b").Normal([3, 2, 1])];
        foreach (var execution in new[] { Execution.Compiled, Execution.Eager })
        {
            layer.Execution = execution;
            var run = layer.RunParts(x, Tensor.Zeros([2, 1]));
            Assert.Equal(execution, layer.LastPath.Execution);
            Close.Equal(x[0] * 2, run.Outputs.Fast, 1e-6);
            Close.Equal(CumulativeSum(x[1], 0), run.Outputs.Slow, 1e-5);
            Assert.Equal(3, run.States.Count);
        }
    }

    [Fact]
    public void OneInputAndTwoOutputs()
    {
        var layer = Recurrent.Over(new TwoOutputs());
        var x = Key.Normal([3, 2, 4]);
        var (twice, squared) = layer.RunParts(x).Outputs;
        Close.Equal(2 * x, twice, 1e-6);
        Close.Equal(x * x, squared, 1e-6);
    }

    [Fact]
    public void WhatIsRefused()
    {
        var layer = Recurrent.Over(new DecayCell(Key));
        var (x, mask, gap) = Inputs(4, 3);
        Refused.With<ShapeException>(
            "DecayCell: tensor 2 of the input is [4, 3, 3], the first one [4, 3, 3]; [1] was declared for it, " +
            "behind the batch, or time and batch, of all.",
            () => layer.RunParts((x, mask, mask)));
        Refused.With<ShapeException>(
            "DecayCell: tensor 2 of the input is [3, 3, 1], the first one [4, 3, 3]; [1] was declared for it, " +
            "behind the batch, or time and batch, of all.",
            () => layer.RunParts((x, mask, gap[..3])));
        Refused.With<ShapeException>(
            "DecayCell.Step: the input is [4, 3]; it has 7 columns, of the shapes [3], [3], [1].",
            () => layer.Run(Tensor.Zeros([2, 4, 3])));
        var error = Assert.Throws<ArgumentException>(() => new TwoOutputs([1], [1]));
        Assert.StartsWith(
            "TwoOutputs: 2 shapes were given for the input Tensor; give one for each tensor of it.",
            error.Message, StringComparison.Ordinal);
        Refused.With<ShapeException>(
            "TwoOutputs: an input has the shape [0]; it must have an axis, and none that is empty.", () => new TwoOutputs([0]));
    }

    static Tensor[] Everything(
        Recurrent<(Tensor X, Tensor Mask, Tensor Gap), Tensor, (Tensor Y, Tensor Products)> layer,
        (Tensor X, Tensor Mask, Tensor Gap) x, int[] lengths)
    {
        using var tape = InDouble.Tape(layer);
        Tensor[] inputs = [tape.Watch(x.X.Detach()), tape.Watch(x.Mask.Detach()), tape.Watch(x.Gap.Detach())];
        var run = layer.RunParts((inputs[0], inputs[1], inputs[2]), lengths);
        Tensor[] results = [run.Outputs.Y, run.Outputs.Products, run.Final, run.States[1]];
        Tensor[] seeds = [.. results.Select((result, i) => BothWays.Seed(result.Shape, i))];
        var gradients = tape.Gradients(results, seeds, [.. layer.Parameters, .. inputs]);
        return BothWays.Detached([.. results, .. gradients]);
    }

    /// <summary>A unit that decays over gaps between observations, some of which are missing.</summary>
    sealed class DecayCell : Cell<(Tensor X, Tensor Mask, Tensor Gap), Tensor, (Tensor Y, Tensor Products)>
    {
        readonly Parameter W, R, d;

        public DecayCell(RandomKey key)
            : base(key, [[3], [3], [1]], 2)
        {
            Weight(out W, 3, 2);
            Weight(out R, 2, 2);
            Diagonal(out d, 2);
        }

        public override ((Tensor Y, Tensor Products) Output, Tensor Next) StepParts((Tensor X, Tensor Mask, Tensor Gap) x, Tensor h)
        {
            var decayed = h * Exp(-x.Gap * x.Gap * d * d);
            var next = Probe("h", Tanh(MatMul(x.X * x.Mask, W) + MatMul(decayed, R)));
            return ((next - h, next.Reshape(-1, 2, 1) * x.X.Reshape(-1, 1, 3)), next);
        }
    }

    sealed class ListCell() : Cell<Tensor[], Tensor, Traces>(default, [[2, 2], [1]], 1)
    {
        public override (Traces Output, Tensor Next) StepParts(Tensor[] x, Tensor sum)
        {
            var next = sum + x[1];
            return (new Traces(2 * x[0], next), next);
        }
    }

    sealed class TwoOutputs(params Shape[] inputs)
        : Cell<Tensor, Tensor, (Tensor Twice, Tensor Squared)>(default, inputs.Length > 0 ? inputs : [[4]], 1)
    {
        public override ((Tensor Twice, Tensor Squared) Output, Tensor Next) StepParts(Tensor x, Tensor state) => ((x + x, x * x), state);
    }
}

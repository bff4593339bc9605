using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What derivatives compute from parameters and captured tensors alone: signs, logarithms, squares.</summary>
public class LoopInvariantLaws
{
    [Law(150)]
    public void WhatIsComputedOnceIsWhatAnEagerRunComputesAtEachStep(Draw draw)
    {
        var (type, cell, steps, batch) = draw.Of(draw =>
        {
            var type = draw.OneOf(ElementType.Float32, ElementType.Float64);
            return (type, new MixingCell(draw, type), draw.Whole(1, 4), draw.OneOf(1, 2, draw.Whole(3, 20)));
        });
        var layer = new Recurrent<Tensor>(cell) { Threads = 1 };
        var x = new RandomKey(2).Uniform([steps, batch, cell.Units], 0.5, 2, type);
        double[][] expected = LayerResults.Planned(layer, x, Execution.Eager);
        double[][] compiled = LayerResults.Planned(layer, x, Execution.Compiled);
        double rounding = Near.Rounding(cell.Units) * (type == ElementType.Float32 ? Math.ScaleB(1, 29) : 1);
        LayerResults.AreNear(expected, compiled, steps * cell.Count * rounding, cell.ToString());
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Interpreted), cell.ToString());
        layer.Threads = 3;
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Compiled), "three threads");
        // A run takes what the parameters are now.
        foreach (var parameter in layer.Parameters) parameter.Assign(parameter.Detach() * 0.9 + 0.1);
        LayerResults.AreNear(
            LayerResults.Planned(layer, x, Execution.Eager), LayerResults.Planned(layer, x, Execution.Compiled),
            steps * cell.Count * rounding, "with other parameters");
    }

    /// <summary>Nothing that has no row for each sequence is computed at each step, and nothing keeps threads from sharing rows.</summary>
    [Law(60)]
    public void NothingIsComputedAtEachStepFromLeavesAlone(Draw draw)
    {
        var cell = draw.Of(draw => new MixingCell(draw, ElementType.Float64));
        var x = Tensor.Zeros([2, 40, cell.Units], ElementType.Float64);
        Assert.DoesNotContain(" by its own code", new Recurrent<Tensor>(cell).Explain(x), StringComparison.Ordinal);
    }

    /// <summary>Their derivatives compare, divide, multiply or take logarithms of what is captured.</summary>
    sealed class MixingCell : Cell<Tensor>
    {
        readonly (int Kind, int Leaf, bool IsSecond)[] mixes;
        readonly Tensor[] leaves;

        public MixingCell(Draw draw, ElementType type)
            : base(default)
        {
            Units = draw.Whole(1, 40);
            leaves = new Tensor[draw.Whole(1, 3)];
            for (int i = 0; i < leaves.Length; i++)
            {
                var numbers = new RandomKey(3).At(i).Uniform(draw.OneOf(Shape.Scalar, [Units], [1, Units], [1]), 0.5, 2, type);
                leaves[i] = numbers;
                if (!draw.Flag()) continue;
                Parameter(out var parameter, numbers, FormattableString.Invariant($"leaf {i}"));
                leaves[i] = parameter;
            }
            mixes = new (int, int, bool)[draw.Whole(1, 4)];
            for (int i = 0; i < mixes.Length; i++) mixes[i] = (draw.Whole(0, 7), draw.Whole(0, leaves.Length - 1), draw.Flag());
        }

        public int Units { get; }

        public int Count => mixes.Length;

        public override Tensor Initial(int batch, ElementType type) => Tensor.Full([batch, Units], 1.3, type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var value = 0.5 * (x + state);
            foreach (var (kind, leaf, isSecond) in mixes)
            {
                var (one, other) = isSecond ? (leaves[leaf], value) : (value, leaves[leaf]);
                value = 0.5 + Sigmoid(kind switch
                {
                    0 => Maximum(one, other),
                    1 => Minimum(one, other),
                    2 => one / other,
                    3 => Power(one, other),
                    4 => Modulo(one, other),
                    5 => Where(value - 1, one, other * other),
                    6 => LogAddExp(one, other),
                    _ => one * other - other / one,
                });
            }
            return (value, 0.5 * (value + state));
        }

        public override string ToString() => $"{Units} units, {string.Join(" ", mixes)}";
    }
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What the backward step computes again from what is saved may differ from the forward step's value in the last bit.</summary>
public class RecomputedValueLaws
{
    static readonly (string Name, Func<Tensor, Tensor> Of)[] Kinds =
    [
        ("max", x => Max(x, -1)),
        ("min", x => Min(x, -1)),
        ("running max", x => CumulativeMax(x, 1)),
        ("what is equal to the max", x => Sum(x * Equal(x, Max(x, -1).Reshape(-1, 1)), -1)),
    ];

    /// <summary>
    /// The greatest element of a row is found again by what it is equal to. A sum is rounded once where its product is formed in it, twice
    /// where something else uses the product: in one of the steps alone.
    /// </summary>
    [Law(80)]
    public void WhatIsEqualInTheForwardStepIsEqualInTheBackwardStep(Draw draw)
    {
        var (kind, steps, batch, n, isShared) = draw.Of(draw => (draw.Whole(0, Kinds.Length - 1), draw.Whole(1, 4),
            draw.OneOf(1, 2, draw.Whole(3, 20)), draw.Whole(1, 20), draw.Flag()));
        var layer = new Recurrent<Tensor>(new SumCell(Kinds[kind].Of, n, isShared)) { Threads = 1 };
        var x = new RandomKey(5).Normal([steps, batch, n], 1, ElementType.Float64);
        double[][] expected = LayerResults.Planned(layer, x, Execution.Eager);
        double[][] compiled = LayerResults.Planned(layer, x, Execution.Compiled);
        LayerResults.AreNear(expected, compiled, steps * Near.Rounding(n), Kinds[kind].Name);
        Near.SameBits(compiled, LayerResults.Planned(layer, x, Execution.Interpreted), "interpreted");
    }

    sealed class SumCell(Func<Tensor, Tensor> read, int n, bool isShared) : Cell<Tensor>(default)
    {
        readonly Tensor shift = new RandomKey(7).Normal([n], 1, ElementType.Float64);

        public override Tensor Initial(int batch, ElementType type) => Tensor.Full([batch, n], 0.7, type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var product = x * state;
            var sum = shift.As(x.ElementType) + product;
            var found = read(sum).Reshape(x.Shape[0], -1);
            return (Concatenate(1, found, isShared ? 2.0 * product - 1.0 : x), Tanh(sum));
        }
    }
}

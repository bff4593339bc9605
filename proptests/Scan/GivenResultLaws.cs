using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>
/// A state or an output that is not computed but given: a parameter, a constant, what only they decide, or some columns of another value.
/// </summary>
public class GivenResultLaws
{
    /// <summary>As an eager run has it, whatever its shape, also where that could be taken for a row.</summary>
    [Law(60)]
    public void AGivenStateIsWhatAnEagerRunHas(Draw draw)
    {
        var (batch, steps, shape, isTanh) = draw.Of(draw =>
        {
            int batch = draw.Whole(1, 40), units = draw.OneOf(1, 3, batch);
            return (batch, draw.Whole(1, 4), draw.OneOf<int[]>([batch], [batch, units], [batch, 2, units]), draw.OneOf(false, true));
        });
        var cell = new GivenCell(Shape.Create(shape), isTanh);
        var layer = new Recurrent<(Tensor H, Tensor S)>(cell);
        var x = new RandomKey(2).Normal([steps, batch, 2], 1, ElementType.Float64);
        double[][] expected = LayerResults.Of(layer, x, Execution.Eager);
        foreach (var execution in (Execution[])[Execution.Compiled, Execution.Interpreted])
        {
            Near.SameBits(expected, LayerResults.Of(layer, x, execution), execution.ToString());
            // A vector would be taken for a row of all sequences.
            bool isPlanned = batch == 1 || shape.Length > 1;
            Assert.Equal(isPlanned ? execution : Execution.Eager, layer.LastPath.Execution);
            if (!isPlanned) Assert.Contains("state 1", layer.LastPath.Reason, StringComparison.Ordinal);
        }
    }

    /// <summary>A state that is another with zeros beside it hands some columns of its cotangent on to the other's.</summary>
    [Law(60)]
    public void AStateWithZerosBesideAnotherHandsItsCotangentOn(Draw draw)
    {
        var (shape, zeros) = draw.Of(draw => (new[] { draw.Whole(3, 8), draw.Whole(1, 20), draw.Whole(1, 9) },
            (Before: draw.Whole(0, 5), Behind: draw.Whole(0, 5))));
        var layer = new Recurrent<(Tensor Wide, Tensor Narrow)>(new PaddedCell(shape[2], zeros.Before, zeros.Behind));
        var x = new RandomKey(2).Normal(Shape.Create(shape), 1, ElementType.Float64);
        double[][] expected = LayerResults.Planned(layer, x, Execution.Eager);
        foreach (var execution in (Execution[])[Execution.Compiled, Execution.Interpreted])
        {
            double[][] found = LayerResults.Planned(layer, x, execution);
            LayerResults.AreNear(expected, found, shape[0] * Near.Rounding(shape[2]), execution.ToString());
        }
    }

    /// <summary>What the backward step computes again of such columns is what the forward step computed.</summary>
    [Law(60)]
    public void AStateOfSomeColumnsIsReadAgainAsItWas(Draw draw)
    {
        var (shape, columns, isWhole) = draw.Of(draw => (new[] { draw.Whole(1, 6), draw.Whole(1, 20), draw.Whole(1, 9) },
            (Before: draw.Whole(0, 5), Behind: draw.Whole(0, 5)), draw.Flag()));
        int units = shape[2], width = isWhole ? units : columns.Before + units + columns.Behind, first = isWhole ? 0 : columns.Before;
        var layer = new Recurrent<Tensor>(new ColumnsCell(units, width, first));
        var x = new RandomKey(2).Normal([shape[0], shape[1], width], 1, ElementType.Float64);
        double[][] expected = LayerResults.Planned(layer, x, Execution.Eager);
        foreach (var execution in (Execution[])[Execution.Compiled, Execution.Interpreted])
        {
            double[][] found = LayerResults.Planned(layer, x, execution);
            LayerResults.AreNear(expected, found, shape[0] * Near.Rounding(width), execution.ToString());
        }
    }

    // The choice between the columns and the input is made again in the backward step: it is cheap.
    sealed class ColumnsCell(int units, int width, int first) : Cell<Tensor>(new RandomKey(3), units)
    {
        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, units], type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Slice(Abs(Sigmoid(x + Pad(state, 1, first, width - units - first))), 1, first, units);
            return (Where(Greater(next, 0.5), 0.5 * next, Tanh(next) * state), next);
        }
    }

    sealed class PaddedCell(int units, int before, int behind) : Cell<(Tensor Wide, Tensor Narrow)>(new RandomKey(3), units)
    {
        public override (Tensor Wide, Tensor Narrow) Initial(int batch, ElementType type) =>
            (Tensor.Zeros([batch, before + units + behind], type), Tensor.Zeros([batch, units], type));

        public override (Tensor Output, (Tensor Wide, Tensor Narrow) Next) Step(Tensor x, (Tensor Wide, Tensor Narrow) state) =>
            (Sigmoid(state.Wide), (Pad(state.Narrow, 1, before, behind), Tanh(x)));
    }

    sealed class GivenCell : Cell<(Tensor H, Tensor S)>
    {
        readonly Parameter given;
        readonly bool isTanh;

        public GivenCell(Shape shape, bool isTanh) : base(new RandomKey(3), 1)
        {
            this.isTanh = isTanh;
            Parameter(out given, new RandomKey(4).Normal(shape, 1, ElementType.Float64));
        }

        public override (Tensor H, Tensor S) Initial(int batch, ElementType type) =>
            (Tensor.Zeros([batch, 2], type), Tensor.Zeros(given.Shape, type));

        public override (Tensor Output, (Tensor H, Tensor S) Next) Step(Tensor x, (Tensor H, Tensor S) state) =>
            (x + state.H, (x, isTanh ? Tanh(given) : given));
    }
}

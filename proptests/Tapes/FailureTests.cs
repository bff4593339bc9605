using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>What is asked for wrongly throws, and leaves nothing behind for the next sweep or the next tape.</summary>
public class FailureTests
{
    [Law(20)]
    public void AFailedSweepLeavesNothingBehind(Draw draw)
    {
        var trial = draw.Of(Draws);
        var (x, w) = trial;
        double[][] Clean()
        {
            using var tape = new Tape();
            return Sweep(tape, x, w);
        }
        double[][] expected = Clean();
        using (var tape = new Tape())
        {
            Near.SameBits(expected, Sweep(tape, x, w), "gradient");
            var failing = MatMul(Dispatcher.Apply(new WithoutRule(), MatMul(x, w)) + x[..1], w);
            var error = Assert.Throws<MissingRuleException>(() => tape.Gradients([failing], [Directions.Of(failing.Shape)], [x, w]));
            Assert.Contains(nameof(WithoutRule), error.Message, StringComparison.Ordinal);
            Near.SameBits(expected, Sweep(tape, x, w), "gradient after the failure");
        }
        Near.SameBits(expected, Clean(), "gradient on the next tape");
    }

    [Law(20)]
    public void VectorsOfTheOtherElementTypeAreRefused(Draw draw)
    {
        var trial = draw.Of(Draws);
        var (x, w) = trial;
        using var tape = new Tape();
        tape.Watch(x);
        var result = MatMul(x, w);
        Assert.Throws<ElementTypeException>(() => tape.Gradients([result], [Tensor.Ones(result.Shape)], [x]));
        Assert.Throws<ElementTypeException>(() => tape.Tangents([result], [x], [Tensor.Ones(x.Shape)]));
        Assert.Throws<ArgumentNullException>(() => tape.Gradients([result], [null!], [x]));
    }

    [Law(20)]
    public void VectorsOfAnEndedTapeAreRefused(Draw draw)
    {
        var trial = draw.Of(Draws);
        var (x, w) = trial;
        Tensor stale;
#pragma warning disable AG0006 // What has ended is what the test is about.
        using (new Tape()) stale = MatMul(x, w);
#pragma warning restore AG0006
        using var tape = new Tape();
        tape.Watch(x);
        var result = x + MatMul(x, w);
        Assert.Throws<ObjectDisposedException>(() => tape.Gradients([result], [stale], [x]));
        Assert.Throws<ObjectDisposedException>(() => tape.Tangents([result], [x], [stale]));
    }

    [Law(20)]
    public void OneWeightMayBeUsedWithAndWithoutData(Draw draw)
    {
        var trial = draw.Of(Draws);
        var (x, w) = trial;
        using var tape = new Tape();
        tape.Watch(w);
        var symbol = Tensor.Symbolic(x.Shape, x.ElementType);
        Tensor[] results =
        [
            MatMul(x, w) + MatMul(symbol, w), MatMul(symbol, w) + MatMul(x, w), MatMul(symbol, w) + w[..1], w[..1] + MatMul(symbol, w),
        ];
        foreach (var result in results)
            Assert.Equal(w.Shape, tape.Gradients(Sum(result), [w])[0].Shape);
        var column = Slice(tape.Gradients(Sum(MatMul(x, w)), [w])[0], 1, 0, 1);
        Near.Equal(Sum(x, 0).ToDoubles(), column.ToDoubles(), Near.Rounding(x.ElementCount), "gradient after symbolic ones");
    }

    static double[][] Sweep(Tape tape, Tensor x, Tensor w)
    {
        tape.Watch(x);
        tape.Watch(w);
        var result = Tanh(MatMul(Tanh(MatMul(x, w)), w)) + x[..1];
        return Derivatives.Numbers(tape.Gradients([result], [Directions.Of(result.Shape)], [x, w]));
    }

    static (Tensor X, Tensor W) Draws(Draw draw)
    {
        int size = draw.Whole(1, 4);
        return (draw.Values([draw.Whole(1, 3), size], Domain.Any), draw.Values([size, size], Domain.Any));
    }

    sealed class WithoutRule : Operation
    {
        public override string Name => nameof(WithoutRule);

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => Accumulation.Copy(operands[0], result);
    }
}

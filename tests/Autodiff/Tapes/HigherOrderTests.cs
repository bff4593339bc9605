using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class HigherOrderTests : Poisoned
{
    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void RecordedSweepsAreSweptAgain(ElementType type)
    {
        using var tape = new Tape();
        var x = tape.Watch(Data.Vector(type, 3));
        var y = x * x * x * x;
        var first = tape.Gradients(y, [x], record: true)[0];
        var second = tape.Gradients(first, [x], record: true)[0];
        var third = tape.Gradients(second, [x], record: true)[0];
        var fourth = tape.Gradients(third, [x])[0];
        Assert.Equal([81, 108, 108, 72, 24], new[] { y, first, second, third, fourth }.Select(value => value.ToScalar()));
        Expect.Near([108], tape.Gradients(first, [x])[0]);
    }

    [Fact]
    public void ASweepThatIsNotRecordedCannotBeSwept()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([1]));
        var first = tape.Gradients(x * x * x, [x])[0];
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Gradients(first, [x])), "output 0", "not tracked");
    }

    [Fact]
    public void RecordingInAPauseDoesNotRecord()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([1]));
        var y = x * x * x;
        int position = tape.Position;
        using (tape.Pause()) Expect.Equal([1], [3], tape.Gradients(y, [x], record: true)[0]);
        Assert.Equal(position, tape.Position);
    }

    [Fact]
    public void ForwardModeGoesOverTheRecordedBackwardSweep()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 2.0, 3.0 }));
        var gradient = tape.Gradients(Sum(x * x * x), [x], record: true)[0];
        Expect.Equal([2], [12, 180], tape.Tangents([gradient], [x], [Tensor.From(new[] { 1.0, 10.0 })])[0]);
        var tangent = tape.Tangents([Sum(x * x * x)], [x], [Tensor.From(new[] { 1.0, 10.0 })], record: true)[0];
        Expect.Equal([2], [12, 180], tape.Gradients(tangent, [x])[0]);
    }

    [Fact]
    public void ForwardModeOfSeveralOutputsAndSources()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 2.0 }));
        var y = tape.Watch(Tensor.From(new[] { 3.0 }));
        var unused = tape.Watch(Tensor.From(new[] { 4.0 }));
        Tensor product = x * y, one = Tensor.Ones([1], ElementType.Float64);
        var tangents = tape.Tangents([product, product * x, unused, x], [x, y], [one, 10 * one]);
        Assert.Equal([3 + 20, 12 + 40, 0, 1], tangents.Select(tangent => tangent.ToScalar()));
        // A source may depend on another.
        Assert.Equal([3 + 5], tape.Tangents([product], [x, product], [one, 5 * one]).Select(tangent => tangent.ToScalar()));
    }

    [Fact]
    public void BroadcastTangentsHaveTheResultsShape()
    {
        using var tape = new Tape();
        var x = tape.Watch(Data.Counting([3]));
        var bias = tape.Watch(Data.Counting([2]));
        var y = Tensor.Zeros([2, 3], ElementType.Float64) + x;
        var one = Tensor.Ones([3], ElementType.Float64);
        Expect.Equal([2, 3], [1, 1, 1, 1, 1, 1], tape.Tangents([y], [x], [one])[0]);
        var z = Affine(Data.Counting([4, 3]), Tensor.Ones([3, 2], ElementType.Float64), bias);
        Expect.Equal([4, 2], [5, 6, 5, 6, 5, 6, 5, 6], tape.Tangents([z], [bias], [Data.Vector(ElementType.Float64, 5, 6)])[0]);
    }
}

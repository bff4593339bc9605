using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Operations;

public class LinearScanTests
{
    static readonly RandomKey Key = new(11);

    public static TheoryData<ElementType> Types => [ElementType.Float32, ElementType.Float64];

    static Tensor Normal(string name, Shape shape, ElementType type = ElementType.Float64) => Key.For(name).Normal(shape, 1, type);

    // The definition, step by step.
    static Tensor ByHand(Tensor a, Tensor b, Tensor? initial, bool fromEnd)
    {
        int length = b.Shape[0];
        var states = new Tensor[length];
        var state = initial;
        for (int i = 0; i < length; i++)
        {
            int t = fromEnd ? length - 1 - i : i;
            state = states[t] = state is null ? b[t] : a[t] * state + b[t];
        }
        return Stack(states);
    }

    [Theory, MemberData(nameof(Types))]
    public void ItIsTheRecurrenceToTheBitOnAnyAxis(ElementType type)
    {
        foreach (int inner in new[] { 1, 3, 19 })
            foreach (bool fromEnd in new[] { false, true })
                foreach (var initial in new[] { null, Normal("h", [2, inner], type) })
                {
                    var (a, b) = (Normal("a", [7, 2, inner], type), Normal("b", [7, 2, inner], type));
                    var expected = ByHand(a, b, initial, fromEnd);
                    Assert.Equal(expected.ToDoubles(), LinearScan(a, b, 0, initial, fromEnd).ToDoubles());
                    foreach (int axis in new[] { 1, 2 })
                    {
                        var moved = LinearScan(MoveAxis(a, 0, axis), MoveAxis(b, 0, axis), axis, initial, fromEnd);
                        Assert.Equal(expected.ToDoubles(), MoveAxis(moved, axis, 0).ToDoubles());
                    }
                }
    }

    [Fact]
    public void FirstAndSecondDerivativesAreThoseOfTheLoop()
    {
        Tensor a = Normal("a", [6, 4]), b = Normal("b", [6, 4]), h = Normal("h", [4]), weights = Normal("w", [6, 4]);
        Tensor Loss(Func<Tensor, Tensor, Tensor, Tensor> scan, Tensor x) =>
            Sum(Square(scan(a * x, b + Sin(x), h * x[0])) * weights);
        var point = Normal("x", [6, 4]);
        var expected = Differentiate.Hessian(x => Loss((a, b, h) => ByHand(a, b, h, false), x), point);
        var actual = Differentiate.Hessian(x => Loss((a, b, h) => LinearScan(a, b, 0, h), x), point);
        double scale = expected.ToDoubles().Max(Math.Abs);
        Expect.Near(expected, actual, 6 * 64, scale);
        GradientCheck.Run(i => LinearScan(i[0], i[1], 0, i[2]), [a, b, h]).ThrowIfFailed();
    }

    // One tensor in all places, whose contributions are added in place.
    [Theory, InlineData(1), InlineData(3)]
    public void OneTensorAsFactorInputAndState(int length)
    {
        var x = Normal("x", [length, 2]);
        var expected = Differentiate.Gradient(x => Sum(Square(ByHand(x, x, x[0], true))), x);
        Expect.Near(expected, Differentiate.Gradient(x => Sum(Square(LinearScan(x, x, 0, x[0], true))), x), 64, 1);
    }

    [Theory, MemberData(nameof(Types))]
    public void AHundredThousandStepsAreOneEntry(ElementType type)
    {
        const int Length = 100_000;
        var (a, b) = (Sigmoid(Normal("a", [Length, 3], type)), Normal("b", [Length, 3], type));
        using var tape = new Tape();
        var (watchedA, watchedB) = (tape.Watch(a), tape.Watch(b));
        int before = tape.Entries().Count;
        var y = LinearScan(watchedA, watchedB);
        Assert.Equal(before + 1, tape.Entries().Count);
        var gradients = tape.Gradients([y], [Tensor.Ones(y.Shape, type)], [watchedA, watchedB], record: true);
        // The gradient of the last inputs: 1, and 1 + a of the step after.
        double last = a.At(Length - 1, 0);
        Assert.Equal(1 + last, gradients[1].At(Length - 2, 0), 4 * type.Epsilon());
        var second = tape.Gradients(Sum(Square(gradients[0])), [watchedA, watchedB]);
        Assert.All(second, gradient => Assert.True(gradient.ToDoubles().All(double.IsFinite)));
    }

    [Fact]
    public void TheFirstFactorHasNoPartWithoutAState()
    {
        var a = Tensor.From([double.NaN, 2, 3]);
        var b = Tensor.From([1.0, 1, 1]);
        var (y, gradient) = Differentiate.ValueAndGradient(x => Sum(LinearScan(x, b)), a);
        Assert.Equal(1 + 3 + 10, y.ToScalar());
        Assert.Equal([0.0, 4, 3], gradient.ToDoubles());
    }

    [Fact]
    public void NothingIsScannedToNothing()
    {
        var empty = Tensor.Zeros([0, 2]);
        Assert.Equal([0, 2], LinearScan(empty, empty, 0, Tensor.Zeros([2])).Shape);
        var gradient = Differentiate.Gradient(h => Sum(LinearScan(empty, empty, 0, h)), Tensor.Ones([2]));
        Assert.Equal([0.0, 0], gradient.ToDoubles());
    }

    [Fact]
    public void WrongShapesAreNamed()
    {
        Tensor a = Tensor.Zeros([3, 2]), b = Tensor.Zeros([4, 2]);
        Expect.Mentions(Assert.Throws<ShapeException>(() => LinearScan(a, b)), "LinearScan", "[3, 2]", "[4, 2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => LinearScan(a, a, 2)), "LinearScan", "axis 2", "[3, 2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => LinearScan(a, a, 0, Tensor.Zeros([3]))), "LinearScan", "[3]", "[2]");
    }
}

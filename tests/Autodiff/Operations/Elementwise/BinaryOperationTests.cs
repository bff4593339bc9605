using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class BinaryOperationTests : Poisoned
{
    const double Infinity = double.PositiveInfinity;

    static readonly Dictionary<string, (Func<Tensor, Tensor, Tensor> Function, Func<double, double, double> Value)> All = new()
    {
        ["Add"] = (Add, (a, b) => a + b),
        ["Subtract"] = (Subtract, (a, b) => a - b),
        ["Multiply"] = (Multiply, (a, b) => a * b),
        ["Divide"] = (Divide, (a, b) => a / b),
        ["Maximum"] = (Maximum, Math.Max),
        ["Minimum"] = (Minimum, Math.Min),
        ["Greater"] = (Greater, (a, b) => a > b ? 1 : 0),
        ["GreaterOrEqual"] = (GreaterOrEqual, (a, b) => a >= b ? 1 : 0),
        ["Less"] = (Less, (a, b) => a < b ? 1 : 0),
        ["LessOrEqual"] = (LessOrEqual, (a, b) => a <= b ? 1 : 0),
        ["Equal"] = (Equal, (a, b) => a == b ? 1 : 0),
        ["NotEqual"] = (NotEqual, (a, b) => a != b ? 1 : 0),
        ["LogAddExp"] = (LogAddExp, (a, b) => Math.Max(a, b) + Math.Log(1 + Math.Exp(-Math.Abs(a - b)))),
        ["Modulo"] = (Modulo, (a, b) => a - b * Math.Floor(a / b)),
        ["Power"] = (Power, Math.Pow),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void ValuesBroadcast(string name)
    {
        var (function, value) = All[name];
        Shape[] shapes = [[], [1], [5], [3, 1], [1, 5], [3, 5], [2, 1, 5], [2, 3, 1], [2, 3, 5], [2, 1, 1]];
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            foreach (var left in shapes)
            {
                foreach (var right in shapes)
                {
                    var (a, b) = (Abs(Data.Normal(left, 1, type)) + 0.1, Data.Normal(right, 2, type));
                    var shape = ShapeRules.Broadcast(name, left, right);
                    var expected = Data.Tabulate(shape, at => value(a.At(Reader(at, left)), b.At(Reader(at, right))));
                    Assert.Equal(shape, function(a, b).Shape);
                    Expect.Near(expected, function(a, b), epsilons: 16, scale: name == "Modulo" ? 4 : 0);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void EmptyOperandsGiveEmptyResults(string name)
    {
        Expect.Equal([0, 3], [], All[name].Function(Tensor.Zeros([0, 1]), Tensor.Zeros([3])));
        Expect.Equal([2, 0], [], All[name].Function(Tensor.Zeros([0]), Tensor.Zeros([2, 1])));
    }

    [Theory, MemberData(nameof(Names))]
    public void ShapesThatDoNotFitAreNamed(string name)
    {
        var error = Assert.Throws<ShapeException>(() => All[name].Function(Tensor.Zeros([2, 3]), Tensor.Zeros([2, 4])));
        Expect.Mentions(error, name, "[2, 3]", "[2, 4]", "3", "4");
        Expect.Mentions(Assert.Throws<ArgumentNullException>(() => All[name].Function(Tensor.Zeros([1]), null!)), name, "operand 1");
        var mixed = Assert.Throws<ElementTypeException>(
            () => All[name].Function(Tensor.Zeros([2]), Tensor.Zeros([3], ElementType.Float64)));
        Expect.Mentions(mixed, name, "Float32 [2]", "Float64 [3]");
    }

    [Fact]
    public void DivisionFollowsIeee()
    {
        var x = Tensor.From(new[] { 1.0, -1, 0, Infinity, 1 });
        var y = Tensor.From(new[] { 0.0, 0, 0, Infinity, Infinity });
        Expect.Equal([5], [Infinity, -Infinity, double.NaN, double.NaN, 0], x / y);
    }

    [Theory]
    [InlineData(1, 2, 0, 1)]
    [InlineData(2, 1, 1, 0)]
    [InlineData(3, 3, 0.5, 0.5)]
    [InlineData(0.0, -0.0, 0.5, 0.5)]
    public void AMaximumSharesItsSlopeAtATie(double left, double right, double leftSlope, double rightSlope)
    {
        foreach (bool record in new[] { false, true })
        {
            var (max, min) = (Slopes(Maximum, left, right, record), Slopes(Minimum, left, right, record));
            Assert.Equal((leftSlope, rightSlope), max);
            Assert.Equal((rightSlope, leftSlope), min);
        }
    }

    [Fact]
    public void NaNWins()
    {
        var x = Tensor.From(new[] { double.NaN, 1, double.NaN });
        var y = Tensor.From(new[] { 1, double.NaN, double.NaN });
        Expect.Equal([3], [double.NaN, double.NaN, double.NaN], Maximum(x, y));
        Expect.Equal([3], [double.NaN, double.NaN, double.NaN], Minimum(x, y));
        Expect.Equal([3], [0, 0, 0], Greater(x, y));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(0.0, -0.0)]
    [InlineData(Infinity, Infinity)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.NaN, double.NaN)]
    public void ComparisonsFollowIeee(double left, double right)
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var (x, y) = (Tensor.Full([9], left, type), Tensor.Full([9], right, type));
            void Is(bool expected, Tensor tensors, Tensor withNumber)
            {
                Assert.Equal(Enumerable.Repeat(expected ? 1.0 : 0.0, 9), tensors.ToDoubles());
                Assert.Equal(type, withNumber.ElementType);
                Assert.Equal(tensors.ToDoubles(), withNumber.ToDoubles());
            }
            Is(left > right, Greater(x, y), Greater(x, right));
            Is(left >= right, GreaterOrEqual(x, y), GreaterOrEqual(x, right));
            Is(left < right, Less(x, y), Less(x, right));
            Is(left <= right, LessOrEqual(x, y), LessOrEqual(x, right));
            Is(left == right, Equal(x, y), Equal(x, right));
            Is(left != right, NotEqual(x, y), NotEqual(x, right));
        }
    }

    [Fact]
    public void NumbersTakeTheElementType()
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var x = Data.Of(type, [3], -1, 0.5, 2);
            Expect.Equal([3], [0.5, 0.5, 2], Maximum(x, 0.5));
            Expect.Equal([3], [-1, 0.5, 0.5], Minimum(x, 0.5));
            Expect.Equal([3], [0.5, 0.5, 0.5], Modulo(x, 1.5) * Data.Of(type, [3], 1, 1, 1));
            Expect.Equal([3], [7, 0.5, 2], Where(Greater(x, 0), x, 7));
            Expect.Equal([3], [-1, 7, 7], Where(Greater(x, 0), 7, x));
            Expect.Equal([3], [8, 7, 7], Where(Greater(x, 0), 7, 8));
            Assert.Equal(type, Where(x, 7, 8).ElementType);
            Assert.Equal(type, LogAddExp(x, 1).ElementType);
        }
        Assert.Throws<ArgumentNullException>(() => Greater(null!, 1));
        Assert.Throws<ArgumentNullException>(() => Where(null!, 1, 2));
    }

    [Fact]
    public void LogAddExpAtTheEnds()
    {
        double[] left = [-Infinity, -Infinity, 1, Infinity, Infinity, 1000, -1000, double.NaN];
        double[] right = [-Infinity, 1, -Infinity, Infinity, -Infinity, 1000, -1000, 1];
        double[] value = [-Infinity, 1, 1, Infinity, Infinity, 1000 + Math.Log(2), -1000 + Math.Log(2), double.NaN];
        Expect.Near(value, LogAddExp(Tensor.From(left), Tensor.From(right)));
        double[] slopes = [0.5, 0, 1, 0.5, 1, 0.5, 0.5];
        for (int i = 0; i < slopes.Length; i++)
            foreach (bool record in new[] { false, true })
                Assert.Equal((slopes[i], 1 - slopes[i]), Slopes(LogAddExp, left[i], right[i], record));
        Assert.Equal(double.NaN, Slopes(LogAddExp, double.NaN, 1).Left);
    }

    [Fact]
    public void ModuloHasTheSignOfTheDivisor()
    {
        double[] left = [7, -7, 7, -7, 6, -6, 0.5, 1, Infinity, 1, -1, 1],
            right = [3, 3, -3, -3, 3, 3, 0.25, 0, 1, Infinity, Infinity, -Infinity];
        double[] value = [1, 2, -2, -1, 0, 0, 0, double.NaN, double.NaN, 1, Infinity, -Infinity];
        Expect.Equal([12], value, Modulo(Tensor.From(left), Tensor.From(right)));
        Assert.Equal((1, -2), Slopes(Modulo, 7, 3));
        Assert.Equal((1, 3), Slopes(Modulo, -7, 3));
    }

    [Fact]
    public void PolynomialsHaveSlopesAtZero()
    {
        using var tape = new Tape();
        var x = tape.Watch(Data.Of(ElementType.Float64, [1], 0));
        var y = Sum(Data.Of(ElementType.Float64, [4], 5, 4, 3, 2) * Power(x, Data.Of(ElementType.Float64, [4], 0, 1, 2, 3)));
        var first = tape.Gradients(y, [x], record: true)[0];
        Expect.Equal([1], [4], first);
        var second = tape.Gradients(Sum(first), [x], record: true)[0];
        Expect.Equal([1], [6], second);
        Expect.Equal([1], [12], tape.Gradients(Sum(second), [x])[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-310)]
    [InlineData(double.NaN)]
    public void AZerothPowerIsFlat(double x) => Assert.Equal(0, Slopes(Power, x, 0).Left);

    [Fact]
    public void SlopesOfPowers()
    {
        Assert.Equal((12, 8 * Math.Log(2)), Slopes(Power, 2, 3));
        // The slope with respect to the exponent is 0 where the base is unless the power is infinite, and NaN below.
        Assert.Equal((0, 0), Slopes(Power, 0, 2));
        Assert.Equal((0, 0), Slopes(Power, 0, 0));
        Assert.Equal(-Infinity, Slopes(Power, 0, -1).Right);
        Assert.Equal((6, double.NaN), Slopes(Power, -3, 2) is var (left, right) ? (-left, right) : default);
        Assert.Equal((0.25, -0.125), Slopes(Divide, 2, 4) is var (a, b) ? (a, b) : default);
        Assert.Equal((0, 0), Slopes(Greater, 2, 1));
    }

    [Fact]
    public void WhereTakesOneBranchOnly()
    {
        using var tape = new Tape();
        var condition = tape.Watch(Tensor.From(new[] { 1.0, 0, -2, double.NaN }));
        var yes = tape.Watch(Tensor.From(new[] { 1.0, double.NaN, 3, 4 }));
        var no = tape.Watch(Tensor.From(new[] { double.NaN, 20, Infinity, 40 }));
        var result = Where(condition, yes, no);
        Expect.Equal([4], [1, 20, 3, 4], result);
        foreach (bool record in new[] { false, true })
        {
            var gradients = tape.Gradients(Sum(result * result), [condition, yes, no], record);
            Expect.Equal([4], [0, 0, 0, 0], gradients[0]);
            Expect.Equal([4], [2, 0, 6, 8], gradients[1]);
            Expect.Equal([4], [0, 40, 0, 0], gradients[2]);
        }
    }

    [Fact]
    public void WhereBroadcastsAllThree()
    {
        var condition = Tensor.From(new double[,] { { 1 }, { 0 } });
        var result = Where(condition, Tensor.Scalar(5, ElementType.Float64), Data.Counting([3]));
        Expect.Equal([2, 3], [5, 5, 5, 1, 2, 3], result);
        Expect.Equal([], [2], Where(Tensor.Scalar(0), Tensor.Scalar(1), Tensor.Scalar(2)));
        Expect.Equal([2, 0], [], Where(condition, Tensor.Zeros([0], ElementType.Float64), Tensor.Zeros([1], ElementType.Float64)));
        Expect.Mentions(
            Assert.Throws<ShapeException>(() => Where(Tensor.Zeros([2]), Tensor.Zeros([3]), Tensor.Zeros([]))), "Where", "[2]", "[3]");
    }

    static int[] Reader(int[] at, Shape shape) =>
        [.. Enumerable.Range(0, shape.Rank).Select(i => shape[i] == 1 ? 0 : at[at.Length - shape.Rank + i])];

    static (double Left, double Right) Slopes(Func<Tensor, Tensor, Tensor> function, double left, double right, bool record = false)
    {
        using var tape = new Tape();
        var (x, y) = (tape.Watch(Tensor.Scalar(left, ElementType.Float64)), tape.Watch(Tensor.Scalar(right, ElementType.Float64)));
        var gradients = tape.Gradients(function(x, y), [x, y], record);
        return (gradients[0].ToScalar(), gradients[1].ToScalar());
    }
}

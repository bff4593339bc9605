using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class ReductionTests : Poisoned
{
    delegate Tensor Reduce(Tensor x, params ReadOnlySpan<int> axes);

    static readonly Dictionary<string, (Reduce Function, Func<double[], double> Value)> All = new()
    {
        ["Sum"] = (Sum, row => row.Sum()),
        ["Mean"] = (Mean, row => row.Average()),
        ["Max"] = (Max, row => row.Max()),
        ["Min"] = (Min, row => row.Min()),
        ["Product"] = (Product, row => row.Aggregate(1.0, (a, b) => a * b)),
        ["Variance"] = (Variance, row => row.Average(x => Math.Pow(x - row.Average(), 2))),
        ["Norm"] = (Norm, row => Math.Sqrt(row.Sum(x => x * x))),
        ["StandardDeviation"] = (StandardDeviation, row => Math.Sqrt(row.Average(x => Math.Pow(x - row.Average(), 2)))),
        ["LogSumExp"] = (LogSumExp, row => Math.Log(row.Sum(Math.Exp))),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    static readonly int[][] AxisSets = [[], [0], [1], [2], [-1], [0, 1], [1, 2], [0, 2], [2, 0], [0, 1, 2]];

    [Theory, MemberData(nameof(Names))]
    public void AnySetOfAxes(string name)
    {
        var (function, value) = All[name];
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var x = Data.Normal([3, 4, 5], 1, type);
            foreach (int[] axes in AxisSets)
            {
                var result = function(x, axes);
                var (shape, expected) = Naively(x, axes, value);
                Assert.Equal(shape, result.Shape);
                Expect.Near(expected, result, epsilons: 32, scale: 1);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void GradientsAgreeOnEveryPath(string name)
    {
        foreach (int[] axes in AxisSets)
        {
            using var tape = new Tape();
            var x = tape.Watch(Data.Normal([3, 4, 5]));
            var y = All[name].Function(x, axes);
            var (seed, tangent) = (Data.Normal(y.Shape, 3), Data.Normal(x.Shape, 4));
            var gradient = tape.Gradients([y], [seed], [x])[0];
            Expect.Near(tape.Gradients([y], [seed], [x], record: true)[0], gradient, epsilons: 64, scale: 1);
            double expected = Sum(gradient * tangent).ToScalar();
            Expect.Near([expected], Sum(tape.Tangents([y], [x], [tangent])[0] * seed), epsilons: 512, scale: 10);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void AScalarIsItsOwnReduction(string name)
    {
        double expected = name is "Variance" or "StandardDeviation" ? 0 : name is "Norm" ? 2.5 : -2.5;
        Expect.Near([expected], All[name].Function(Tensor.Scalar(-2.5, ElementType.Float64)));
        Expect.Near([double.NaN], All[name].Function(Tensor.From(new[] { 1, double.NaN, 2 })));
    }

    [Fact]
    public void ReductionsOverNothing()
    {
        var x = Tensor.Zeros([2, 0, 3], ElementType.Float64);
        Expect.Equal([2, 3], [0, 0, 0, 0, 0, 0], Sum(x, 1));
        Expect.Equal([], [0], Sum(x));
        Expect.Equal([], [1], Product(x));
        Expect.Equal([2, 3], [1, 1, 1, 1, 1, 1], Product(x, 1));
        Expect.Mentions(Assert.Throws<ShapeException>(() => Mean(x)), "Mean", "nothing");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Variance(x, 1)), "Variance", "nothing");
        Expect.Mentions(Assert.Throws<ShapeException>(() => StandardDeviation(x)), "StandardDeviation", "nothing");
        Expect.Equal([], [double.NegativeInfinity], LogSumExp(x));
        Expect.Equal([], [0], Norm(x));
        Assert.Equal([0, 3], Max(Tensor.Zeros([0, 2, 3]), 1).Shape);
        Expect.Mentions(Assert.Throws<ShapeException>(() => Max(x)), "Max", "nothing");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Min(x, 1)), "Min", "nothing");
    }

    [Fact]
    public void AxesMayBeKept()
    {
        var x = Data.Counting([2, 3]);
        Expect.Equal([2, 1], [6, 15], SumKeepingAxes(x, -1));
        Expect.Equal([1, 3], [5, 7, 9], SumKeepingAxes(x, 0));
        Expect.Equal([1, 1], [21], SumKeepingAxes(x));
        Expect.Equal([2, 1], [2, 5], MeanKeepingAxes(x, 1));
    }

    [Fact]
    public void BadAxesAreNamed()
    {
        var x = Tensor.Zeros([2, 3]);
        foreach (string name in All.Keys)
        {
            Expect.Mentions(Assert.Throws<ShapeException>(() => All[name].Function(x, 2)), name, "axis 2", "[2, 3]");
            Expect.Mentions(Assert.Throws<ShapeException>(() => All[name].Function(x, 0, -2)), name, "twice", "[2, 3]");
            Assert.Throws<ArgumentNullException>(() => All[name].Function(null!));
        }
    }

    [Fact]
    public void TiesShareTheSlope()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new double[,] { { 1, 3, 3 }, { 2, 2, 2 } }));
        var one = Tensor.Ones([2], ElementType.Float64);
        foreach (bool record in new[] { false, true })
        {
            Expect.Near([0, 0.5, 0.5, 1 / 3.0, 1 / 3.0, 1 / 3.0], tape.Gradients([Max(x, 1)], [one], [x], record)[0]);
            Expect.Near([1, 0, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0], tape.Gradients([Min(x, 1)], [one], [x], record)[0]);
        }
    }

    [Fact]
    public void TheSlopeOfAProductIsExactAtZeros()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new double[,] { { 2, 0, 5 }, { 0, 0, 7 } }));
        var gradient = tape.Gradients(Sum(Product(x, 1)), [x], record: true)[0];
        Expect.Equal([2, 3], [0, 10, 0, 0, 0, 0], gradient);
        Expect.Equal([2, 3], [0 + 5, 2 + 5, 2, 7, 7, 0], tape.Gradients(Sum(gradient), [x])[0]);
    }

    [Fact]
    public void TheSlopeOfANormIsZeroAtZero()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new double[,] { { 3, 4 }, { 0, 0 } }));
        foreach (bool record in new[] { false, true })
            Expect.Near([0.6, 0.8, 0, 0], tape.Gradients(Sum(Norm(x, 1)), [x], record)[0]);
        // And as a constant: (δᵢⱼ − nᵢnⱼ)/5 times 1 and 2 elsewhere.
        var gradient = tape.Gradients(Sum(Norm(x, 1)), [x], record: true)[0];
        Tensor weights = Tensor.From(new double[,] { { 1, 2 }, { 1, 2 } });
        double[] expected = [(1 - 0.36 - 0.96) / 5, (2 - 0.48 - 1.28) / 5, 0, 0];
        Expect.Near(expected, tape.Gradients([gradient], [weights], [x])[0], epsilons: 16, scale: 1);
        Expect.Near(expected, tape.Tangents([gradient], [x], [weights])[0], epsilons: 16, scale: 1);
    }

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void LogSumExpOfLargeNumbers(ElementType type)
    {
        double infinity = double.PositiveInfinity;
        var x = Data.Of(type, [6, 2], 1e4, 1e4, -1e4, -1e4, 1e4, -1e4, -infinity, -infinity, infinity, 1, -infinity, 5);
        Expect.Near([1e4 + Math.Log(2), -1e4 + Math.Log(2), 1e4, -infinity, infinity, 5], LogSumExp(x, 1), epsilons: 1);
        using var tape = new Tape();
        tape.Watch(x);
        Expect.Near([0.5, 0.5, 0.5, 0.5, 1, 0], tape.Gradients(Sum(LogSumExp(x[..3], 1)), [x])[0][..3],
            epsilons: 8e3 / (type == ElementType.Float32 ? 1 : 0.25));
        Expect.Equal([2], [0, 0], tape.Gradients(LogSumExp(x[3]), [x])[0][3]);
        Expect.Equal([2], [1, 0], tape.Gradients(LogSumExp(x[4]), [x])[0][4]);
    }

    [Fact]
    public void RunningSums()
    {
        var x = Data.Counting([2, 3]);
        Expect.Equal([2, 3], [1, 3, 6, 4, 9, 15], CumulativeSum(x, -1));
        Expect.Equal([2, 3], [1, 2, 3, 5, 7, 9], CumulativeSum(x, 0));
        Expect.Equal([0, 3], [], CumulativeSum(Tensor.Zeros([0, 3]), 0));
        Expect.Mentions(Assert.Throws<ShapeException>(() => CumulativeSum(Tensor.Scalar(1), 0)), "CumulativeSum", "[]");
        using var tape = new Tape();
        tape.Watch(x);
        Expect.Equal([2, 3], [6, 5, 3, 15, 11, 6], tape.Gradients([CumulativeSum(x, 1)], [x], [x])[0]);
    }

    [Fact]
    public void SumsDownToAShape()
    {
        var x = Data.Counting([2, 3]);
        Expect.Equal([3], [5, 7, 9], SumTo(x, [3]));
        Expect.Equal([2, 1], [6, 15], SumTo(x, [2, 1]));
        Expect.Equal([], [21], SumTo(x, []));
        Expect.Equal([1, 1], [21], SumTo(x, [1, 1]));
        Expect.Equal([1, 3], [0, 0, 0], SumTo(Tensor.Zeros([0, 3]), [1, 3]));
        Assert.Same(x, SumTo(x, [2, 3]));
        Expect.Mentions(Assert.Throws<ShapeException>(() => SumTo(x, [2])), "SumTo", "[2]", "[2, 3]");
    }

    static (Shape Shape, double[] Values) Naively(Tensor x, int[] axes, Func<double[], double> value)
    {
        var positions = axes.Length == 0 ? [.. Enumerable.Range(0, x.Rank)]
            : axes.Select(axis => axis < 0 ? axis + x.Rank : axis).ToHashSet();
        int[] kept = [.. Enumerable.Range(0, x.Rank).Where(axis => !positions.Contains(axis))];
        var shape = Shape.Create([.. kept.Select(axis => x.Shape[axis])]);
        var rows = Data.Indices(x.Shape).ToLookup(at => string.Join(",", kept.Select(axis => at[axis])), at => x.At(at));
        return (shape, Data.Tabulate(shape, at => value([.. rows[string.Join(",", at)]])));
    }

    [Fact]
    public void ExtremesAndSumsOverAnyAxesAreThoseOfAPermutation()
    {
        var x = Data.Normal([3, 4, 5, 2]);
        foreach (int[] axes in (int[][])[[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 3], [1, 3], [0, 1, 3], [0, 2, 3]])
        {
            int[] order = [.. Enumerable.Range(0, 4).Except(axes), .. axes];
            int[] innermost = [.. Enumerable.Range(4 - axes.Length, axes.Length)];
            var last = Permute(x, order);
            Assert.Equal(Max(last, innermost).ToDoubles(), Max(x, axes).ToDoubles());
            Assert.Equal(Min(last, innermost).ToDoubles(), Min(x, axes).ToDoubles());
            foreach (var (expected, sum) in Sum(last, innermost).ToDoubles().Zip(Sum(x, axes).ToDoubles()))
                Assert.Equal(expected, sum, 1e-13);
        }
    }

    [Fact]
    public void ATieOverAnOuterAxisSharesTheSlope()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[,] { { 1.0, 4 }, { 3, 4 }, { 3, 2 } }));
        Expect.Equal([3, 2], [0, 0.5, 0.5, 0.5, 0.5, 0], tape.Gradients(Sum(Max(x, 0)), [x])[0]);
    }
}

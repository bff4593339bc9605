using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Operations;

/// <summary>Cumulative functions against the functions of all their beginnings.</summary>
public class RunningTests
{
    static readonly (string Name, Func<Tensor, int, Tensor> Running, Func<Tensor, Tensor> OfBeginning)[] All =
    [
        ("product", CumulativeProduct, x => Product(x, 0)),
        ("max", CumulativeMax, x => Max(x, 0)),
        ("min", CumulativeMin, x => Min(x, 0)),
        ("logsumexp", CumulativeLogSumExp, x => LogSumExp(x, 0)),
    ];

    public static TheoryData<string, ElementType> Names
    {
        get
        {
            var names = new TheoryData<string, ElementType>();
            foreach (var one in All)
            {
                names.Add(one.Name, ElementType.Float32);
                names.Add(one.Name, ElementType.Float64);
            }
            return names;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void EachResultIsThatOfTheElementsSoFar(string name, ElementType type)
    {
        var (_, running, ofBeginning) = All.Single(one => one.Name == name);
        const int Length = 9;
        // With ties.
        var x = Round(3 * Data.Normal([Length, 5], type: type)) / 2;
        var weights = Data.Normal([Length, 5], 2, type);
        Tensor Beginnings(Tensor x) => Stack([.. Enumerable.Range(1, Length).Select(count => ofBeginning(x[..count]))]);
        Expect.Near(Beginnings(x), running(x, 0), 4 * Length, 1);
        Expect.Near(SwapAxes(Beginnings(x), 0, 1), running(SwapAxes(x, 0, 1), 1), 4 * Length, 1);
        var expected = Differentiate.Gradient(x => Sum(Beginnings(x) * weights), x);
        double scale = expected.ToDoubles().Max(Math.Abs);
        Expect.Near(expected, Differentiate.Gradient(x => Sum(running(x, 0) * weights), x), 8 * Length, scale);
    }

    // Far out, where a sum of exponentials would be 0 or infinite.
    [Theory, InlineData(-2000), InlineData(2000)]
    public void RunningLogarithmsOfSumsStayInRange(double shift)
    {
        var x = Data.Normal([50, 3]);
        Tensor expected = CumulativeLogSumExp(x, 0) + shift, actual = CumulativeLogSumExp(x + shift, 0);
        Expect.Near(expected, actual, 50);
        var gradient = Differentiate.Gradient(x => Sum(CumulativeLogSumExp(x, 0)), x + shift);
        // The shares of each place add up to 1.
        Assert.Equal(150, gradient.ToDoubles().Sum(), 150 * 2000 * ElementType.Float64.Epsilon());
    }
}

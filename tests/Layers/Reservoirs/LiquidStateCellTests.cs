using Autograd.Layers;

namespace Autograd.Tests.Layers;

public class LiquidStateCellTests
{
    static readonly RandomKey Key = new(7);

    static readonly LiquidStateOptions Small =
        new() { Grid = (2, 2, 2), InputConnectivity = 1, MembraneTime = 3, TraceTime = 4, RecurrentScaling = 0.5 };

    [Fact]
    public void FollowsItsEquations()
    {
        var cell = new LiquidStateCell(1, Key, Small);
        double[] w = cell.Recurrent.ToDoubles();
        double beta = Math.Exp(-1.0 / 3), alpha = Math.Exp(-1.0 / 4);
        var x = Key.For("x").Uniform([40, 1, 1], 0, 3, ElementType.Float64);
        // The input weights, from the first step of a silent cell.
        double[] win = cell.Step(Tensor.Ones([1, 1], ElementType.Float64), cell.Initial(1, ElementType.Float64)).Next.V.ToDoubles();
        double[] v = new double[8], s = new double[8], trace = new double[8];
        int fired = 0;
        var state = cell.Initial(1, ElementType.Float64);
        for (int t = 0; t < 40; t++)
        {
            double[] before = [.. s];
            for (int i = 0; i < 8; i++)
            {
                double input = x.At(t, 0, 0) * win[i];
                for (int j = 0; j < 8; j++) input += before[j] * w[j * 8 + i];
                v[i] = beta * v[i] * (1 - before[i]) + input;
                s[i] = v[i] > 1 ? 1 : 0;
                trace[i] = alpha * trace[i] + (1 - alpha) * s[i];
            }
            (var output, state) = cell.Step(x[t], state);
            Close.Equal(Tensor.From(trace, [1, 8]), output, 1e-13);
            fired += s.Count(spike => spike == 1);
        }
        Assert.InRange(fired, 20, 8 * 40 - 20);
    }

    [Fact]
    public void RowsAreExcitatoryOrInhibitory()
    {
        var cell = new LiquidStateCell(1, Key);
        Assert.Equal(135, cell.Neurons);
        int inhibitory = 0;
        for (int i = 0; i < 135; i++)
        {
            double[] row = cell.Recurrent[i].ToDoubles();
            Assert.Equal(0, row[i]);
            Assert.True(row.All(x => x >= 0) || row.All(x => x <= 0));
            if (row.Any(x => x < 0)) inhibitory++;
        }
        Assert.InRange(inhibitory, 10, 45);
    }

    [Fact]
    public void NearNeuronsAreConnectedMoreOften()
    {
        var w = new LiquidStateCell(1, Key, new() { Grid = (1, 1, 100), ConnectionLength = 3 }).Recurrent;
        int near = Count(1, 2), far = Count(8, 9);
        Assert.True(near > 20 && far == 0, $"{near} near, {far} far");

        int Count(int least, int most) =>
            Enumerable.Range(0, 100)
            .Sum(i => Enumerable.Range(0, 100).Count(j => Math.Abs(i - j) >= least && Math.Abs(i - j) <= most && w.At(i, j) != 0));
    }

    [Fact]
    public void SpikesHaveNoDerivativeUnlessASurrogateIsAskedFor()
    {
        Assert.All(Gradient(0), g => Assert.Equal(0, g));
        Assert.Contains(Gradient(5), g => g != 0);
        var x = Key.Uniform([6, 1, 1], 0, 2, ElementType.Float64);
        // The surrogate changes derivatives and no value.
        Close.Same(Recurrent.Over(new LiquidStateCell(1, Key, Small)).Forward(x),
            Recurrent.Over(new LiquidStateCell(1, Key, Small with { SurrogateSlope = 5 })).Forward(x));

        static double[] Gradient(double slope)
        {
            var layer = Recurrent.Over(new LiquidStateCell(1, Key, Small with { SurrogateSlope = slope }));
            return Differentiate.Gradient(
                x => Functions.Sum(layer.Forward(x)) + 0 * Functions.Sum(x), Key.Uniform([6, 1, 1], 0, 2, ElementType.Float64)).ToDoubles();
        }
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        Refuses(new() { Grid = (0, 1, 1) });
        Refuses(new() { ConnectionLength = 0 });
        Refuses(new() { InhibitoryShare = 1 });
        Refuses(new() { RecurrentScaling = -1 });
        Refuses(new() { InputScaling = -1 });
        Refuses(new() { InputConnectivity = 0 });
        Refuses(new() { MembraneTime = 0 });
        Refuses(new() { TraceTime = 0 });
        Refuses(new() { Threshold = 0 });
        Refuses(new() { SurrogateSlope = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LiquidStateCell(0, Key));

        static void Refuses(LiquidStateOptions options) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => new LiquidStateCell(1, Key, options));
    }
}

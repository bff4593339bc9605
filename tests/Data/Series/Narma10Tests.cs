using Autograd.Data;

namespace Autograd.Tests.Data;

public class Narma10Tests
{
    [Fact]
    public void EachTargetFollowsTheDefinition()
    {
        var (u, y) = Narma10.Generate(400, new RandomKey(1));
        // y[t] is y(t + 1), so the sum over y(t) … y(t − 9) is over the ten targets before.
        for (int t = 10; t < 400; t++)
        {
            double sum = y[(t - 10)..t].Sum();
            Assert.Equal(0.3 * y[t - 1] + 0.05 * y[t - 1] * sum + 1.5 * u[t - 9] * u[t] + 0.1, y[t], 1e-14);
        }
    }

    [Fact]
    public void ItStartsFromNothing()
    {
        double[] y = Narma10.Response([0.4, 0.2, 0.1]);
        Assert.Equal(0.1, y[0], 1e-15);
        Assert.Equal(0.03 + 0.05 * 0.1 * 0.1 + 0.1, y[1], 1e-15);
        Assert.Equal(3, y.Length);
    }

    [Fact]
    public void InputsAreUniformInTheirRange()
    {
        var (u, _) = Narma10.Generate(5000, new RandomKey(2));
        Assert.True(u.Min() >= 0 && u.Max() < 0.5);
        Assert.InRange(u.Average(), 0.25 - 5 * 0.1443 / Math.Sqrt(5000), 0.25 + 5 * 0.1443 / Math.Sqrt(5000));
    }

    [Fact]
    public void ARunawayIsPossibleAndNeverHandedOut()
    {
        var large = Enumerable.Repeat(0.5, 200).ToArray();
        Assert.True(Narma10.Response(large).Max() > 1);
        for (ulong seed = 0; seed < 50; seed++) Assert.True(Narma10.Generate(2000, new RandomKey(seed)).Targets.Max() <= 1);
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Narma10.Generate(0, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Narma10.Generate(1, new RandomKey(1), discard: -1));
    }
}

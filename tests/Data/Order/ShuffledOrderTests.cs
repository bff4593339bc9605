using Autograd.Data;

namespace Autograd.Tests.Data;

public class ShuffledOrderTests
{
    [Fact]
    public void AllOrdersAreEquallyLikely()
    {
        var counts = new Dictionary<string, int>();
        var order = new ShuffledOrder(3, new RandomKey(1));
        for (int epoch = 0; epoch < 6000; epoch++)
        {
            string name = string.Join(' ', order.Epoch(epoch));
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }
        Assert.Equal(6, counts.Count);
        // Five deviations of a binomial count of 6000 with 1/6.
        Assert.All(counts.Values, count => Assert.InRange(count, 1000 - 5 * 28.9, 1000 + 5 * 28.9));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffledOrder(0, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffledOrder(1, new RandomKey(1)).Epoch(-1));
    }
}

using Autograd.Data;

namespace Autograd.Tests.Data;

public class LengthBucketsTests
{
    [Fact]
    public void WithoutPaddingOnlyEqualLengthsMeet()
    {
        var buckets = new LengthBuckets([3, 5, 3, 5, 3, 8], rows: 2, padding: 0, new RandomKey(1));
        Assert.Equal((4, 0.0), (buckets.Count, buckets.Padding));
        Assert.All(buckets.Epoch(0), batch => Assert.Single(batch.Select(i => new[] { 3, 5, 3, 5, 3, 8 }[i]).Distinct()));
    }

    [Fact]
    public void TheOrderChangesFromEpochToEpochAndIsTheSameEachTime()
    {
        var buckets = new LengthBuckets([.. Enumerable.Range(0, 60).Select(i => 1 + i % 7)], rows: 4, padding: 0.1, new RandomKey(1));
        string Order(int epoch) => string.Join(";", buckets.Epoch(epoch).Select(batch => string.Join(',', batch)));
        Assert.Equal(Order(3), Order(3));
        Assert.NotEqual(Order(3), Order(4));
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new LengthBuckets([], 1, 0, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthBuckets([1, 0], 1, 0, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthBuckets([1], 0, 0, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthBuckets([1], 1, 1, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthBuckets([1], 1, double.NaN, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthBuckets([1], 1, 0, new RandomKey(1)).Epoch(-1));
    }
}

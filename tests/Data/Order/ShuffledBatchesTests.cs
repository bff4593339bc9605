using Autograd.Data;

namespace Autograd.Tests.Data;

public class ShuffledBatchesTests
{
    [Fact]
    public void AnEpochIsFullBatchesOfDifferentThings()
    {
        var batches = new ShuffledBatches(count: 11, rows: 3, new RandomKey(1));
        Assert.Equal(3, batches.BatchesPerEpoch);
        for (int epoch = 0; epoch < 4; epoch++)
        {
            Assert.Equal(new BatchPosition(epoch, 0), batches.Position);
            int[] seen = [.. batches.Next(), .. batches.Next(), .. batches.Next()];
            Assert.Equal(9, seen.Distinct().Count());
            Assert.All(seen, thing => Assert.InRange(thing, 0, 10));
        }
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffledBatches(0, 1, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffledBatches(3, 0, new RandomKey(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffledBatches(3, 4, new RandomKey(1)));
        var batches = new ShuffledBatches(7, 3, new RandomKey(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => batches.Position = new BatchPosition(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => batches.Position = new BatchPosition(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => batches.Position = new BatchPosition(0, -1));
        Assert.Equal(new BatchPosition(0, 0), batches.Position);
    }
}

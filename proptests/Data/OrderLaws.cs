using Autograd.Data;

namespace Autograd.PropertyTests;

/// <summary>What holds for every way of walking through data.</summary>
public class OrderLaws
{
    const int Trials = 200;

    [Law(Trials)]
    public void AnEpochIsAPermutation(Draw draw)
    {
        var trial = draw.Of(draw => (Count: draw.Whole(1, 300), Key: draw.Key(), Epoch: draw.Whole(0, 1000)));
        Assert.Equal(Enumerable.Range(0, trial.Count), new ShuffledOrder(trial.Count, trial.Key).Epoch(trial.Epoch).Order());
    }

    [Law(Trials)]
    public void AResumedWalkGivesTheSameBatches(Draw draw)
    {
        var trial = draw.Of(draw =>
        {
            int count = draw.Whole(1, 60);
            return (Count: count, Rows: draw.Whole(1, count), Key: draw.Key(), Done: draw.Whole(0, 100));
        });
        var walk = new ShuffledBatches(trial.Count, trial.Rows, trial.Key);
        for (int i = 0; i < trial.Done; i++) walk.Next();
        var resumed = new ShuffledBatches(trial.Count, trial.Rows, trial.Key) { Position = walk.Position };
        for (int i = 0; i < 2 * walk.BatchesPerEpoch + 1; i++) Assert.Equal(walk.Next(), resumed.Next());
    }

    [Law(Trials)]
    public void BucketsHoldEachSequenceOnceAndKeepTheirBound(Draw draw)
    {
        var trial = draw.Of(draw =>
        {
            var lengths = new int[draw.Whole(1, 80)];
            int longest = draw.Whole(1, 50);
            for (int i = 0; i < lengths.Length; i++) lengths[i] = draw.Whole(1, longest);
            return (Lengths: lengths, Rows: draw.Whole(1, 12), Padding: draw.OneOf(0, 0.05, 0.3, 0.99), Key: draw.Key(),
                Epoch: draw.Whole(0, 5));
        });
        var buckets = new LengthBuckets(trial.Lengths, trial.Rows, trial.Padding, trial.Key);
        var batches = buckets.Epoch(trial.Epoch);
        Assert.Equal(buckets.Count, batches.Count);
        Assert.Equal(Enumerable.Range(0, trial.Lengths.Length), batches.SelectMany(batch => batch).Order());
        foreach (int[] batch in batches)
        {
            double area = (double)batch.Length * batch.Max(i => trial.Lengths[i]);
            Assert.InRange(batch.Length, 1, trial.Rows);
            Assert.True(1 - batch.Sum(i => trial.Lengths[i]) / area <= trial.Padding + 1e-12);
        }
        double padded = batches.Sum(batch => (double)batch.Length * batch.Max(i => trial.Lengths[i]));
        Assert.Equal(1 - trial.Lengths.Sum() / padded, buckets.Padding, 1e-12);
    }
}

using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

/// <summary>A run that ends at any moment, in any way, holds the best so far, and goes on as if it had not ended.</summary>
public sealed class TrainingCancellationTests : IDisposable
{
    const int Steps = 16;

    readonly string folder = Directory.CreateTempSubdirectory("autograd").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, bool> Moments => new()
    {
        { "loss", false }, { "loss", true }, { "validation", false }, { "validation", true }, { "progress", false }, { "progress", true },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public void GoesOnFromEveryMoment(string moment, bool throws)
    {
        var whole = new SmallTraining();
        var expected = whole.Loop.Run(Steps, whole.Progress);
        int moments = 0;
        for (int stop = 1; ; stop++)
        {
            using var cancel = new CancellationTokenSource();
            int count = 0;
            var part = new SmallTraining(what =>
            {
                if (what != moment || ++count != stop) return;
                cancel.Cancel();
                if (throws) throw new OperationCanceledException(cancel.Token);
            });
            var result = part.Loop.Run(Steps, part.Progress, cancel.Token);
            if (!cancel.IsCancellationRequested) break;
            moments++;
            // Cancelled in the last moment, it is done all the same.
            Assert.Contains(result.End, new[] { TrainingEnd.Cancelled, TrainingEnd.StoppedEarly });
            AssertHoldsTheBest(part, result);

            var loaded = Reloaded(part);
            foreach (var rest in new[] { part, loaded })
            {
                Assert.Equal(expected, rest.Loop.Run(Steps, rest.Progress));
                Assert.Equal(whole.Values, rest.Values);
                Assert.Equal(
                    whole.Optimizer.State.SelectMany(state => state["mean"].ToDoubles()),
                    rest.Optimizer.State.SelectMany(state => state["mean"].ToDoubles()));
                Assert.Equal(whole.Average[0].ToDoubles(), rest.Average[0].ToDoubles());
                Assert.Equal(whole.Stopping.Failures, rest.Stopping.Failures);
                // A report is missing where the validation before it was cancelled.
                foreach (var report in rest.Reports) Assert.Contains(report, whole.Reports);
            }
        }
        Assert.True(moments >= 5);
    }

    // Every kind of exception, not only cancellation.
    [Fact]
    public void AnExceptionLeavesTheBest()
    {
        var whole = new SmallTraining();
        whole.Loop.Run(Steps);
        int calls = 0;
        var part = new SmallTraining(_ =>
        {
            if (++calls == 25) throw new InvalidDataException("no more data");
        });
        Assert.Throws<InvalidDataException>(() => part.Loop.Run(Steps));
        Assert.Equal(part.Loop.Best.Value, part.Loss(1000 + 3 * part.Loop.Best.BestObservation).ToScalar());
        part.Loop.Run(Steps);
        Assert.Equal(whole.Values, part.Values);
    }

    [Fact]
    public void SnapshotsGoOnFromEachFile()
    {
        var whole = new SmallTraining();
        var expected = whole.Loop.Run(Steps);
        for (int stop = 1; stop < Steps; stop++)
        {
            string runs = Path.Combine(folder, $"{stop}");
            Snapshots Kept(SmallTraining training) => new(runs, every: 5, keep: 2, ("model", training.Model));
            var first = new SmallTraining(snapshots: Kept);
            Assert.False(first.Loop.Resume());
            first.Loop.Run(stop);
            var second = new SmallTraining(snapshots: Kept);
            Assert.True(second.Loop.Resume());
            Assert.Equal(first.Loop.Steps, second.Loop.Steps);
            Assert.Equal(expected, second.Loop.Run(Steps));
            Assert.Equal(whole.Values, second.Values);
            Assert.Equal(2, Directory.GetFiles(runs).Length);
        }
    }

    [Fact]
    public void ALossThatThrowsForAnotherReasonIsNotCancelled()
    {
        using var own = new CancellationTokenSource();
        own.Cancel();
        var training = new SmallTraining(_ => throw new OperationCanceledException(own.Token));
        Assert.Throws<OperationCanceledException>(() => training.Loop.Run(3));
    }

    static void AssertHoldsTheBest(SmallTraining part, TrainingResult result)
    {
        Assert.Equal(part.Loop.Best.Value, result.Best);
        if (result.BestStep is { } step) Assert.Equal(result.Best, part.Loss(1000 + step).ToScalar());
    }

    SmallTraining Reloaded(SmallTraining part)
    {
        string file = Path.Combine(folder, "x.safetensors");
        var loaded = new SmallTraining();
        Snapshot.Save(file, ("training", part.Loop), ("model", part.Model));
        Snapshot.Load(file, ("training", loaded.Loop), ("model", loaded.Model));
        return loaded;
    }
}

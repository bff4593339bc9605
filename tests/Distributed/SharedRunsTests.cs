using System.Collections.Concurrent;
using Autograd.Distributed;
using Autograd.Optimizers;

namespace Autograd.Tests;

/// <summary>Sweeps whose runs the ranks of a job share.</summary>
public sealed class SharedRunsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("shared").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string File => Path.Combine(folder, "sweep.jsonl");

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void RunsOverRanksHaveTheBitsOfRunsAlone(int ranks, int threads)
    {
        string alone = SmallSweep.Text(SmallSweep.Of(null).Run());
        var reported = new ConcurrentBag<int>();
        string[] all = SmallJob.Run(ranks, communicator => SmallSweep.Text(
            SmallSweep.Of(communicator, communicator.Rank == 0 ? File : "/nowhere/else", threads)
                .Run(new Told(at => reported.Add(100 * communicator.Rank + at.Finished)))));
        Assert.All(all, text => Assert.Equal(alone, text));
        Assert.Equal(SmallSweep.Runs, System.IO.File.ReadAllLines(File).Length);
        // Progress is told on the first rank alone, each run once.
        Assert.Equal(Enumerable.Range(1, SmallSweep.Runs), reported.Order());
    }

    // One run ends when all others have: the rank that has it is given no other, which it would never begin.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void RunsGoToRanksThatAreFree(int ranks)
    {
        using var others = new CountdownEvent(SmallSweep.Runs - 1);
        var begun = new ConcurrentBag<int>();
        SmallJob.Run(ranks, communicator => SmallSweep.Of(communicator, begin: run =>
        {
            begun.Add(communicator.Rank);
            if (run is { Name: "slow", Seed: 0 }) Assert.True(others.Wait(TimeSpan.FromMinutes(5)));
            else others.Signal();
        }).Run().IsComplete);
        Assert.Equal(SmallSweep.Runs, begun.Count);
        Assert.Contains(begun.GroupBy(rank => rank), group => group.Count() == 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(SmallSweep.Runs)]
    public void AKilledSweepGoesOnWithWhatIsMissing(int lines)
    {
        string whole = SmallSweep.Text(SmallSweep.Of(null, File).Run());
        string[] all = System.IO.File.ReadAllLines(File);
        System.IO.File.WriteAllText(
            File, string.Concat(all.Take(lines).Select(line => line + "\n")) + (lines < all.Length ? all[lines][..9] : ""));
        var begun = new ConcurrentBag<int>();
        string[] tables = SmallJob.Run(3, communicator => SmallSweep.Text(
            SmallSweep.Of(communicator, File, begin: run => begun.Add(run.Seed)).Run()));
        Assert.All(tables, text => Assert.Equal(whole, text));
        Assert.Equal(SmallSweep.Runs - lines, begun.Count);
        Assert.Equal(SmallSweep.Runs, System.IO.File.ReadAllLines(File).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void ASweepThatIsCancelledOnOneRankEndsOnAll(int where)
    {
        int[] finished = SmallJob.Run(3, communicator =>
        {
            using var cancellation = new CancellationTokenSource();
            var table = SmallSweep.Of(communicator, begin: run =>
            {
                if (communicator.Rank == where) cancellation.Cancel();
                // Those of other ranks are told.
                else if (run.Seed > 0) Assert.True(run.Cancellation.WaitHandle.WaitOne(TimeSpan.FromMinutes(5)));
            }).Run(progress: null, cancellation.Token);
            Assert.False(table.IsComplete);
            return table.Rows.Sum(row => row.Results.Count);
        });
        Assert.Single(finished.Distinct());
    }

    [Fact]
    public void WhoIsToldOfProgressAndThrowsEndsTheSweepOnAllRanks() => SmallJob.Run(3, communicator =>
    {
        var sweep = SmallSweep.Of(communicator);
        var told = new Told(_ => throw new NotSupportedException("no more paper"));
        if (communicator.Rank == 0) Assert.Throws<NotSupportedException>(() => sweep.Run(told));
        else
        {
            var error = Assert.Throws<RankFailureException>(() => sweep.Run(told));
            Assert.Equal([0], error.Ranks);
            Assert.Contains("no more paper", error.Message, StringComparison.Ordinal);
        }
        // Nobody is left waiting.
        return SmallSweep.Of(communicator).Run().IsComplete ? true : throw new InvalidOperationException();
    });

    [Fact]
    public void AnotherSweepOnARankIsNamed() => SmallJob.Run(3, communicator =>
    {
        var error = Assert.Throws<RankFailureException>(() => SmallSweep.Of(communicator, seeds: communicator.Rank == 1 ? 3 : 4).Run());
        Assert.Contains("the settings and seeds of rank 1", error.Message, StringComparison.Ordinal);
        Assert.Equal([1], error.Ranks);
        return true;
    });

    // Rank 0 cannot read its file: the others hear why as soon as they wait for it.
    [Fact]
    public void AFileOfAnotherSweepEndsTheJob()
    {
        System.IO.File.WriteAllText(File, "{}\n");
        var errors = new ConcurrentDictionary<int, Exception>();
        Assert.Throws<SweepException>(() => LocalJob.Run(2, communicator =>
        {
            errors[communicator.Rank] = Record.Exception(() => SmallSweep.Of(communicator, File).Run());
            throw errors[communicator.Rank];
        }));
        Assert.Contains("rank 0 failed: Sweep: line 1", Assert.IsType<RankFailureException>(errors[1]).Message, StringComparison.Ordinal);
    }

    // A run may last longer than a rank is waited for; a rank that stops talking is named, wherever it stops.
    [Fact]
    public void LongRunsAreNoSilence() => SmallJob.Run(2, communicator =>
    {
        communicator.Timeout = TimeSpan.FromSeconds(4);
        Assert.True(SmallSweep.Of(communicator, seeds: 1, begin: run =>
        {
            if (run.Name == "slow") Thread.Sleep(TimeSpan.FromSeconds(5));
        }).Run().IsComplete);
        return true;
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ARankThatStopsTalkingIsNamed(int silent)
    {
        using var released = new ManualResetEventSlim();
        var error = Assert.Throws<RankFailureException>(() => LocalJob.Run(2, communicator =>
        {
            if (communicator.Rank != silent) communicator.Timeout = TimeSpan.FromSeconds(1);
            // Rank 0 falls silent where it tells of progress, the other one never joins.
            var told = new Told(_ => released.Wait(TimeSpan.FromMinutes(5)));
            try
            {
                if (silent == 0 || communicator.Rank == 0) SmallSweep.Of(communicator).Run(silent == 0 ? told : null);
                else released.Wait(TimeSpan.FromMinutes(5));
            }
            finally
            {
                released.Set();
            }
        }));
        Assert.Equal([silent], error.Ranks);
    }

    [Fact]
    public void WithoutACommunicatorThereIsNothingToShare() => Assert.Throws<ArgumentNullException>(() => new SharedRuns(null!));

    sealed class Told(Action<SweepProgress> told) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => told(value);
    }
}

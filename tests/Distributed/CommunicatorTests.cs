using Autograd.Distributed;

namespace Autograd.Tests;

/// <summary>What ranks send each other, with threads as ranks.</summary>
public class CommunicatorTests
{
    [Fact]
    public void MessagesComeInTheirOrderByTag() => SmallJob.Run(2, communicator =>
    {
        if (communicator.Rank == 0)
        {
            communicator.Send<int>([1, 2], to: 1, tag: 5);
            communicator.Send<int>([3, 4], to: 1, tag: 5);
            communicator.Send<double>([0.5], to: 1, tag: 6);
        }
        else
        {
            (var half, int[] first, int[] second) = (new double[1], new int[2], new int[2]);
            communicator.Receive<double>(half, from: 0, tag: 6);
            communicator.Receive<int>(first, from: 0, tag: 5);
            communicator.Receive<int>(second, from: 0, tag: 5);
            Assert.Equal([0.5], half);
            Assert.Equal([1, 2, 3, 4], [.. first, .. second]);
        }
        return true;
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void CollectiveOperations(int ranks) => SmallJob.Run(ranks, communicator =>
    {
        int[] all = new int[2 * ranks];
        communicator.AllGather([communicator.Rank, 10 * communicator.Rank], all);
        Assert.Equal(Enumerable.Range(0, ranks).SelectMany(rank => (int[])[rank, 10 * rank]), all);
        double[] data = [communicator.Rank + 0.25];
        communicator.Broadcast<double>(data, from: ranks - 1);
        Assert.Equal(ranks - 0.75, data[0]);
        float[] sums = [1, communicator.Rank];
        communicator.SumAll(sums);
        Assert.Equal([ranks, ranks * (ranks - 1) / 2], sums);
        communicator.Barrier();
        return true;
    });

    [Fact]
    public void GroupsHaveRanksOfTheirOwn() => SmallJob.Run(5, communicator =>
    {
        var group = communicator.Split(communicator.Rank % 2, order: -communicator.Rank);
        Assert.Equal(communicator.Rank % 2 == 0 ? 3 : 2, group.Size);
        int[] all = new int[group.Size];
        group.AllGather([communicator.Rank], all);
        Assert.Equal(communicator.Rank % 2 == 0 ? [4, 2, 0] : [3, 1], all);
        Assert.Equal(group.Rank, Array.IndexOf(all, communicator.Rank));
        var again = group.Split(0);
        again.Barrier();
        return true;
    });

    // Nobody answers for a rank that does not come, but the others know which one it is.
    [Fact]
    public void ARankThatDoesNotComeIsNamed()
    {
        using var released = new ManualResetEventSlim();
        var error = Assert.Throws<RankFailureException>(() => LocalJob.Run(3, communicator =>
        {
            // Once all have begun, so that none is late of the others.
            communicator.Barrier();
            communicator.Timeout = TimeSpan.FromSeconds(2);
            try
            {
                if (communicator.Rank == 1) released.Wait(TimeSpan.FromMinutes(5));
                else communicator.Barrier();
            }
            finally
            {
                released.Set();
            }
        }));
        Assert.Contains("for rank 1", error.Message, StringComparison.Ordinal);
        Assert.Equal([1], error.Ranks);
    }

    [Fact]
    public void WhatARankThrowsEndsTheJob()
    {
        var error = Assert.Throws<DivideByZeroException>(() => LocalJob.Run(3, communicator =>
        {
            if (communicator.Rank == 2) throw new DivideByZeroException("by hand");
            communicator.Barrier();
        }));
        Assert.Equal("by hand", error.Message);
        var ended = Assert.Throws<RankFailureException>(() => LocalJob.Run(2, communicator =>
        {
            if (communicator.Rank == 0) communicator.Abort(7);
            else communicator.Barrier();
        }));
        Assert.Contains("rank 0 has ended the job with code 7", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongRanksTagsAndLengthsAreErrors() => SmallJob.Run(2, communicator =>
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => communicator.Send<int>([1], to: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => communicator.Send<int>([1], to: communicator.Rank));
        Assert.Throws<ArgumentOutOfRangeException>(() => communicator.Receive<int>(new int[1], from: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => communicator.Send<int>([1], to: 1 - communicator.Rank, tag: 1 << 14));
        Assert.Throws<ArgumentOutOfRangeException>(() => communicator.Broadcast<int>(new int[1], from: 2));
        Assert.Throws<ArgumentException>(() => communicator.AllGather<int>([1], new int[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => communicator.Timeout = TimeSpan.Zero);
        communicator.Barrier();
        int other = 1 - communicator.Rank;
        communicator.Send<int>([1, 2, 3], to: other);
        var error = Assert.Throws<RankFailureException>(() => communicator.Receive<int>(new int[2], from: other));
        Assert.Contains("12 bytes where 8", error.Message, StringComparison.Ordinal);
        return true;
    });

    // Also where the second is looked for before the first: what is asked for first gets what was sent first.
    [Fact]
    public void MessagesOfOneTagAreNotMixedUpWhileTheyAreOnTheirWay() => LocalJob.Run(2, communicator =>
    {
        for (int i = 0; i < 200; i++)
        {
            int[] own = [i], all = new int[2];
            communicator.AllGather(own, all);
            float[] sums = [1, 2, 3];
            communicator.SumAll(sums);
            Assert.Equal([i, i], all);
            Assert.Equal([2, 4, 6], sums);
        }
    });

    // As over a network: what is on its way is not there yet.
    [Fact]
    public void MessagesTakeTheirTime()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        LocalJob.Run(2, communicator => communicator.Barrier(), latency: TimeSpan.FromMilliseconds(50));
        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(50));
    }

    // Enough numbers for slices, which need not be of one size, and for several blocks. Sums of whole numbers are exact; those of others
    // are added in the order of the ranks.
    [Theory]
    [InlineData(2, 1 << 15)]
    [InlineData(2, 2_500_001)]
    [InlineData(3, 1_200_002)]
    [InlineData(5, 90_001)]
    public void SumsOfManyNumbers(int ranks, int count)
    {
        Assert.True(SlicedSum.Pays((long)count * sizeof(float), ranks));
        SmallJob.Run(ranks, communicator =>
        {
            float[] singles = new float[count];
            double[] doubles = new double[count];
            for (int i = 0; i < count; i++) (singles[i], doubles[i]) = (i % 100 + communicator.Rank, Part(communicator.Rank, i));
            communicator.SumAll(singles);
            communicator.SumAll(doubles);
            for (int i = 0; i < count; i++)
            {
                double sum = Part(0, i);
                for (int rank = 1; rank < ranks; rank++) sum += Part(rank, i);
                if (singles[i] != ranks * (i % 100) + ranks * (ranks - 1) / 2 || doubles[i] != sum)
                    Assert.Fail($"{i}: {singles[i]}, {doubles[i]} where {sum} was expected");
            }
            return true;
        });

        static double Part(int rank, int i) => 1.0 / (i + 1) + rank / 3.0;
    }

    [Fact]
    public void ARankThatIsMissingInASumIsNamed() => SmallJob.Run(3, communicator =>
    {
        communicator.Timeout = TimeSpan.FromMilliseconds(300);
        if (communicator.Rank == 2) return true;
        var error = Assert.Throws<RankFailureException>(() => communicator.SumAll(new float[1 << 18]));
        Assert.Contains(2, error.Ranks);
        return true;
    });

    [Fact]
    public void AJobOfOneRankNeedsNoOthers()
    {
        var alone = LocalJob.Alone();
        double[] data = [1, 2];
        alone.Barrier();
        alone.SumAll(data);
        alone.Broadcast<double>(data);
        Assert.Equal([1.0, 2], data);
        Assert.Equal((0, 1), (alone.Rank, alone.Size));
        Assert.Equal(1, alone.Split(3).Size);
    }

    // What leaves one rank leaves it one after another.
    [Fact]
    public void MessagesShareTheirRanksLine()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        LocalJob.Run(3, communicator => communicator.AllGather(new byte[1000], new byte[3000]), bytesPerSecond: 20_000);
        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(100));
    }
}

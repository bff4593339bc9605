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
            communicator.Timeout = TimeSpan.FromMilliseconds(300);
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
}

using System.Diagnostics;
using Autograd.Distributed;

namespace Autograd.Tests;

/// <summary>What is predicted of a step, against what ranks send and how long it takes.</summary>
public class ScaleModelTests
{
    const int Numbers = 120_000;

    // To the byte. Small gradients in fast order are MPI's affair.
    [Theory]
    [InlineData(SumOrder.Strict, 2, 8)]
    [InlineData(SumOrder.Strict, 4, 8)]
    [InlineData(SumOrder.Strict, 2, 6)]
    [InlineData(SumOrder.Strict, 4, 12)]
    [InlineData(SumOrder.Strict, 3, 7)]
    [InlineData(SumOrder.Fast, 2, 8)]
    [InlineData(SumOrder.Fast, 4, 5)]
    public void BytesAndMessagesAreThoseThatAreSent(SumOrder order, int ranks, int microBatches)
    {
        (long Messages, long Bytes)[] sent = SmallJob.Run(ranks, communicator =>
        {
            var w = new Parameter("w", Tensor.Ones([Numbers]));
            var parallel = new DataParallel(communicator, [w], order);
            var local = (LocalCommunicator)communicator;
            var before = local.Sent;
            parallel.Gradients(microBatches, _ => Functions.Sum(w));
            return (local.Sent.Messages - before.Messages, local.Sent.Bytes - before.Bytes);
        });
        var predicted = new ScaleModel(Numbers * sizeof(float), microBatches, 1, order: order).Over(ranks, 1e-3, 1e8);
        Assert.Equal(predicted.SentBytes, sent.Max(one => one.Bytes));
        // Messages to several ranks leave together; those of several nodes, too.
        if (order == SumOrder.Fast || ranks is 2 or 4 && microBatches == 8)
            Assert.All(sent, one => Assert.Equal(predicted.Rounds * (ranks - 1), one.Messages));
    }

    // Sleep and messages last at least as long as they are said to: a step is not faster than predicted, and one that were slower by a
    // message in each step would show above.
    [Theory]
    [InlineData(SumOrder.Strict, 2)]
    [InlineData(SumOrder.Strict, 4)]
    [InlineData(SumOrder.Fast, 2)]
    public void AStepOverANetworkIsNotFasterThanPredicted(SumOrder order, int ranks)
    {
        const int Steps = 4, MicroBatches = 8;
        const double Work = 0.01, Latency = 0.01, Rate = 2e7;
        var predicted = new ScaleModel(Numbers * sizeof(float), MicroBatches, Work, order: order).Over(ranks, Latency, Rate);
        double[] seconds = new double[ranks];
        LocalJob.Run(
            ranks,
            communicator =>
            {
                var w = new Parameter("w", Tensor.Ones([Numbers]));
                var parallel = new DataParallel(communicator, [w], order);
                communicator.Barrier();
                long begin = Stopwatch.GetTimestamp();
                for (int i = 0; i < Steps; i++)
                    parallel.Gradients(MicroBatches, _ =>
                    {
                        Thread.Sleep(TimeSpan.FromSeconds(Work));
                        return Functions.Sum(w);
                    });
                seconds[communicator.Rank] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            },
            TimeSpan.FromSeconds(Latency), Rate);
        // Ranks leave the barrier within one latency of each other.
        Assert.True(
            seconds.Max() >= Steps * predicted.StepSeconds - Latency,
            $"{seconds.Max()} s, at least {Steps} times {predicted.StepSeconds} s");
    }

    [Fact]
    public void WithoutANetworkOnlySharesCount()
    {
        var model = new ScaleModel(4_000_000, 8, 0.5, secondsPerUpdate: 0.1);
        Assert.Equal((4.1, 1.0, 0.0), (model.Over(1, 1, 1).StepSeconds, model.Over(1, 1, 1).Efficiency, model.Over(1, 1, 1).SumSeconds));
        var four = model.Over(4, 0, double.PositiveInfinity);
        Assert.Equal(1.1, four.StepSeconds, 12);
        Assert.Equal(4.1 / 4.4, four.Efficiency, 12);
        Assert.Equal(4.1 / 1.1, four.SpeedUp, 12);
        // Three ranks take three micro-batches each at most.
        Assert.Equal(1.6, model.Over(3, 0, double.PositiveInfinity).StepSeconds, 12);
        // 10 Gbit/s: 4 latencies, and twice three quarters of the gradient.
        Assert.Equal(4 * 1e-5 + (3 * (512 + 128) + 6e6) / 1.25e9, model.Over(4, 1e-5, 1.25e9).SumSeconds, 12);
    }

    [Fact]
    public void WrongNumbersAreErrors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaleModel(0, 8, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaleModel(4, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaleModel(4, 8, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaleModel(4, 8, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScaleModel(4, 8, 1, -1));
        var model = new ScaleModel(4, 8, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Over(0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Over(9, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Over(2, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Over(2, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Over(2, 0, double.NaN));
    }
}

using Autograd.Distributed;
using Autograd.Optimizers;

namespace Autograd.Tests;

/// <summary>One batch over several ranks.</summary>
public class DataParallelTests
{
    const double Epsilon = 1.0 / (1 << 23);

    // Numbers of micro-batches that the ranks share evenly, and that they do not.
    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(8)]
    public void InStrictOrderTheNumberOfRanksAndThreadsChangesNoBit(int microBatches)
    {
        string alone = Assert.Single(SmallJob.Run(1, communicator => SmallJob.Train(communicator, 5, microBatches)));
        foreach (int ranks in new[] { 2, 3, 4 })
            foreach (int threads in new[] { 1, 2 })
                Assert.All(
                    SmallJob.Run(ranks, communicator => SmallJob.Train(communicator, 5, microBatches, threads: threads)),
                    hash => Assert.Equal(alone, hash));
    }

    // The weighted mean over valid steps is the loss of all sequences together, and so is its gradient: n micro-batches of weights wᵢ
    // differ from one by the rounding of n additions.
    [Theory]
    [InlineData(SumOrder.Strict, 1)]
    [InlineData(SumOrder.Strict, 3)]
    [InlineData(SumOrder.Fast, 1)]
    [InlineData(SumOrder.Fast, 3)]
    public void TheGradientIsThatOfTheUndividedBatch(SumOrder order, int ranks)
    {
        const int MicroBatches = 6;
        var model = SmallJob.Model();
        using var tape = new Tape();
        var losses = Enumerable.Range(0, MicroBatches).Select(i => SmallJob.Loss(model, i)).ToArray();
        double weights = losses.Sum(loss => loss.Weight);
        var whole = losses.Select(loss => loss.Mean * (loss.Weight / weights)).Aggregate((sum, next) => sum + next);
        var expected = tape.Gradients(whole, model.Parameters);
        var all = SmallJob.Run(ranks, communicator =>
        {
            var own = SmallJob.Model();
            var batch = new DataParallel(communicator, own.Parameters, order).Gradients(MicroBatches, i => SmallJob.Loss(own, i));
            return (batch.Loss, batch.Weight, Gradients: batch.Gradients.Select(gradient => gradient.ToDoubles()).ToArray());
        });
        foreach (var (loss, weight, gradients) in all)
        {
            Assert.Equal(weights, weight);
            Assert.Equal(whole.ToScalar(), loss, 4 * MicroBatches * Epsilon);
            for (int p = 0; p < gradients.Length; p++)
            {
                double scale = expected[p].ToDoubles().Max(Math.Abs);
                Assert.All(gradients[p].Zip(expected[p].ToDoubles()), pair =>
                    Assert.True(Math.Abs(pair.First - pair.Second) <= 16 * MicroBatches * Epsilon * scale,
                        $"{pair.First} and {pair.Second}"));
            }
        }
    }

    [Fact]
    public void AValidationIsTheSameForAnyNumberOfRanks()
    {
        static double Of(Communicator communicator) => new DataParallel(communicator, SmallJob.Model().Parameters)
            .Mean(11, i => (Math.Sin(i), i % 4));
        double expected = Enumerable.Range(0, 11).Sum(i => Math.Sin(i) * (i % 4)) / Enumerable.Range(0, 11).Sum(i => i % 4);
        double alone = SmallJob.Run(1, Of)[0];
        Assert.Equal(expected, alone, 1e-15);
        foreach (int ranks in new[] { 2, 3, 5 }) Assert.All(SmallJob.Run(ranks, Of), value => Assert.Equal(alone, value));
    }

    [Fact]
    public void MicroBatchesWithoutWeightAreLeftOut()
    {
        var gradients = SmallJob.Run(2, communicator =>
        {
            var w = new Parameter("w", Tensor.Ones([2]));
            var parallel = new DataParallel(communicator, [w]);
            var none = parallel.Gradients(2, i => new WeightedLoss(Functions.Sum(w * w), 0));
            Assert.True(double.IsNaN(none.Loss));
            Assert.Equal([0.0, 0], none.Gradients[0].ToDoubles());
            return parallel.Gradients(3, i => new WeightedLoss(Functions.Sum(w * w) * i, i == 2 ? 3 : 0)).Gradients[0].ToDoubles();
        });
        Assert.All(gradients, gradient => Assert.Equal([4.0, 4], gradient));
    }

    [Fact]
    public void BothElementTypesAreSummed() => Assert.All(
        SmallJob.Run(3, communicator =>
        {
            var (w, v) = (new Parameter("w", Tensor.Ones([3])), new Parameter("v", Tensor.Ones([5], ElementType.Float64)));
            var batch = new DataParallel(communicator, [v, w]).Gradients(
                6, i => Functions.Sum(w).As(ElementType.Float64) * i + Functions.Sum(v) * (i * i));
            return batch.Gradients.Select(gradient => gradient.ToDoubles()).ToArray();
        }),
        gradients =>
        {
            Assert.Equal(Enumerable.Repeat(55.0 / 6, 5), gradients[0], (a, b) => Math.Abs(a - b) < 1e-14);
            Assert.Equal(Enumerable.Repeat(2.5, 3), gradients[1]);
        });

    // Validation, early stopping, the best so far, averages and snapshots are those of one rank, whichever number there are.
    [Fact]
    public void ATrainingLoopDoesTheSameOnAnyNumberOfRanks()
    {
        string folder = Directory.CreateTempSubdirectory("ranks").FullName;
        try
        {
            (double, double?, long?, double[]) Train(Communicator communicator, string name)
            {
                var model = SmallJob.Model();
                var optimizer = new Adam(model.Parameters, 0.01) { Clipping = Clipping.GlobalNorm(1) };
                var snapshots = new Snapshots(Path.Combine(folder, name), every: 4, keep: 2, ("model", model), ("optimizer", optimizer));
                var loop = new TrainingLoop(optimizer, batch => SmallJob.Loss(model, (int)batch).Mean)
                {
                    MicroBatches = 6,
                    Together = new DataParallel(communicator, model.Parameters),
                    Validation = () => SmallJob.Loss(model, 1000).Mean.ToScalar(),
                    ValidateEvery = 2,
                    Average = new WeightAverage(model.Parameters, 0.9),
                    Snapshots = snapshots,
                };
                loop.Run(5);
                communicator.Barrier();
                // Another run, from the newest snapshot, which the first rank has written.
                Assert.True(loop.Resume());
                var result = loop.Run(9);
                communicator.Barrier();
                return (loop.Steps, result.Best, result.BestStep, [.. model.Parameters.SelectMany(parameter => parameter.ToDoubles())]);
            }

            var alone = SmallJob.Run(1, communicator => Train(communicator, "alone"))[0];
            foreach (int ranks in new[] { 2, 3 })
                foreach (var result in SmallJob.Run(ranks, communicator => Train(communicator, $"{ranks}")))
                {
                    Assert.Equal((alone.Item1, alone.Item2, alone.Item3), (result.Item1, result.Item2, result.Item3));
                    Assert.Equal(alone.Item4, result.Item4);
                }
            Assert.Equal(2, Directory.GetFiles(Path.Combine(folder, "3")).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ALoopThatIsCancelledOnOneRankEndsAtTheSameStepOnAll()
    {
        long[] steps = SmallJob.Run(3, communicator =>
        {
            var model = SmallJob.Model();
            using var cancellation = new CancellationTokenSource();
            var loop = new TrainingLoop(new Sgd(model.Parameters, 0.1), batch => SmallJob.Loss(model, (int)batch).Mean)
            {
                MicroBatches = 3,
                Together = new DataParallel(communicator, model.Parameters),
            };
            var result = loop.Run(100, TrainingProgress.To(at =>
            {
                if (communicator.Rank == 1 && at.Step == 4) cancellation.Cancel();
            }), cancellation.Token);
            Assert.Equal(TrainingEnd.Cancelled, result.End);
            return loop.Steps;
        });
        Assert.Equal([4, 4, 4], steps);
    }

    [Fact]
    public void ABatchThatIsTooSmallIsAnErrorOnEveryRank() => SmallJob.Run(3, communicator =>
    {
        var parallel = new DataParallel(communicator, SmallJob.Model().Parameters);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => parallel.Gradients(2, i => throw new InvalidOperationException()));
        Assert.Contains("2 micro-batches cannot be shared by 3 ranks", error.Message, StringComparison.Ordinal);
        return true;
    });

    [Fact]
    public void WhatOneRankMeetsAllHearOf() => SmallJob.Run(3, communicator =>
    {
        var model = SmallJob.Model();
        var parallel = new DataParallel(communicator, model.Parameters);
        WeightedLoss Loss(int i) => i == 4 ? throw new FileNotFoundException("no data here") : SmallJob.Loss(model, i);
        if (communicator.Rank == 2)
        {
            Assert.Throws<FileNotFoundException>(() => parallel.Gradients(6, Loss));
        }
        else
        {
            var error = Assert.Throws<RankFailureException>(() => parallel.Gradients(6, Loss));
            Assert.Equal([2], error.Ranks);
            Assert.Contains("rank 2 failed: no data here", error.Message, StringComparison.Ordinal);
        }
        // Nobody is left waiting, and the next batch is whole.
        Assert.True(double.IsFinite(parallel.Gradients(6, i => SmallJob.Loss(model, i)).Loss));
        return true;
    });

    [Fact]
    public void CancellationOnOneRankEndsTheBatchOnAll() => SmallJob.Run(3, communicator =>
    {
        var model = SmallJob.Model();
        var parallel = new DataParallel(communicator, model.Parameters);
        using var cancellation = new CancellationTokenSource();
        if (communicator.Rank == 1) cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => parallel.Gradients(3, i => SmallJob.Loss(model, i), cancellation.Token));
        Assert.True(parallel.Any(cancellation.IsCancellationRequested));
        return true;
    });

    [Fact]
    public void RanksThatTrainSomethingElseAreNamed()
    {
        Differs("the values of the parameters", rank => [new Parameter("w", Tensor.Full([2], rank == 1 ? 1.5 : 1))]);
        Differs("the names and shapes", rank => [new Parameter("w", Tensor.Ones([rank == 1 ? 3 : 2]))]);
        Differs("the names and shapes", rank => [new Parameter(rank == 1 ? "v" : "w", Tensor.Ones([2]))]);
        Differs("the names and shapes", rank =>
            [new Parameter("w", Tensor.Ones([2], rank == 1 ? ElementType.Float64 : ElementType.Float32))]);
        Differs("data", _ => [new Parameter("w", Tensor.Ones([2]))], rank => rank == 1 ? "other" : "same");
        Differs("order", _ => [new Parameter("w", Tensor.Ones([2]))], orderOf: rank => rank == 1 ? SumOrder.Fast : SumOrder.Strict);
    }

    // What cannot differ between threads is said to.
    [Fact]
    public void RanksThatComputeWithSomethingElseAreNamed()
    {
        var here = Surroundings.Here;
        foreach (var (what, other) in new[]
        {
            ("the version of the library", here with { Version = "0.9" }), ("the runtime", here with { Runtime = ".NET 9.0.1" }),
            ("the width of vectors", here with { Vectors = "Arm64 True False False" }),
        })
            SmallJob.Run(3, communicator =>
            {
                var error = Assert.Throws<RankFailureException>(
                    () => Agreement.Check(communicator, [new Parameter("w", Tensor.Ones([2]))], [], communicator.Rank > 0 ? other : here));
                Assert.Contains($"{what} of ranks 1, 2 are not those of rank 0", error.Message, StringComparison.Ordinal);
                Assert.Equal([1, 2], error.Ranks);
                return true;
            });
    }

    [Fact]
    public void MoreMicroBatchesThanABatchHoldsAreAnError()
    {
        var parallel = new DataParallel(LocalJob.Alone(), SmallJob.Model().Parameters);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => parallel.Gradients(DataParallel.MostMicroBatches + 1, i => throw new InvalidOperationException()));
        Assert.Throws<ArgumentOutOfRangeException>(() => parallel.Mean(int.MaxValue, i => throw new InvalidOperationException()));
    }

    static void Differs(
        string what, Func<int, Parameter[]> parameters, Func<int, string>? data = null, Func<int, SumOrder>? orderOf = null) =>
        SmallJob.Run(3, communicator =>
        {
            int rank = communicator.Rank;
            var error = Assert.Throws<RankFailureException>(() => new DataParallel(
                communicator, parameters(rank), orderOf?.Invoke(rank) ?? SumOrder.Strict, ("data", data?.Invoke(rank) ?? "")));
            Assert.Contains(what, error.Message, StringComparison.Ordinal);
            Assert.Equal([1], error.Ranks);
            return true;
        });
}

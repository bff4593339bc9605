using Autograd.Optimizers;
using Autograd.Tests.Autodiff;
using static Autograd.Functions;

namespace Autograd.Tests.Optimizers;

/// <summary>What a loop allocates. Tapes take memory from a pool that other tests would take it from as well.</summary>
[Collection(nameof(Alone))]
public class TrainingAllocationTests
{
    const int Warm = 200, Counted = 100, Turns = 5;

    /// <summary>
    /// The least of some hundreds of steps each: when a method is compiled anew, what it allocated may be on the stack from then on.
    /// </summary>
    [Fact]
    public void ALoopAllocatesNoMoreThanOneByHand() => Assert.Equal(LeastByHand(), LeastOfLoop());

    static long LeastOfLoop()
    {
        var line = Line();
        var training = new TrainingLoop(new Adam([line], new WarmUp(0.01, 3)), _ => Square(line))
        {
            Average = new WeightAverage([line]),
            Stopping = new EarlyStopping(2),
            ValidateEvery = 1_000_000,
            Validation = () => 0,
            Snapshots = new Snapshots(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), every: 1_000_000),
            MicroBatches = 2,
        };
        var bytes = new long[Turns + 1];
        var progress = TrainingProgress.To(report =>
        {
            if (report.Step >= Warm && report.Step % Counted == 0)
                bytes[(report.Step - Warm) / Counted] = GC.GetAllocatedBytesForCurrentThread();
            // Ended by an error, so that no snapshot is saved at the end.
            if (report.Step == Warm + Turns * Counted) throw new InvalidOperationException("enough");
        });
        Assert.Throws<InvalidOperationException>(() => training.Run(1_000, progress, new CancellationTokenSource().Token));
        return Least(bytes);
    }

    static long LeastByHand()
    {
        var line = Line();
        var optimizer = new Adam([line], new WarmUp(0.01, 3));
        var sum = new GradientSum([line]);
        Parameter[] parameters = [line];
        var bytes = new long[Turns + 1];
        for (int step = 0; step <= Warm + Turns * Counted; step++)
        {
            if (step >= Warm && step % Counted == 0) bytes[(step - Warm) / Counted] = GC.GetAllocatedBytesForCurrentThread();
            sum.Clear();
            for (int i = 0; i < 2; i++)
            {
                using var tape = new Tape();
                var loss = Square(line);
                sum.Add(tape.Gradients(loss, parameters), 0.5);
            }
            optimizer.Step(sum.Gradients);
        }
        return Least(bytes);
    }

    static long Least(long[] bytes) => bytes.Zip(bytes.Skip(1), (before, after) => after - before).Min();

    static Parameter Line() => new("p", Tensor.From([1.5]));
}

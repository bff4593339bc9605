using System.Runtime.CompilerServices;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Segments within a memory budget, and threads: neither shows in the results.</summary>
public class CompiledMemoryTests
{
    static readonly RandomKey Key = new(6);

    [Theory]
    [InlineData(1, false)]
    [InlineData(4_000, false)]
    [InlineData(20_000, false)]
    [InlineData(4_000, true)]
    public void ABudgetDoesNotShowInTheResults(long budget, bool hasLengths)
    {
        var layer = Recurrent.Over(new PeepholeLstmCell(2, 3, Key), InitialState.Learned);
        var x = InDouble.Draw(Key.For("x"), 40, 3, 2);
        int[] lengths = hasLengths ? [40, 7, 13] : [];
        BothWays.Agree(layer, () =>
        {
            layer.MemoryBudget = layer.Execution == Execution.Compiled ? budget : null;
            using var tape = InDouble.Tape(layer);
            tape.Watch(x);
            var run = layer.Run(x, lengths);
            return BothWays.Detached(
                [run.Outputs, run.Final.C, run.Final.H,
                .. tape.Gradients(Sum(Square(run.Outputs)) + Sum(run.Final.C), [x, .. layer.Parameters])]);
        });
    }

    [Fact]
    public void StepMasksGoOnThroughSegments()
    {
        var layer = Recurrent.Over(
            new FunctionCell<Tensor>((x, s) => s * 0.9 + x * StepMask([3, 2], 0.5, Key, x.ElementType) is var next ? (next, next)
            : default, 2));
        var x = InDouble.Draw(Key.For("x"), 40, 3, 2);
        BothWays.Agree(layer, () =>
        {
            layer.MemoryBudget = layer.Execution == Execution.Compiled ? 500 : null;
            using var tape = new Tape();
            tape.Watch(x);
            var run = layer.Run(x);
            return BothWays.Detached([run.Outputs, .. tape.Gradients(Sum(Square(run.Outputs)), [x])]);
        });
    }

    [Fact]
    public void StatesBetweenSegmentsWereNotKept()
    {
        var layer = Recurrent.Over(new PeepholeLstmCell(2, 3, Key));
        layer.MemoryBudget = 1;
        using var tape = new Tape();
        var run = layer.Run(Key.Normal([40, 3, 2]));
        Assert.Equal(40, run.States.Count);
        Assert.Contains("MemoryBudget", Assert.Throws<InvalidOperationException>(() => run.States[3]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.MemoryBudget = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.Threads = -1);
    }

    [Fact]
    public void StatesThatNobodyAsksForTakeNoMemory()
    {
        var layer = Recurrent.Over(new PeepholeLstmCell(2, 32, Key));
        layer.Threads = 1;
        var x = Key.Normal([1_000, 64, 2]);
        const long OfSequence = 1_000 * 64 * 32 * sizeof(float);
        layer.KeepsStates = false;
        // Held, so that none has memory of another. That of other tests is there for all.
        List<object> held = [layer.Run(x)];
        foreach (bool keepsStates in (bool[])[false, true])
        {
            layer.KeepsStates = keepsStates;
            long before = GC.GetAllocatedBytesForCurrentThread();
            var run = layer.Run(x);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            held.Add(run);
            // h is the output; c is kept only where it is asked for.
            Assert.InRange(allocated, 0, OfSequence * (keepsStates ? 2.1 : 1.1));
            if (keepsStates) continue;
            var error = Assert.Throws<InvalidOperationException>(() => run.StackedStates());
            Assert.Contains("KeepsStates", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Nor do they within a chunk: they lie where the run before had them, and its results are not touched.</summary>
    [Fact]
    public void ForgottenStatesLieInOnePlace()
    {
        var layer = Recurrent.Over(Stacked.Of(new LstmCell(2, 128, Key), new LstmCell(128, 128, Key.At(1))));
        layer.Threads = 1;
        layer.KeepsStates = false;
        Tensor[] inputs = [.. Enumerable.Range(0, 3).Select(i => Key.At(i).Normal([16 - i, 16, 2]))];
        var first = Results(inputs[0]);
        double[][] expected = Array.ConvertAll(first, tensor => tensor.ToDoubles());
        for (int run = 0; run < 6; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var results = Results(inputs[run % 3]);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            // The first states, of zeros, are made for each run; large results are up to a quarter longer, so that they serve others again.
            if (run > 2) Assert.InRange(allocated, 0, (1.5 + 0.25) * results.Sum(tensor => tensor.ElementCount * sizeof(float)));
            if (run == 3) Assert.Equal(expected, Array.ConvertAll(results, tensor => tensor.ToDoubles()));
            Assert.Equal(expected, Array.ConvertAll(first, tensor => tensor.ToDoubles()));
        }

        Tensor[] Results(Tensor x)
        {
            var run = layer.Run(x);
            return [run.Outputs, .. State.Tensors(run.Final)];
        }
    }

    /// <summary>Nor does a run on another thread, which takes the same workspace as soon as it is given back.</summary>
    [Fact]
    public void RunsOnSeveralThreadsHaveStatesOfTheirOwn()
    {
        var layer = Recurrent.Over(new LstmCell(1, 64, Key));
        layer.Threads = 1;
        layer.KeepsStates = false;
        Tensor[] inputs = [.. Enumerable.Range(0, 4).Select(i => Key.At(i).Normal([2, 8, 1]))];
        double[][] expected = Array.ConvertAll(inputs, x => layer.Run(x).Final.C.ToDoubles());
        Parallel.For(0, 4, i =>
        {
            for (int run = 0; run < 500; run++) Assert.Equal(expected[i], layer.Run(inputs[i]).Final.C.ToDoubles());
        });
    }

    [Fact]
    public void ACancelledRunHoldsOnToNothing()
    {
        var layer = Recurrent.Over(new PeepholeLstmCell(2, 32, Key));
        // Its workspace is held for the next one.
        layer.Run(Key.Normal([3, 4, 2]));
        var memory = Cancelled(layer);
        for (int i = 0; i < 3 && memory.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(memory.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Cancelled(Recurrent<LstmState> layer)
        {
            var x = Key.Normal([5, 4, 2]);
            Assert.Throws<OperationCanceledException>(() => layer.Run(x, cancellation: new CancellationToken(true)));
            return new WeakReference(((Storage<float>)x.Storage!).Array);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(33)]
    [InlineData(130)]
    public void ThreadsDoNotShow(int batch)
    {
        var layer = Recurrent.Over(Stacked.Of(new PeepholeLstmCell(3, 17, Key), new PeepholeLstmCell(17, 9, Key.For("second"))));
        var x = Key.For("x").Normal([7, batch, 3]);
        int[] lengths = [.. Enumerable.Range(0, batch).Select(i => 1 + i % 7)];
        Tensor[] one = Run(1);
        foreach (int threads in (int[])[2, 3, 4, 16]) Close.Same(one, Run(threads));

        Tensor[] Run(int threads)
        {
            layer.Threads = threads;
            using var tape = new Tape();
            tape.Watch(x);
            var run = layer.Run(x, lengths);
            BothWays.Took(layer);
            return BothWays.Detached(
                [run.Outputs, .. State.Tensors(run.Final), .. tape.Gradients(Sum(Square(run.Outputs)), [x, .. layer.Parameters])]);
        }
    }

    [Fact]
    public void EightThreadsWithTapesOfTheirOwnComputeTheBitsOfOne()
    {
        var layer = Recurrent.Over(new PeepholeLstmCell(3, 9, Key));
        double[][] alone = [.. Enumerable.Range(0, 8).Select(Gradients)], together = new double[8][];
        for (int round = 0; round < 5; round++)
        {
            var threads = Enumerable.Range(0, 8).Select(i => new Thread(() => together[i] = Gradients(i))).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            Assert.Equal(alone, together);
        }

        // Streams of two shapes.
        double[] Gradients(int stream)
        {
            var sums = new List<double>();
            for (int i = 0; i < 20; i++)
            {
                using var tape = new Tape();
                var x = Key.For($"stream {stream}").At(i).Normal([5, 2 + stream % 2, 3]);
                sums.AddRange(
                    tape.Gradients(Mean(Square(layer.Forward(x))), layer.Parameters).SelectMany(gradient => gradient.ToDoubles()));
            }
            return [.. sums];
        }
    }

    [Fact]
    public void AnErrorInAStepOfManyThreadsIsThrown()
    {
        // Not an operation of the plan fails here but the memory: no such length.
        var layer = Recurrent.Over(new PeepholeLstmCell(2, 3, Key));
        layer.Threads = 4;
        Assert.Throws<ShapeException>(() => layer.Forward(Key.Normal([5, 40, 7])));
        Assert.Equal([5, 40, 3], layer.Forward(Key.Normal([5, 40, 2])).Shape.Lengths.ToArray());
    }
}

using Autograd.Layers;
using Autograd.Tests.Autodiff;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Runs on several threads, called from threads of the pool that would have to help.</summary>
[Collection(nameof(Alone))]
public class CompiledThreadsTests
{
    static readonly RandomKey Key = new(5);
    static readonly Recurrent<LstmState> Small = Recurrent.Over(new PeepholeLstmCell(3, 8, Key));

    // Its weights are shared by columns.
    static readonly Recurrent<LstmState> Wide = Recurrent.Over(new LstmCell(8, 400, Key));

    [Fact]
    public void TheBitsDoNotDependOnTheNumberOfThreads()
    {
        foreach (var layer in (Recurrent<LstmState>[])[Small, Wide])
        {
            double[] expected = Gradients(layer, 1);
            foreach (int threads in (int[])[2, 3, 4, 8]) Assert.Equal(expected, Gradients(layer, threads));
        }
    }

    /// <summary>As many callers as the pool has threads: nobody is left to help.</summary>
    [Fact]
    public void APoolWithoutThreadsToGiveIsNotWaitedFor()
    {
        double[] expected = Gradients(Small, 1);
        OnAFullPool(() => Assert.Equal(expected, Gradients(Small, 8)));
    }

    [Fact]
    public void MicroBatchesDoNotWaitForAFullPool()
    {
        var expected = MicroBatches(1);
        OnAFullPool(() => Assert.Equal(expected, MicroBatches(4)));
    }

    static void OnAFullPool(Action action)
    {
        ThreadPool.GetMaxThreads(out int workers, out int ports);
        int most = Environment.ProcessorCount;
        Assert.True(ThreadPool.SetMaxThreads(most, ports));
        try
        {
            // Nobody goes on before all have a thread, but for this one, which may be one of the pool's and then takes a task itself.
            Task.WaitAll([.. Enumerable.Range(0, most).Select(_ => Task.Run(action))]);
            Parallel.For(0, 8 * most, _ => action());
        }
        finally
        {
            ThreadPool.SetMaxThreads(workers, ports);
        }
    }

    static double[] Gradients(Recurrent<LstmState> layer, int threads)
    {
        // A layer of one's own over the same parameters: the number of threads belongs to the layer.
        var own = Recurrent.Over(layer.Cell);
        own.Threads = threads;
        using var tape = new Tape();
        var x = Key.For("x").Normal([9, 64, layer.Cell.Parameters[0].Shape[0]]);
        return [.. tape.Gradients(Mean(Square(own.Forward(x))), layer.Cell.Parameters).SelectMany(gradient => gradient.ToDoubles())];
    }

    static double[] MicroBatches(int threads)
    {
        var own = Recurrent.Over(Small.Cell);
        own.Threads = threads;
        var (_, gradients) = Differentiate.ValueAndGradient(
            5, i => Mean(Square(own.Forward(Key.For("x").At(i).Normal([4, 32, 3])))), Small.Cell.Parameters, threads);
        return [.. gradients.SelectMany(gradient => gradient.ToDoubles())];
    }
}

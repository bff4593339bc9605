using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>What one back end does for a run, another does too.</summary>
public class BackEndLaws
{
    // Of an array with a header, and of one that nobody gives back at every step.
    const int LeastLeftBehind = 64;

    /// <summary>A run takes memory for what it gives and nothing else, whichever way its kernels run.</summary>
    [Law(6)]
    public void NoBackEndLeavesMemoryBehind(Draw draw)
    {
        var (batch, units, steps) = draw.Of(draw => (draw.Whole(1, 20), draw.Whole(1, 40), draw.Whole(20, 60)));
        var layer = Recurrent.Over(new GruCell(3, units, new RandomKey(1)));
        layer.Threads = 1;
        var x = Tensor.Zeros([steps, batch, 3]);
        Assert.InRange(Bytes(Execution.Interpreted), 0, Bytes(Execution.Compiled) + LeastLeftBehind * steps);

        // The least of some: a collection may empty pools, and a first run makes what later ones use.
        long Bytes(Execution execution)
        {
            layer.Execution = execution;
            long least = long.MaxValue;
            for (int i = 0; i < 5; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                layer.Run(x);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
            return least;
        }
    }
}

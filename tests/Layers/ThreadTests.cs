using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

/// <summary>A tape on each thread, over parameters that all of them read.</summary>
public class ThreadTests
{
    const int Threads = 8;
    // 10,000 in all.
    const int StepsPerThread = 1250;

    static readonly RandomKey Key = new(11);
    static readonly Recurrent<LstmState> Model = Recurrent.Over(new LstmCell(3, 9, Key));

    [Fact]
    public void EightThreadsComputeTheBitsOfOne()
    {
        var alone = Enumerable.Range(0, Threads).Select(Gradients).ToArray();
        var together = new ulong[Threads];
        var threads = Enumerable.Range(0, Threads).Select(i => new Thread(() => together[i] = Gradients(i))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(alone, together);
        Assert.Equal(Threads, alone.Distinct().Count());
    }

    // A hash over the bits of all gradients of all steps.
    static ulong Gradients(int stream)
    {
        ulong hash = 14695981039346656037;
        for (int step = 0; step < StepsPerThread; step++)
        {
            using var tape = new Tape();
            var x = Key.For($"stream {stream}").At(step).Normal([5, 4, 3]);
            foreach (var gradient in tape.Gradients(Mean(Square(Model.Forward(x))), Model.Parameters))
                foreach (float element in gradient.AsSpan<float>())
                    hash = (hash ^ BitConverter.SingleToUInt32Bits(element)) * 1099511628211;
        }
        return hash;
    }
}

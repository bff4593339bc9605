using Autograd.Layers;
using Autograd.Optimizers;

namespace Autograd.Bench;

/// <summary>
/// Trains an LSTM for 300 steps and prints a hash of the bits of all weights. It is the same in every process on a machine, whatever the
/// garbage collector, the tiers of compilation and the other threads do.
/// </summary>
internal static class HashCommand
{
    const int Steps = 300;

    static readonly RandomKey Key = new(1);

    public static void Run(int threads)
    {
        var hashes = new ulong[threads];
        var workers = Enumerable.Range(0, threads).Select(i => new Thread(() => hashes[i] = Train())).ToArray();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        if (hashes.Distinct().Count() != 1) throw new InvalidOperationException($"{threads} threads gave different weights.");
        Console.WriteLine($"{hashes[0]:x16}");
    }

    static ulong Train()
    {
        var model = Recurrent.Over(new LstmCell(16, 32, Key));
        var optimizer = new Adam(model.Parameters, 1e-3) { Clipping = Clipping.GlobalNorm(1) };
        for (int step = 0; step < Steps; step++)
        {
            using var tape = new Tape();
            var x = Key.For("x").At(step).Normal([20, 8, 16]);
            optimizer.Step(tape.Gradients(Functions.Mean(Functions.Square(model.Forward(x) - 0.3)), model.Parameters));
        }
        return Hash(model.Parameters);
    }

    // FNV-1a over the elements' bits.
    static ulong Hash(IReadOnlyList<Parameter> parameters)
    {
        ulong hash = 14695981039346656037;
        foreach (var parameter in parameters)
            foreach (float element in parameter.AsSpan<float>())
                hash = (hash ^ BitConverter.SingleToUInt32Bits(element)) * 1099511628211;
        return hash;
    }
}

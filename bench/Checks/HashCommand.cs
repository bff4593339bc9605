using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>
/// Trains a model with every kind of layer and prints a hash of the bits of all weights. It is the same in every process, whatever the
/// width of vectors, the back end, the number of threads, the garbage collector and the tiers of compilation.
/// </summary>
static class HashCommand
{
    /// <param name="threads">Trains once on each of so many threads.</param>
    /// <param name="isInterpreted">Whether plans are interpreted.</param>
    public static void Run(int threads, bool isInterpreted)
    {
        var execution = isInterpreted ? Execution.Interpreted : Execution.Compiled;
        var hashes = new ulong[threads];
        var workers = Enumerable.Range(0, threads).Select(i => new Thread(() => hashes[i] = HashedTraining.Run(execution))).ToArray();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        if (hashes.Distinct().Count() != 1) throw new InvalidOperationException($"{threads} threads gave different weights.");
        Console.WriteLine($"{hashes[0]:x16}");
    }
}

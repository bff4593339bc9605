using System.Diagnostics;
using System.Globalization;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>
/// Times 64 gradients of one layer in a <see cref="Parallel.For(int, int, Action{int})"/>, whose threads are those that a compiled run
/// would ask for help: with one thread for each run, and with some, in turns.
/// </summary>
internal static class CrowdCommand
{
    const int Runs = 64, Rounds = 15;

    static readonly RandomKey Key = new(3);

    public static void Run(int threads)
    {
        var layer = Recurrent.Over(new PeepholeLstmCell(65, 128, Key));
        var x = Key.For("x").Normal([50, 32, 65]);
        var (alone, together) = (new double[Rounds], new double[Rounds]);
        for (int i = 0; i < 2; i++) (_, _) = (Time(layer, x, 1), Time(layer, x, threads));
        for (int i = 0; i < Rounds; i++) (alone[i], together[i]) = (Time(layer, x, 1), Time(layer, x, threads));
        double one = Median(alone), more = Median(together);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Runs} runs in Parallel.For: threads 1 {one:F0} ms, threads {threads} {more:F0} ms, ratio {more / one:F2}"));
    }

    static double Time(Recurrent<LstmState> layer, Tensor x, int threads)
    {
        layer.Threads = threads;
        long start = Stopwatch.GetTimestamp();
        Parallel.For(0, Runs, _ =>
        {
            using var tape = new Tape();
            tape.Gradients(Functions.Mean(Functions.Square(layer.Forward(x))), layer.Parameters);
        });
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}

using System.Diagnostics;
using System.Globalization;
using Autograd.Layers;

namespace Autograd.Bench;

/// <summary>
/// Times 64 gradients of one layer in a <see cref="Parallel.For(int, int, Action{int})"/>, whose threads are those that a compiled run
/// would ask for help: with one thread for each run, and with some, in turns.
/// </summary>
static class CrowdCommand
{
    const int Runs = 64, Rounds = 15;

    static readonly RandomKey Key = new(3);

    public static void Run(int threads)
    {
        var layer = Recurrent.Over(new PeepholeLstmCell(65, 128, Key));
        var x = Key.For("x").Normal([50, 32, 65]);
        var (alone, together) = (new (double, double)[Rounds], new (double, double)[Rounds]);
        for (int i = -2; i < Rounds; i++) (alone[Math.Max(i, 0)], together[Math.Max(i, 0)]) = (Time(layer, x, 1), Time(layer, x, threads));
        Print("elapsed", threads, alone.Select(turn => turn.Item1), together.Select(turn => turn.Item1));
        Print("processors", threads, alone.Select(turn => turn.Item2), together.Select(turn => turn.Item2));
    }

    static (double Elapsed, double Processors) Time(Recurrent<LstmState> layer, Tensor x, int threads)
    {
        layer.Threads = threads;
        var used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        Parallel.For(0, Runs, _ =>
        {
            using var tape = new Tape();
            tape.Gradients(Functions.Mean(Functions.Square(layer.Forward(x))), layer.Parameters);
        });
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
    }

    static void Print(string what, int threads, IEnumerable<double> alone, IEnumerable<double> together)
    {
        double one = Median(alone), more = Median(together);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Runs} runs, {what}: threads 1 {one:F0} ms, threads {threads} {more:F0} ms, ratio {more / one:F2}"));
    }

    static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}

using System.Globalization;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench;

/// <summary>
/// Times the gradients of every sample of a batch
/// (<see cref="Differentiate.PerSampleGradients(Func{Tensor, Tensor}, Tensor, IReadOnlyList{Parameter})"/>) through a compiled LSTM beside
/// one sweep of the same batch, which gives their sum, in turns.
/// </summary>
static class VmapCommand
{
    const int Rounds = 15;

    static readonly RandomKey Key = new(3);

    public static void Run()
    {
        Console.WriteLine("time, batch, inputs, hidden | batch | each sample | ratio | ms of processor time, minimum; one thread");
        foreach (var (time, batch, inputs, hidden) in new[] { (50, 64, 32, 64), (50, 64, 32, 128), (100, 16, 16, 32), (200, 64, 16, 32) })
        {
            var layer = Recurrent.Over(new LstmCell(inputs, hidden, Key));
            layer.Threads = 1;
            var samples = Key.For("x").Normal([batch, time, inputs]);
            var together = MoveAxis(samples, 0, 1);
            Action[] ways =
            [
                () => Differentiate.ValueAndGradient(() => Sum(Square(layer.Forward(together))), layer.Parameters),
                () => Differentiate.PerSampleGradients(
                one => Sum(Square(layer.Forward(one.Reshape(time, 1, inputs)))), samples, layer.Parameters),
            ];
            var best = new double[ways.Length];
            Array.Fill(best, double.PositiveInfinity);
            for (int round = 0; round < Rounds; round++)
                for (int i = 0; i < ways.Length; i++)
                    best[i] = Math.Min(best[i], Milliseconds(ways[i]));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{time}, {batch}, {inputs}, {hidden} | {best[0]:F2} | {best[1]:F2} | {best[1] / best[0]:F2}"));
        }
    }

    static double Milliseconds(Action way)
    {
        // Of processors, so that other work of the machine does not count.
        var start = Environment.CpuUsage.TotalTime;
        way();
        return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
    }
}

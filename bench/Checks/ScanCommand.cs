using System.Diagnostics;
using System.Globalization;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Bench;

/// <summary>
/// Times training steps of the recurrence h[t] = a[t] ⊙ h[t − 1] + b[t] with gates of the input, as <c>LinearScan</c>, as a tree of
/// <c>AssociativeScan</c>, and as a cell compiled by <see cref="Recurrent"/>, in turns.
/// </summary>
static class ScanCommand
{
    const int Rounds = 9;

    static readonly RandomKey Key = new(3);

    public static void Run()
    {
        Console.WriteLine("time, batch, hidden | LinearScan | AssociativeScan | compiled | ms per step, minimum");
        foreach (var (time, batch, hidden) in new[] { (50, 32, 128), (1000, 1, 32), (2000, 8, 64), (100_000, 1, 16) })
        {
            var cell = new GatedCell(16, hidden, Key);
            var x = Key.For("x").Normal([time, batch, 16]);
            var layer = Recurrent.Over(cell);
            Func<Tensor>[] ways =
            [
                () => LinearScan(cell.Keep(x), cell.Input(x)),
                () => AssociativeScan.Run(Composed, [cell.Keep(x), cell.Input(x)])[1],
                () => layer.Forward(x),
            ];
            var best = new double[ways.Length];
            Array.Fill(best, double.PositiveInfinity);
            for (int round = 0; round < Rounds; round++)
                for (int i = 0; i < ways.Length; i++)
                    best[i] = Math.Min(best[i], Milliseconds(ways[i], cell));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{time}, {batch}, {hidden} | {best[0]:F2} | {best[1]:F2} | {best[2]:F2} | {layer.LastPath.Execution}"));
        }
    }

    static Tensor[] Composed(Tensor[] first, Tensor[] second) => [second[0] * first[0], second[0] * first[1] + second[1]];

    static double Milliseconds(Func<Tensor> outputs, GatedCell cell)
    {
        long start = Stopwatch.GetTimestamp();
        using (var tape = new Tape()) tape.Gradients(Mean(Square(outputs())), cell.Parameters);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>minGRU (Feng et al. 2024): h = (1 − z) ⊙ h + z ⊙ x·W, where z = σ(x·V).</summary>
    sealed class GatedCell : Cell<Tensor>
    {
        readonly Parameter V, W;

        public GatedCell(int inputs, int hidden, RandomKey key)
            : base(key, hidden)
        {
            Weight(out V, inputs, hidden);
            Weight(out W, inputs, hidden);
        }

        public Tensor Keep(Tensor x) => Sigmoid(-MatMul(x, V));

        public Tensor Input(Tensor x) => Sigmoid(MatMul(x, V)) * MatMul(x, W);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
        {
            var next = Keep(x) * h + Input(x);
            return (next, next);
        }
    }
}

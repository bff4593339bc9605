using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>An external memory, written with the public API only.</summary>
public sealed class B22TuringMachine : Demonstration
{
    const int Bits = 4, Longest = 6, Batch = 16, Hidden = 24, Places = 16, Width = 8, Tested = 12;

    /// <inheritdoc/>
    public override string Id => "B22";

    /// <inheritdoc/>
    public override string Title => "Neural Turing machine: the copy task";

    /// <inheritdoc/>
    public override string Claim =>
        "An external memory with addressing by content and by shift is a cell like any other: a state of four tensors and a step of " +
            "equations, written outside the library. It learns to copy a sequence of random vectors after it has ended, and goes on to " +
            "sequences longer than it was trained on.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        report.Gradients("neural Turing machine, 3 places of 2", new TuringMachineCell(2, 3, 1, 3, 2, report.Key(0)), 2);
        var chart = new Chart($"Copying 1 to {Longest} vectors of {Bits} bits", "update", "cross-entropy, nats per bit") { LogY = true };
        var rows = new List<string[]>();
        var (trained, longer) = (new List<double>(), new List<double>());
        int seeds = report.Seeds;
        for (int seed = 0; seed < seeds; seed++)
        {
            var cell = new TuringMachineCell(Bits + 1, Hidden, Bits, Places, Width, report.Key(seed));
            chart.Learning($"seed {seed}", Learn(report, seed, cell));
            trained.Add(Enumerable.Range(1, Longest).Max(length => Wrong(cell, report.Key(seed), length)));
            longer.Add(Wrong(cell, report.Key(seed), Tested));
            rows.Add([$"{seed}", Numbers.Short(trained[^1]), Numbers.Short(longer[^1])]);
            if (seed == 0) Pictures(report, cell, report.Key(seed));
        }
        report.Table(["seed", $"bits wrong, length 1 to {Longest}, worst", $"bits wrong, length {Tested}"], rows);
        int solved = trained.Count(share => share <= 0.01), needed = Math.Max(1, 3 * seeds / 5);
        report.Measure($"seeds with at most 1 % of bits wrong, all lengths to {Longest}", solved, $"at least {needed} of {seeds}",
            solved >= needed);
        double median = longer.Order().ElementAt(longer.Count / 2);
        report.Claim($"median share of bits wrong, length {Tested}", median, "below 0.05; chance is 0.5", median < 0.05);
        report.Chart(chart);
    }

    static double[] Learn(Report report, int seed, TuringMachineCell cell)
    {
        var model = Recurrent.Over(cell);
        var recent = new Queue<double>();
        return model.Fit(
            report, $"seed {seed}", 4000, 1e-2,
            update =>
            {
                var key = report.Key(seed).For("train").At(update);
                int length = 1 + key.For("length").Whole(0, Longest);
                var (x, target) = Task(key, length, Batch);
                var loss = Loss.BinaryCrossEntropy(model.Forward(x)[(length + 1)..], target);
                recent.Enqueue(loss.ToScalar());
                if (recent.Count > 60) recent.Dequeue();
                return loss;
            },
            _ => recent.Count == 60 && recent.Max() < 2e-3);
    }

    // The vectors, then a mark in a channel of its own, then nothing while they are said.
    static (Tensor X, Tensor Target) Task(RandomKey key, int length, int batch)
    {
        var (x, target) = (new float[2 * length + 1, batch, Bits + 1], new float[length, batch, Bits]);
        for (int row = 0; row < batch; row++)
        {
            x[length, row, Bits] = 1;
            for (int t = 0; t < length; t++)
                for (int bit = 0; bit < Bits; bit++)
                    x[t, row, bit] = target[t, row, bit] = key.Whole((uint)((row * length + t) * Bits + bit), 2);
        }
        return (Tensor.From(x), Tensor.From(target));
    }

    static double Wrong(TuringMachineCell cell, RandomKey key, int length)
    {
        var (x, target) = Task(key.For("test"), length, 50);
        return Recurrent.Over(cell).Forward(x)[(length + 1)..].ToDoubles().Zip(target.ToDoubles()).Average(pair =>
            pair.First > 0 != (pair.Second == 1) ? 1 : 0);
    }

    static void Pictures(Report report, TuringMachineCell cell, RandomKey key)
    {
        var (x, _) = Task(key.For("picture"), Longest, 1);
        var run = Recurrent.Over(cell).Run(x);
        report.Chart(new Chart("Where the writing head is", "step", "place").Heat(Weights(run, state => state.WriteWeights)));
        report.Chart(new Chart("Where the reading head is", "step", "place").Heat(Weights(run, state => state.ReadWeights)));
    }

    static double[,] Weights(Unrolled<TuringMachineState> run, Func<TuringMachineState, Tensor> weights)
    {
        var heat = new double[Places, run.States.Count];
        for (int t = 0; t < run.States.Count; t++)
            for (int place = 0; place < Places; place++)
                heat[place, t] = weights(run.States[t]).At(0, place);
        return heat;
    }
}

using Autograd.Data;
using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>aⁿbⁿ: counting with peepholes.</summary>
public sealed class F9dCounting : Demonstration
{
    const int Symbols = 3, Cells = 2, Simple = 8, Longest = 10, Nets = 3, Chosen = 30, Cap = 200;

    static readonly CountingLanguage Language = new();

    /// <inheritdoc/>
    public override string Id => "F9d";

    /// <inheritdoc/>
    public override string Title => "Counting: aⁿbⁿ with peepholes";

    /// <inheritdoc/>
    public override string Claim =>
        "An LSTM with peepholes learns aⁿbⁿ from n = 1…10 by counting in a memory cell, and is exact far beyond what it saw; a simple " +
            "recurrent net is not.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("aⁿbⁿ, trained on n = 1…10", "update", "cross-entropy, nats per symbol") { LogY = true };
        var rows = new List<string[]>();
        var (simple, gated) = (new List<int>(), new List<int>());
        PeepholeLstmCell? best = null;
        report.Text($"Each seed trains {Nets} nets of a kind, and keeps the one that is exact furthest up to n = {Chosen}.");
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var plain = Best(report, "simple", seed, key => new RnnCell(Symbols, Simple, key), (cell, key) =>
                Learner.Over(report.Cell(cell), Simple, Symbols, key));
            var counter = Best(report, "peepholes", seed, Counter, (cell, key) =>
                Learner.Over(report.Cell(cell), Cells, Symbols, key));
            chart.Baseline($"simple, seed {seed}", plain.Losses);
            chart.Learning($"peepholes, seed {seed}", counter.Losses);
            simple.Add(ExactTo(plain.Net, Cap));
            gated.Add(ExactTo(counter.Net, Cap));
            if (gated[^1] == gated.Max()) best = counter.Cell;
            rows.Add([$"{seed}", $"{simple[^1]}", $"{gated[^1]}"]);
        }
        report.Table(["seed", "simple RNN of 8 units: exact up to n", $"LSTM of 2 cells: exact up to n (tried to {Cap})"], rows);
        int solved = gated.Count(n => n >= 50), needed = Math.Max(1, 3 * report.Seeds / 5);
        report.Measure("seeds in which the LSTM is exact for all n up to 50", solved, $"at least {needed} of {report.Seeds}",
            solved >= needed);
        report.Measure("largest n of the simple RNN", simple.Max(), "below 50", simple.Max() < 50);
        report.Chart(chart);
        report.Chart(Counts(best!));
    }

    // As in Gers and Schmidhuber (2001) the input gate begins closed, so that the cells hold nothing but what is worth it, and the forget
    // gate begins open at +2.
    static PeepholeLstmCell Counter(RandomKey key)
    {
        var cell = new PeepholeLstmCell(Symbols, Cells, key, forgetBias: 2);
        cell["Bi"].Assign(Tensor.Full([Cells], -1));
        return cell;
    }

    // How far a net counts hangs on where it began, which the loss of short strings does not show.
    static Trained<TCell> Best<TCell>(
        Report report, string name, int seed, Func<RandomKey, TCell> make, Func<TCell, RandomKey, Learner> over)
    {
        var all = Language.Of([.. Enumerable.Range(1, Longest)]);
        return Enumerable.Range(0, Nets).Select(Train).OrderByDescending(one => ExactTo(one.Net, Chosen)).ThenBy(one => one.Losses[^1])
            .First();

        Trained<TCell> Train(int number)
        {
            var key = report.Key(seed).For($"net {number}");
            var cell = make(key);
            var net = over(cell, key);
            // The loss falls by six orders of magnitude, and an exact count needs the last of them: the mean of squared gradients must
            // forget as fast as they fall. A steep step must not undo what was counted.
            double[] losses = net.Train(report, $"{name}, seed {seed}.{number}", report.Quick ? 3000 : 4000, 2e-2,
                _ => Sets.Loss(net, all), beta2: 0.99, clip: 0.1);
            return new(cell, net, losses);
        }
    }

    static int ExactTo(Learner model, int most)
    {
        int n = 0;
        while (n < most && IsExact(model, n + 1)) n++;
        return n;
    }

    static bool IsExact(Learner model, int n)
    {
        var data = Language.Of(n);
        double[] logits, targets = data.Targets.ToDoubles();
        using (new Tape()) logits = model.All(data.Inputs).ToDoubles();
        return logits.Zip(targets).All(pair => pair.First > 0 == (pair.Second == 1));
    }

    // How it counts: the memory cells over one string.
    static Chart Counts(PeepholeLstmCell cell)
    {
        const int N = 25;
        var chart = new Chart($"Memory cells over the string with n = {N}", "step", "cell c");
        var run = Recurrent.Over(cell).Run(Language.Of(N).Inputs);
        for (int unit = 0; unit < Cells; unit++)
            chart.Line($"cell {unit}", Enumerable.Range(0, run.States.Count).Select(t => (double)t), run.States.Select(state =>
                state.C.At(0, unit)));
        return chart;
    }

    sealed record Trained<TCell>(TCell Cell, Learner Net, double[] Losses);
}

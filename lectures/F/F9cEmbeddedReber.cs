using Autograd.Data;
using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>A grammar inside a frame: the last symbol but one must agree with the second.</summary>
public sealed class F9cEmbeddedReber : Demonstration
{
    const int Strings = 256, Validation = 2000, Batch = 32, Hidden = 12, Symbols = 7;

    /// <inheritdoc/>
    public override string Id => "F9c";

    /// <inheritdoc/>
    public override string Title => "Long lag: the embedded Reber grammar";

    /// <inheritdoc/>
    public override string Claim =>
        "The symbol before the last repeats the second, over a whole string of another grammar. An LSTM learns which symbols may follow " +
            "at every step: the legal ones are always the most active, in 256 strings of training and 256 new ones.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Embedded Reber grammar", "update", "cross-entropy, nats per symbol") { LogY = true };
        var rows = new List<string[]>();
        int solved = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            var simple = Learn(report, chart, "simple", seed, Learner.Over(report.Cell(new RnnCell(Symbols, Hidden, key)), Hidden,
                Symbols, key));
            var gated = Learn(report, chart, "LSTM", seed, Learner.Over(report.Cell(new LstmCell(Symbols, Hidden, key)), Hidden,
                Symbols, key));
            if (gated is (Strings, Strings, _)) solved++;
            rows.Add([$"{seed}", $"{simple.Train} / {simple.Test}", $"{gated.Train} / {gated.Test}", $"{gated.Sequences}"]);
        }
        report.Table(["seed", "simple RNN: right of 256 / 256 new", "LSTM: right of 256 / 256 new", "strings the LSTM saw"], rows);
        report.Text(
            "Half of the strings have 12 symbols or fewer, so the lag is short; with Adam and clipping the simple net comes close too. " +
                "In 1991, with plain gradient descent, it did not.");
        int needed = Math.Max(1, 4 * report.Seeds / 5);
        report.Measure("seeds in which the LSTM is right in all strings", solved, $"at least {needed} of {report.Seeds}", solved >= needed);
        report.Chart(chart);
    }

    static (int Train, int Test, int Sequences) Learn(Report report, Chart chart, string name, int seed, Learner model)
    {
        var key = report.Key(seed);
        string[] strings = EmbeddedReber.Draw(key.For("train"), Strings);
        var (train, test) = (EmbeddedReber.Of(strings), EmbeddedReber.Batch(key.For("test"), Strings));
        double[] losses = model.Train(
            report, $"{name}, seed {seed}", report.Quick ? 1500 : 3000, 2e-2,
            update => Sets.Loss(model, EmbeddedReber.Of([.. Enumerable.Range(0, Batch).Select(row => strings[key.For("row").At(update)
                .Whole((uint)row, Strings)])])),
            update => update % 100 == 99 && Right(model, train) == Strings && Right(model, EmbeddedReber.Batch(key.For("validation"),
                Validation)) == Validation);
        if (name == "simple") chart.Baseline($"{name}, seed {seed}", losses);
        else chart.Learning($"{name}, seed {seed}", losses);
        return (Right(model, train), Right(model, test), losses.Length * Batch);
    }

    /// <summary>Strings at every step of which each legal symbol is more active than each illegal one.</summary>
    static int Right(Learner model, TargetSequences data)
    {
        double[] logits, legal = data.Targets.ToDoubles();
        using (new Tape()) logits = model.All(data.Inputs, data.Lengths).ToDoubles();
        int batch = data.Lengths.Length;
        return Enumerable.Range(0, batch).Count(row => Enumerable.Range(0, data.Lengths[row]).All(t =>
        {
            int at = (t * batch + row) * Symbols;
            var symbols = Enumerable.Range(at, Symbols);
            return symbols.Where(s => legal[s] == 1).Min(s => logits[s]) > symbols.Where(s => legal[s] == 0).Max(s => logits[s]);
        }));
    }
}

using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>The simple recurrent unit, and how far it looks back.</summary>
public sealed class B5SimpleUnit : Demonstration
{
    const int Hidden = 16, Batch = 32, Symbols = 4;

    /// <inheritdoc/>
    public override string Id => "B5";

    /// <inheritdoc/>
    public override string Title => "Simple recurrent unit";

    /// <inheritdoc/>
    public override string Claim =>
        "h = tanh(h·Whh + x·Wxh + b), y = σ(h·Why + b): the state carries what came before. It repeats a symbol of a few steps ago; " +
            "over long lags it forgets.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        int[] lags = report.Quick ? [1, 3, 5, 8, 12, 25] : [1, 2, 3, 4, 5, 10, 15, 20, 25];
        var chart = new Chart("Repeating one of four symbols after a number of steps", "lag", "share right") { YRange = (0, 1.05) };
        var shares = new List<double[]>();
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            int s = seed;
            shares.Add([.. lags.Select(lag => Share(report, s, lag))]);
            chart.Line($"seed {seed}", lags.Select(lag => (double)lag), shares[^1]);
        }
        chart.Dashed("chance", [lags[0], lags[^1]], [1.0 / Symbols, 1.0 / Symbols]);
        report.Table(["seed", .. lags.Select(lag => $"lag {lag}")], shares.Select((row, seed) => (string[])[$"{seed}",
            .. row.Select(Numbers.Short)]));
        int near = Array.IndexOf(lags, 5);
        report.Measure("least share right, lags 1 to 5", shares.Min(row => row[..(near + 1)].Min()), "above 0.99", shares.Min(row =>
            row[..(near + 1)].Min()) > 0.99);
        report.Measure("largest share right, lag 25", shares.Max(row => row[^1]), "below 0.9", shares.Max(row => row[^1]) < 0.9);
        report.Gradients("simple unit", new RnnCell(2, 3, report.Key(0)), 2);
        report.Chart(chart);
    }

    static double Share(Report report, int seed, int lag)
    {
        var key = report.Key(seed).For(FormattableString.Invariant($"lag {lag}"));
        var model = Learner.Over(new RnnCell(Symbols, Hidden, key), Hidden, Symbols, key);
        model.Train(report, $"seed {seed}, lag {lag}", 600, 1e-2, update => Try(model, key.For("train").At(update), lag).Loss);
        return Try(model, key.For("test"), lag).Share;
    }

    static (Tensor Loss, double Share) Try(Learner model, RandomKey key, int lag)
    {
        int time = lag + 5;
        int[] symbols = [.. Enumerable.Range(0, time * Batch).Select(i => key.Whole((uint)i, Symbols))];
        var logits = model.All(Functions.OneHot(symbols, Symbols).Reshape(time, Batch, Symbols))[lag..];
        int[] labels = symbols[..(5 * Batch)];
        double[] numbers = logits.ToDoubles();
        int right = labels.Where((label, i) => numbers.AsSpan(i * Symbols, Symbols).ToArray() is var row && Array.IndexOf(row,
            row.Max()) == label).Count();
        return (Loss.CrossEntropy(logits, labels), right / (double)labels.Length);
    }
}

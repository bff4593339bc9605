using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>
/// One-to-one, one-to-many, many-to-one, many-to-many, delayed many-to-many: where inputs go in and where outputs are read.
/// </summary>
public sealed class B19Mappings : Demonstration
{
    const int Hidden = 16, Batch = 32, Symbols = 4, Time = 6;

    /// <inheritdoc/>
    public override string Id => "B19";

    /// <inheritdoc/>
    public override string Title => "The five mappings";

    /// <inheritdoc/>
    public override string Claim =>
        "One recurrent layer serves one-to-one, one-to-many (sequence generation), many-to-one, many-to-many and delayed many-to-many: " +
            "only where inputs go in and where outputs are read differs.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Learning (seed 0)", "update", "cross-entropy, nats per answer") { LogY = true };
        var rows = new List<string[]>();
        foreach (var mapping in (Mapping[])[new("one-to-one", "the next symbol of a cycle", OneToOne), new("one-to-many",
            "a symbol, then the cycle from there on", OneToMany),
            new("many-to-one", "how often the first symbol came, at most 3 times", ManyToOne), new("many-to-many",
                "the sum so far modulo 4", ManyToMany),
            new("delayed many-to-many", "the whole sequence, after it has ended", Delayed)])
        {
            double[] shares = [.. Enumerable.Range(0, report.Seeds).Select(seed => Share(report, chart, mapping, seed))];
            rows.Add([mapping.Name, mapping.Task, string.Join(", ", shares.Select(Numbers.Short))]);
            report.Measure($"{mapping.Name}: least share of answers right", shares.Min(), "above 0.99", shares.Min() > 0.99);
        }
        report.Table(["mapping", "task", "share right, all seeds"], rows);
        report.Chart(chart);
    }

    static double Share(Report report, Chart chart, Mapping mapping, int seed)
    {
        var key = report.Key(seed).For(mapping.Name);
        var model = Learner.Over(new GruCell(Symbols, Hidden, key), Hidden, Symbols, key);
        bool isDone = false;
        double[] losses = model.Train(report, $"{mapping.Name}, seed {seed}", 2500, 2e-2, update =>
        {
            var (logits, labels) = mapping.Try(model, key.For("train").At(update));
            var loss = Loss.CrossEntropy(logits, labels);
            isDone = loss.ToScalar() < 2e-3;
            return loss;
        }, _ => isDone);
        if (seed == 0) chart.Learning(mapping.Name, losses);
        var (said, right) = mapping.Try(model, key.For("test"));
        double[] numbers = said.ToDoubles();
        return right.Where((label, i) => numbers.AsSpan(i * Symbols, Symbols).ToArray() is var row && Array.IndexOf(row,
            row.Max()) == label).Count() / (double)right.Length;
    }

    // A sequence of one step.
    static (Tensor Logits, int[] Labels) OneToOne(Learner model, RandomKey key)
    {
        int[] symbols = Draw(key, 1);
        return (model.All(Input(symbols, 1)), [.. symbols.Select(symbol => (symbol + 1) % Symbols)]);
    }

    // The input at the first step, nothing after it; an output at every step.
    static (Tensor Logits, int[] Labels) OneToMany(Learner model, RandomKey key)
    {
        int[] symbols = Draw(key, 1);
        var x = Pad(Input(symbols, 1), 0, 0, Time - 1);
        return (model.All(x), [.. Enumerable.Range(1, Time).SelectMany(t => symbols.Select(symbol => (symbol + t) % Symbols))]);
    }

    // Inputs at all steps, one output at the end.
    static (Tensor Logits, int[] Labels) ManyToOne(Learner model, RandomKey key)
    {
        int[] symbols = Draw(key, Time);
        int[] counts = [.. Enumerable.Range(0, Batch).Select(b => Math.Min(3, Enumerable.Range(0, Time).Count(t => symbols[t * Batch +
            b] == 0)))];
        return (model.Last(Input(symbols, Time)), counts);
    }

    // Inputs and outputs at all steps.
    static (Tensor Logits, int[] Labels) ManyToMany(Learner model, RandomKey key)
    {
        int[] symbols = Draw(key, Time);
        return (model.All(Input(symbols, Time)), Sums(symbols));
    }

    // All inputs, then all outputs.
    static (Tensor Logits, int[] Labels) Delayed(Learner model, RandomKey key)
    {
        const int Length = 4;
        int[] symbols = Draw(key, Length);
        return (model.All(Pad(Input(symbols, Length), 0, 0, Length))[Length..], symbols);
    }

    static int[] Draw(RandomKey key, int time) => [.. Enumerable.Range(0, time * Batch).Select(i => key.Whole((uint)i, Symbols))];

    static Tensor Input(int[] symbols, int time) => OneHot(symbols, Symbols).Reshape(time, Batch, Symbols);

    static int[] Sums(int[] symbols)
    {
        int[] sums = [.. symbols];
        for (int i = Batch; i < sums.Length; i++) sums[i] = (sums[i] + sums[i - Batch]) % Symbols;
        return sums;
    }

    sealed record Mapping(string Name, string Task, Func<Learner, RandomKey, (Tensor Logits, int[] Labels)> Try);
}

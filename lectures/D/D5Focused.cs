using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>One trace for each weight.</summary>
public sealed class D5Focused : Demonstration
{
    const int Hidden = 12, Length = 20, Batch = 16;

    /// <inheritdoc/>
    public override string Id => "D5";

    /// <inheritdoc/>
    public override string Title => "Focused back-propagation (Mozer)";

    /// <inheritdoc/>
    public override string Claim =>
        "Where each unit feeds back on itself only, ∂s/∂w is one number for each weight, carried forward in time: online learning " +
            "without the cost of the full influence matrix, and exact for that architecture.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        double worst = 0;
        for (int seed = 0; seed < report.Seeds; seed++) worst = Math.Max(worst, Difference(report.Key(seed)));
        report.Measure($"focused against BPTT in double, {report.Seeds} seeds: largest relative difference", worst, "at most 1e-10",
            worst <= 1e-10);
        var cell = new FocusedCell(3, Hidden, report.Key(0));
        report.Table(["rule", "numbers carried for each sequence"],
        [
            ["focused: one for each weight, and one for each unit's first state", $"{cell.ParameterCount + Hidden}"],
            ["RTRL: units × (weights + units)", $"{Hidden * (cell.ParameterCount + Hidden)}"],
            [$"BPTT over {Length} steps: states", $"{Length * Hidden}, growing with the length"],
        ]);
        Learn(report);
    }

    static double Difference(RandomKey key)
    {
        var cell = new FocusedCell(3, Hidden, key);
        var head = new Linear(Hidden, 2, key.For("head"));
        var x = key.Normal([30, 3, 3], 1, ElementType.Float64);
        Tensor Loss(Tensor y, int first) => Sum(Sin(head.Forward(y)));
        double[][] expected = [.. BackPropagation.Through(cell, head.Parameters).ThroughTime(x, y => Loss(y, 0)).Gradients.Select(g =>
            g.ToDoubles())];
        double[][] found = [.. new FocusedBackPropagation(cell, head.Parameters).Run(x, Loss).Gradients.Select(g => g.ToDoubles())];
        return ComparedCell.Difference(expected, found);
    }

    /// <summary>Which of three symbols came more often, and when: the decay makes the order visible.</summary>
    static void Learn(Report report)
    {
        const int Updates = 300;
        report.Text($"The task: {Length} symbols of three kinds; say at the end the sum over the first kind of 0.9^(steps since). " +
            $"Learned forward in time, with the loss at the last step only.");
        var chart = new Chart("Learning a fading count, gradients carried forward", "update", "mean squared error") { LogY = true };
        double[] ends = new double[report.Seeds];
        double baseline = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            report.Progress($"seed {seed}", (double)seed / report.Seeds);
            var key = report.Key(seed).For("task");
            var cell = new FocusedCell(3, Hidden, key, decay: 0.5);
            var head = new Linear(Hidden, 1, key.For("head"));
            var rule = new FocusedBackPropagation(cell, head.Parameters);
            var optimizer = new Adam(rule.Parameters, 0.01);
            var curve = new double[Updates];
            for (int update = 0; update < Updates; update++)
            {
                var (x, target) = Counts(key.At(update));
                var found = rule.Run(x, (y, t) => t < Length - 1 ? 0 * Sum(y) : Loss.MeanSquaredError(head.Forward(At(y, 0)), target));
                optimizer.Step(found.Gradients);
                curve[update] = found.Loss;
                double mean = target.ToDoubles().Average();
                if (update >= Updates - 20) baseline += target.ToDoubles().Average(value =>
                    (value - mean) * (value - mean)) / 20 / report.Seeds;
            }
            ends[seed] = curve.TakeLast(20).Average();
            chart.Line($"seed {seed}", Enumerable.Range(0, Updates).Select(i => (double)i), curve);
        }
        chart.Dashed("always the mean", [0, Updates], [baseline, baseline]);
        report.Chart(chart);
        report.Measure($"error over the last 20 updates, the largest of {report.Seeds} seeds " +
            $"({string.Join(", ", ends.Select(Numbers.Short))}); always the mean: {Numbers.Short(baseline)}", ends.Max(),
            $"at most {Numbers.Short(baseline / 10)}, a tenth of it", ends.Max() <= baseline / 10);
    }

    static (Tensor X, Tensor Target) Counts(RandomKey key)
    {
        var (x, target) = (new float[Length, Batch, 3], new float[Batch, 1]);
        for (int b = 0; b < Batch; b++)
            for (int t = 0; t < Length; t++)
            {
                int symbol = key.Whole((uint)(t * Batch + b), 3);
                x[t, b, symbol] = 1;
                target[b, 0] = 0.9f * target[b, 0] + (symbol == 0 ? 1 : 0);
            }
        return (Tensor.From(x), Tensor.From(target));
    }
}

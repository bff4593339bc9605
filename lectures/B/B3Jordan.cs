using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>The output is fed back: a plan becomes a sequence.</summary>
public sealed class B3Jordan : Demonstration
{
    const int Plans = 2, Outputs = 2, Time = 10, Hidden = 16;

    /// <inheritdoc/>
    public override string Id => "B3";

    /// <inheritdoc/>
    public override string Title => "Jordan network: a plan becomes a sequence";

    /// <inheritdoc/>
    public override string Claim =>
        "A network whose only memory is its own last output produces, from a constant input, the plan, a whole sequence of outputs " +
            "(Jordan 1986, who fed the true outputs back while it learned). It is NARX with T_y = 1 and T_x = 0.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var learning = new Chart("Learning: first the true output is fed back, then the own", "update",
            "mean squared error")
        { LogY = true };
        var (plans, paths) = Task();
        var errors = new List<double>();
        Tensor? first = null;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var model = new Narx(new NarxCell(Plans, Hidden, Outputs, inputDelays: 0, outputDelays: 1, report.Key(seed), Functions.Tanh));
            double[] forced = model.Fit(report, $"seed {seed}", 3000, 1e-2, _ => Loss.MeanSquaredError(model.Run(plans, paths).Outputs,
                paths));
            double[] free = model.Fit(report, $"seed {seed}", 1000, 1e-3, _ => Loss.MeanSquaredError(model.Run(plans).Outputs, paths));
            learning.Learning($"seed {seed}", [.. forced, .. free]);
            first ??= model.Run(plans).Outputs;
            errors.Add(Loss.MeanSquaredError(model.Run(plans).Outputs, paths).ToScalar());
        }
        report.Table(["seed", "mean squared error"], errors.Select((error, seed) => (string[])[$"{seed}", Numbers.Short(error)]));
        report.Measure("largest mean squared error of both sequences, running free", errors.Max(), "below 0.001", errors.Max() < 1e-3);
        Equality(report);
        report.Gradients("Jordan", new JordanCell(2, 3, 2, report.Key(0), outputActivation: Functions.Tanh), 2);
        report.Chart(learning);
        report.Chart(Paths(first!, paths));
    }

    static void Equality(Report report)
    {
        var key = report.Key(0);
        JordanCell jordan = new(2, 4, 3, key);
        NarxCell narx = new(2, 4, 3, inputDelays: 0, outputDelays: 1, key);
        foreach (var (from, to) in new[] { ("W", "W0"), ("R", "R1"), ("B", "B"), ("V", "V"), ("D", "D") }) narx[to].Assign(jordan[from]);
        var x = key.Normal([20, 3, 2]);
        report.Same("difference from NARX with T_y = 1, T_x = 0", Recurrent.Over(jordan).Forward(x), Recurrent.Over(narx).Forward(x), 1e-6);
    }

    // Plan 0 is a circle, plan 1 the same circle the other way round: the last output alone does not say what comes next.
    static (Tensor Plans, Tensor Paths) Task()
    {
        var (plans, paths) = (new float[Time, Plans, Plans], new float[Time, Plans, Outputs]);
        for (int t = 0; t < Time; t++)
        {
            double angle = 2 * Math.PI * (t + 0.5) / Time;
            plans[t, 0, 0] = plans[t, 1, 1] = 1;
            (paths[t, 0, 0], paths[t, 0, 1]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
            (paths[t, 1, 0], paths[t, 1, 1]) = ((float)Math.Cos(angle), -(float)Math.Sin(angle));
        }
        return (Tensor.From(plans), Tensor.From(paths));
    }

    static Chart Paths(Tensor said, Tensor wanted)
    {
        var chart = new Chart("Output 2 of both sequences, running free (seed 0)", "step", "output 2");
        var steps = Enumerable.Range(0, Time).Select(t => (double)t).ToArray();
        for (int plan = 0; plan < Plans; plan++)
        {
            chart.Line($"plan {plan}, network", steps, Along(said, plan));
            chart.Points($"plan {plan}, wanted", steps, Along(wanted, plan));
        }
        return chart;
    }

    static IEnumerable<double> Along(Tensor x, int plan) => Enumerable.Range(0, Time).Select(t => x.At(t, plan, 1));
}

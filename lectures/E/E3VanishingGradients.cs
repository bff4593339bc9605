using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Gradients of simple recurrent nets through time.</summary>
public sealed class E3VanishingGradients : Demonstration
{
    const int Units = 32, Steps = 100;

    /// <inheritdoc/>
    public override string Id => "E3";

    /// <inheritdoc/>
    public override string Title => "Gradients of a simple RNN decay or explode exponentially";

    /// <inheritdoc/>
    public override string Claim => "The gradient of a simple RNN from step T to step t decays or explodes exponentially, by the " +
        "singular values of the recurrent weights.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        LinearNets(report);
        TanhNets(report);
    }

    static void LinearNets(Report report)
    {
        var chart = new Chart("Linear RNN with orthogonal weights times ρ", "T − t", "‖∂h_T/∂h_t‖") { LogY = true };
        double worst = 0;
        foreach (double gain in (double[])[0.9, 0.97, 1, 1.03, 1.1])
        {
            var w = Initializer.Orthogonal(gain).Create([Units, Units], report.Key(0), ElementType.Float64);
            var cell = new StateSpaceCell(Units, (u, h) => MatMul(h, w) + u);
            double[] norms = GradientFlow.ThroughTime(report.Cell(cell), Tensor.Zeros([Steps, Units]));
            for (int t = 0; t <= Steps; t++) worst = Math.Max(worst, Math.Abs(norms[t] / Math.Pow(gain, Steps - t) - 1));
            chart.Line($"ρ = {gain}", Lags(), norms.Reverse());
        }
        report.Chart(chart);
        report.Measure("largest relative distance of the norm from ρ^(T−t)", worst, "at most 1e-11", worst <= 1e-11);
    }

    static void TanhNets(Report report)
    {
        var rows = new List<string[]>();
        double worst = 0, decayed = 0, exploded = double.PositiveInfinity;
        var chart = new Chart("RNN of 32 tanh units, random inputs", "T − t", "‖∂h_T/∂h_t‖") { LogY = true, YFloor = 1e-14 };
        foreach (double scale in (double[])[0.5, 0.9, 1.2, 2, 4])
            for (int seed = 0; seed < report.Seeds; seed++)
            {
                var cell = new RnnCell(4, Units, report.Key(seed));
                // Singular values from 0 to 2·scale, a spectral radius near scale (circular law); small inputs, so that units are not
                // saturated by them.
                cell["R"].Assign(report.Key(seed).For("R").Normal([Units, Units], scale / Math.Sqrt(Units)));
                cell["W"].Assign(report.Key(seed).For("W").Normal([4, Units], 0.1));
                double[] norms = GradientFlow.ThroughTime(report.Cell(cell), report.Key(seed).For("x").Normal([Steps, 4]));
                double largest = LinearAlgebra.OperatorNorm(cell["R"]), rate = Math.Pow(norms[0] / norms[Steps - 20], 1.0 / (Steps - 20));
                for (int t = 0; t <= Steps; t++) worst = Math.Max(worst, norms[t] / Math.Pow(largest, Steps - t));
                if (scale == 0.5) decayed = Math.Max(decayed, rate);
                if (scale == 4) exploded = Math.Min(exploded, rate);
                rows.Add([Numbers.Short(scale), $"{seed}", Numbers.Short(largest), Numbers.Short(rate), rate < 1 ? "decays" : "explodes"]);
                if (seed == 0) chart.Line($"radius about {scale}", Lags(), norms.Reverse());
            }
        report.Table(["radius of R, about", "seed", "largest singular value of R", "factor per step, measured", ""], rows);
        report.Chart(chart);
        report.Measure("largest norm as a part of the bound σ^(T−t), σ the largest singular value of R", worst, "at most 1",
            worst <= 1 + 1e-9);
        report.Measure("radius 0.5: largest factor per step", decayed, "below 0.75: decays", decayed < 0.75);
        report.Measure("radius 4: smallest factor per step", exploded, "above 1: explodes", exploded > 1);
    }

    static IEnumerable<double> Lags() => Enumerable.Range(0, Steps + 1).Select(lag => (double)lag);
}

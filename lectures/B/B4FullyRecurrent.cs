using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>Every hidden unit feeds every hidden unit.</summary>
public sealed class B4FullyRecurrent : Demonstration
{
    const int Hidden = 12, Time = 40;

    /// <inheritdoc/>
    public override string Id => "B4";

    /// <inheritdoc/>
    public override string Title => "Fully recurrent network: an oscillation out of one impulse";

    /// <inheritdoc/>
    public override string Claim =>
        "With s = xW + aR, a = f(s), y = g(aV), the network keeps an activity of its own: after a single impulse it goes on by itself. " +
            "A recurrent matrix that is allowed self-connections only (R diagonal) cannot oscillate like this.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var chart = new Chart("Answer to one impulse at step 0 (seed 0)", "step", "output");
        var learning = new Chart("Learning", "update", "mean squared error") { LogY = true };
        var (impulse, wave) = Task();
        var (full, self) = (new List<double>(), new List<double>());
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var cell = new FullyRecurrentCell(1, Hidden, 1, report.Key(seed));
            cell["R"].Assign(Initializer.Orthogonal().Create([Hidden, Hidden], report.Key(seed).For("R")));
            var model = Learner.Of(Recurrent.Over(cell));
            var alone = Learner.Of(Recurrent.Over(new SelfConnectedCell(report.Key(seed))));
            foreach (var (name, learner) in new[] { ("fully recurrent", model), ("self-connections only", alone) })
            {
                double[] losses = learner.Train(report, $"{name}, seed {seed}", 2000, 5e-3, _ =>
                    Loss.MeanSquaredError(learner.All(impulse), wave));
                if (learner == model) learning.Learning($"{name}, seed {seed}", losses);
                else learning.Baseline($"{name}, seed {seed}", losses);
                (learner == model ? full : self).Add(Loss.MeanSquaredError(learner.All(impulse), wave).ToScalar());
                if (seed == 0) chart.Line(name, Enumerable.Range(0, Time).Select(t => (double)t), learner.All(impulse).ToDoubles());
            }
        }
        chart.Points("wanted", Enumerable.Range(0, Time).Select(t => (double)t), wave.ToDoubles());
        report.Measure("largest mean squared error, fully recurrent", full.Max(), "below 0.01", full.Max() < 0.01);
        report.Measure("least mean squared error, self-connections only", self.Min(), "above 0.1", self.Min() > 0.1);
        report.Gradients("fully recurrent", new FullyRecurrentCell(2, 3, 2, report.Key(0)), 2);
        report.Chart(learning);
        report.Chart(chart);
    }

    static (Tensor Impulse, Tensor Wave) Task()
    {
        var (x, y) = (new float[Time, 1, 1], new float[Time, 1, 1]);
        x[0, 0, 0] = 1;
        for (int t = 0; t < Time; t++) y[t, 0, 0] = (float)(0.8 * Math.Sin(2 * Math.PI * t / 10));
        return (Tensor.From(x), Tensor.From(y));
    }

    /// <summary>The same with a diagonal R.</summary>
    sealed class SelfConnectedCell : Cell<Tensor>
    {
        readonly Parameter W, R, V;

        public SelfConnectedCell(RandomKey key)
            : base(key, Hidden)
        {
            Weight(out W, 1, Hidden); Diagonal(out R, Hidden); Weight(out V, Hidden, 1);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var a = Functions.Tanh(Functions.MatMul(x, W) + state * R);
            return (Functions.MatMul(a, V), a);
        }
    }
}

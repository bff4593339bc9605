using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Several lags against one: how gradients decay, and what that means for learning.</summary>
public sealed class E3bNarx : Demonstration
{
    const int Steps = 100, Units = 12, Hidden = 8, Batch = 32, Lag = 60;
    const double Gain = 0.9;

    static readonly int[] Delays = [1, 2, 3, 4, 5, 6];

    /// <inheritdoc/>
    public override string Id => "E3b";

    /// <inheritdoc/>
    public override string Title => "NARX: several lags against vanishing gradients";

    /// <inheritdoc/>
    public override string Claim =>
        "NARX networks are less susceptible to vanishing gradients than conventional recurrent nets (Lin, Horne, Tiňo and Giles 1996): " +
            "an error " +
        "jumps D steps at a time. Here: the gradient through time, and a long-lag task, of nets with the lags 1 … 6 and with lag 1 alone.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<int[]>("lags", "there is lag 1 only", _ => [1]);

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        int[] lags = report.Part("lags", Delays);
        Gradients(report, lags);
        Latching(report, lags);
    }

    // Both alike: the recurrent weights that come into a unit have the norm 0.9, over all lags.
    static void Gradients(Report report, int[] lags)
    {
        var chart = new Chart($"‖∂h_T/∂h_t‖ of tanh nets of {Units} units, each with recurrent weights of norm {Gain}", "T − t",
            "norm")
        { LogY = true, YFloor = 1e-12 };
        var rows = new List<string[]>();
        double least = double.PositiveInfinity;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var inputs = report.Key(seed).For("x").Normal([Steps, Units], 0.1);
            double[] one = GradientFlow.ThroughTime(Net([1], report.Key(seed)), inputs, part: ..Units);
            double[] several = GradientFlow.ThroughTime(Net(lags, report.Key(seed)), inputs, part: ..Units);
            double Factor(double[] norms) => Math.Pow(norms[0], 1.0 / Steps);
            least = Math.Min(least, Math.Log10(several[0] / one[0]));
            rows.Add([$"{seed}", Numbers.Short(Factor(one)), Numbers.Short(Factor(several)), Numbers.Short(one[0]),
                Numbers.Short(several[0])]);
            if (seed > 0) continue;
            double[] behind = [.. Enumerable.Range(0, Steps + 1).Select(t => (double)t)];
            chart.Line("lag 1", behind, one.Reverse()).Line("lags 1 … 6", behind, several.Reverse());
        }
        report.Table(["seed", "factor per step, lag 1", "lags 1 … 6", $"norm over {Steps} steps, lag 1", "lags 1 … 6"], rows);
        report.Chart(chart);
        report.Measure($"decades that the lags 1 … 6 keep more than lag 1, over {Steps} steps, least over seeds", least, "at least 1",
            least >= 1);
    }

    static MultiLag Net(int[] lags, RandomKey key)
    {
        double gain = Gain / Math.Sqrt(lags.Length);
        Tensor[] weights = [.. lags.Select(lag => Initializer.Orthogonal(gain).Create([Units, Units], key.At(lag)))];
        return new MultiLag(Units, (x, past) => Tanh(weights.Select((w, i) => MatMul(past[i], w.As(x.ElementType))).Aggregate(x, (sum,
            part) => sum + part)), lags);
    }

    // The first input's sign is to be said at the end; the others disturb.
    static void Latching(Report report, int[] lags)
    {
        var chart = new Chart($"Saying the sign of the first input after {Lag} steps", "update", "cross-entropy, nats");
        var rows = new List<string[]>();
        int several = 0, one = 0;
        int simple = Enumerable.Range(1, 40).MinBy(units => Math.Abs(units * (units + 2) - Hidden * (Delays.Length * Hidden + 2)));
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            double lagged = Learn(report, chart, $"lags 1 … 6, seed {seed}", Learner.Over(Trained(lags, key), Hidden, 1, key), key);
            double usual = Learn(report, chart, $"lag 1, seed {seed}", Learner.Over(new RnnCell(1, simple, key), simple, 1, key), key);
            (several, one) = (several + (lagged >= 0.99 ? 1 : 0), one + (usual >= 0.99 ? 1 : 0));
            rows.Add([$"{seed}", Numbers.Short(usual), Numbers.Short(lagged)]);
        }
        report.Text($"{Hidden} units with six lags and {simple} with one: as many weights.");
        report.Table(["seed", "share right, lag 1", "lags 1 … 6"], rows);
        report.Chart(chart);
        report.Measure("seeds in which the lags 1 … 6 learn it", several, $"at least {report.Seeds - report.Seeds / 4} of " +
            $"{report.Seeds}", several >= report.Seeds - report.Seeds / 4);
        report.Measure("seeds in which lag 1 alone learns it", one, "fewer", one < several);
    }

    static MultiLag Trained(int[] lags, RandomKey key)
    {
        var input = new Linear(1, Hidden, key.For("x"));
        Linear[] past = [.. lags.Select(lag => new Linear(Hidden, Hidden, key.For("lag").At(lag)))];
        return new MultiLag(Hidden, (x, h) => Tanh(past.Select((layer, i) => layer.Forward(h[i])).Aggregate(input.Forward(x), (sum,
            part) => sum + part)), lags, [input, .. past]);
    }

    static double Learn(Report report, Chart chart, string name, Learner model, RandomKey key)
    {
        double[] losses = model.Train(report, name, report.Quick ? 400 : 800, 5e-3, update => Try(model, key.For("train").At(update),
            Batch).Loss);
        if (name.StartsWith("lags", StringComparison.Ordinal)) chart.Learning(name, losses);
        else chart.Baseline(name, losses);
        return Try(model, key.For("test"), 500).Share;
    }

    static (Tensor Loss, double Share) Try(Learner model, RandomKey key, int batch)
    {
        double[] signs = [.. Enumerable.Range(0, batch).Select(b => 2.0 * key.For("sign").Whole((uint)b, 2) - 1)];
        var first = Tensor.From(signs).Reshape(1, batch, 1).As(ElementType.Float32);
        var said = model.Last(Concatenate(0, first, key.For("noise").Normal([Lag, batch, 1], 0.2)));
        var target = 0.5 * (first[0] + 1);
        double share = said.ToDoubles().Zip(signs).Count(pair => pair.First * pair.Second > 0) / (double)batch;
        return (Loss.BinaryCrossEntropy(said, target), share);
    }
}

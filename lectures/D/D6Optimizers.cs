using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Gradient descent and what came after it; the three losses.</summary>
public sealed class D6Optimizers : Demonstration
{
    const int Time = 15, Batch = 32, Hidden = 12, Updates = 600;

    /// <inheritdoc/>
    public override string Id => "D6";

    /// <inheritdoc/>
    public override string Title => "Gradient descent and the usual optimisers; L2, cross-entropy, KL";

    /// <inheritdoc/>
    public override string Claim =>
        "θ ← θ − η∇θ makes the divergence smaller; momentum and rates for each weight make it faster. The usual losses are the squared " +
            "error, the cross-entropy and the Kullback–Leibler divergence.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Losses(report);
        report.Text($"The task: a GRU of {Hidden} units says at each of {Time} steps the mean of the random numbers so far. Each " +
            $"optimiser with its best rate of four, found on a seed of its own.");
        var chart = new Chart("The same task, the same weights at the start", "update",
            "mean squared error, mean over seeds")
        { LogY = true };
        var rows = new List<string[]>();
        var final = new Dictionary<string, double>();
        foreach (var (name, create) in Optimizers())
        {
            report.Progress(name, rows.Count / 7.0);
            double rate = ((double[])[0.001, 0.01, 0.1, 1]).MinBy(rate => Finite(Train(report.Key(99), parameters => create(parameters,
                rate), 200)[^1]));
            var curves = Enumerable.Range(0, report.Seeds).Select(seed => Train(report.Key(seed), parameters => create(parameters,
                rate), Updates)).ToArray();
            double[] mean = [.. Enumerable.Range(0, curves[0].Length).Select(i => curves.Average(curve => curve[i]))];
            chart.Line(name, Enumerable.Range(0, mean.Length).Select(i => 10.0 * (i + 1)), mean);
            final[name] = mean[^1];
            rows.Add([name, Numbers.Short(rate), Numbers.Short(mean[0]), Numbers.Short(mean[^1]), string.Join(", ",
                curves.Select(curve => Numbers.Short(curve[^1])))]);
        }
        report.Table(["optimiser", "rate", "first ten updates", "last ten", "by seed"], rows);
        report.Chart(chart);
        double first = double.Parse(rows[0][2], System.Globalization.CultureInfo.InvariantCulture);
        report.Measure("gradient descent: last error over the first", final["gradient descent"] / first, "below 0.5",
            final["gradient descent"] / first < 0.5);
        report.Measure("Adam against gradient descent: error at the end over error at the end",
            final["Adam"] / final["gradient descent"], "below 1", final["Adam"] < final["gradient descent"]);
    }

    static IEnumerable<(string, Func<IReadOnlyList<Parameter>, double, Optimizer>)> Optimizers() =>
    [
        ("gradient descent", (parameters, rate) => new Sgd(parameters, rate)),
        ("with momentum 0.9", (parameters, rate) => new Sgd(parameters, rate, momentum: 0.9)),
        ("Adagrad", (parameters, rate) => new Adagrad(parameters, rate)),
        ("RMSProp", (parameters, rate) => new RmsProp(parameters, rate)),
        ("Adam", (parameters, rate) => new Adam(parameters, rate)),
        ("AdamW", (parameters, rate) => new AdamW(parameters, rate)),
    ];

    static double Finite(double value) => double.IsFinite(value) ? value : double.MaxValue;

    static double[] Train(RandomKey key, Func<IReadOnlyList<Parameter>, Optimizer> create, int updates)
    {
        var recurrent = Recurrent.Over(new GruCell(1, Hidden, key));
        var head = new Linear(Hidden, 1, key.For("head"));
        Parameter[] parameters = [.. recurrent.Parameters, .. head.Parameters];
        var optimizer = create(parameters);
        var means = new double[updates / 10];
        for (int update = 0; update < updates; update++)
        {
            var x = key.For("x").At(update).Uniform([Time, Batch, 1], -1, 1);
            var target = CumulativeSum(x, 0) / Counts;
            using var tape = new Tape();
            var loss = Loss.MeanSquaredError(head.Forward(recurrent.Forward(x)), target);
            optimizer.Step(tape.Gradients(loss, parameters));
            means[update / 10] += loss.ToScalar() / 10;
        }
        return means;
    }

    static Tensor Counts => Tensor.From([.. Enumerable.Range(1, Time).Select(t => (float)t)], [Time, 1, 1]);

    static void Losses(Report report)
    {
        var key = report.Key(0).For("losses");
        var (x, target) = (key.Normal([4, 3], 1, ElementType.Float64), Softmax(key.For("target").Normal([4, 3], 1, ElementType.Float64)));
        int[] labels = [0, 2, 1, 1];
        var rows = new List<string[]>();
        double worst = 0;
        foreach (var (name, formula, loss) in (IEnumerable<(string, string, Func<Tensor, Tensor>)>)[
            ("L2", "mean (y − t)²", y => Loss.MeanSquaredError(y, target)),
            ("cross-entropy", "mean −log softmax(y)[label]", y => Loss.CrossEntropy(y, labels)),
            ("binary cross-entropy", "mean −t log σ(y) − (1 − t) log(1 − σ(y))", y => Loss.BinaryCrossEntropy(y, target)),
            ("Kullback–Leibler", "mean Σ t (log t − log softmax(y))", y => Loss.KullbackLeibler(LogSoftmax(y), target)),
            ("Huber", "e²/2, or |e| − 1/2 from 1 on", y => Loss.Huber(y, target))])
        {
            var check = GradientCheck.Run(loss, x);
            double error = check.Comparisons.Max(comparison => Math.Abs(comparison.Analytic - comparison.Numeric));
            worst = Math.Max(worst, error);
            rows.Add([name, formula, Numbers.Short(loss(x).ToScalar()), Numbers.Short(error)]);
        }
        // D(p‖q) = H(p, q) − H(p): with one-hot targets the entropy is 0 and both are the same.
        double same = Math.Abs(Loss.KullbackLeibler(LogSoftmax(x), OneHot(labels, 3, ElementType.Float64))
            .ToScalar() - Loss.CrossEntropy(x, labels).ToScalar());
        report.Table(["loss", "formula", "value", "error of the gradient"], rows);
        report.Measure("largest error of the losses' gradients", worst, "at most 1e-8", worst <= 1e-8);
        report.Measure("Kullback–Leibler divergence from one-hot targets against the cross-entropy", same, "at most 1e-14", same <= 1e-14);
    }
}

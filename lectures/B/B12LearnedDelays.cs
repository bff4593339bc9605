using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>A softmax over all delays becomes the choice of one.</summary>
public sealed class B12LearnedDelays : Demonstration
{
    const int Longest = 12, Time = 40, Batch = 16, Updates = 2500;

    // The system: y_t = 0.8 x¹_{t−3} − 0.5 x²_{t−9} + 0.6 x³_{t−5}.
    static readonly int[] Delays = [3, 9, 5];
    static readonly double[] Weights = [0.8, -0.5, 0.6];

    /// <inheritdoc/>
    public override string Id => "B12";

    /// <inheritdoc/>
    public override string Title => "Time-delay network that learns its delays";

    /// <inheritdoc/>
    public override string Claim => "With a softmax over all delays 1…max for each connection, learning drives it to one-hot and so " +
        "selects one delay: the true one.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var learning = new Chart("Learning", "update", "mean squared error") { LogY = true };
        var rows = new List<string[]>();
        var shares = new List<double>();
        int right = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var layer = new LearnedTimeDelay(Delays.Length, 1, Longest, report.Key(seed));
            var history = new List<Tensor>();
            learning.Learning($"seed {seed}", Learn(report, seed, layer, history));
            int[] selected = [.. Enumerable.Range(0, Delays.Length).Select(input => layer.Selected()[input, 0])];
            right += selected.Where((delay, input) => delay == Delays[input]).Count();
            var now = layer.Shares;
            shares.Add(Enumerable.Range(0, Delays.Length).Min(input => now.At(selected[input] - 1, input, 0)));
            rows.Add([$"{seed}", string.Join(", ", selected), Numbers.Short(shares[^1]), string.Join(", ", layer["weight"].ToDoubles()
                .Select(w => Numbers.Short(Math.Round(w, 3))))]);
            if (seed == 0) foreach (int input in (int[])[0, 1]) report.Chart(OverTime(history, input));
        }
        report.Table(["seed", $"delays selected (true: {string.Join(", ", Delays)})", "least share of a selected delay",
            $"weights (true: {string.Join(", ", Weights)})"], rows);
        report.Measure("delays that are selected rightly", right, $"{report.Seeds * Delays.Length} of {report.Seeds * Delays.Length}",
            right == report.Seeds * Delays.Length);
        report.Measure("least share of a selected delay", shares.Min(), "above 0.95", shares.Min() > 0.95);
        var small = new LearnedTimeDelay(2, 1, 3, report.Key(0), Functions.Tanh);
        report.Gradients("learned delays", GradientCheck.Run(inputs => small.Forward(inputs[0]), [report.Key(0).Normal([5, 2, 2])],
            small.Parameters));
        report.Chart(learning);
    }

    static double[] Learn(Report report, int seed, LearnedTimeDelay layer, List<Tensor> history) => layer.Fit(
        report, $"seed {seed}", Updates, 5e-2,
        update =>
        {
            var x = report.Key(seed).For("train").At(update).Normal([Time, Batch, Delays.Length]);
            return Loss.MeanSquaredError(layer.Forward(x)[Longest..], System(x)[Longest..]);
        },
        update =>
        {
            if (update % 10 == 0) history.Add(layer.Shares.Detach());
            return false;
        });

    static Tensor System(Tensor x)
    {
        Tensor sum = Tensor.Zeros([Time, Batch, 1]);
        for (int input = 0; input < Delays.Length; input++)
        {
            var delayed = Functions.Pad(Functions.Slice(x, -1, input, 1), 0, Delays[input], 0)[..Time];
            sum += Weights[input] * delayed;
        }
        return sum;
    }

    static Chart OverTime(List<Tensor> history, int input)
    {
        var heat = new double[Longest, history.Count];
        for (int at = 0; at < history.Count; at++)
            for (int delay = 0; delay < Longest; delay++)
                heat[delay, at] = history[at].At(delay, input, 0);
        return new Chart($"Softmax over the delays of input {input + 1} while it learns (true delay {Delays[input]})", "update", "delay")
            .Heat(heat, Enumerable.Range(0, history.Count).Select(at => 10.0 * at), Enumerable.Range(1, Longest).Select(delay =>
                (double)delay));
    }
}

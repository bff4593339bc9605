using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The sum over all alignments.</summary>
public sealed class D9Ctc : Demonstration
{
    /// <inheritdoc/>
    public override string Id => "D9";

    /// <inheritdoc/>
    public override string Title => "Connectionist temporal classification";

    /// <inheritdoc/>
    public override string Claim =>
        "A net can be trained on label sequences without their alignment: the likelihood is the sum over all paths that collapse to the " +
            "labels, computed by a forward and a backward recursion, and its gradient is softmax − occupancy.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Enumeration(report);
        Gradients(report);
        Picture(report);
    }

    static void Enumeration(Report report)
    {
        const int Frames = 6, Classes = 3;
        double worst = 0, missing = 0, beam = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var logits = 1.5 * report.Key(seed).Normal([Frames, 1, Classes], 1, ElementType.Float64);
            var sums = AllPaths(logits);
            foreach (var (labels, probability) in sums)
                worst = Math.Max(worst, Math.Abs(Ctc.NegativeLogLikelihood(logits, [[.. labels.Select(letter => letter - '0')]])
                    .ToScalar() + Math.Log(probability)));
            missing = Math.Max(missing, Math.Abs(1 - sums.Values.Sum()));
            var found = CtcDecoding.PrefixBeam(logits, 10000)[0];
            beam = Math.Max(
                beam, found.Max(hypothesis => Math.Abs(Math.Log(sums[string.Concat(hypothesis.Labels)]) - hypothesis.LogProbability)));
        }
        report.Text($"All {Math.Pow(Classes, Frames)} paths over {Frames} frames and {Classes} classes, one of them the blank, gone " +
            $"through one by one.");
        report.Measure("log likelihood against the enumeration, every label sequence", worst, "at most 1e-12", worst <= 1e-12);
        report.Measure("sum of the probabilities of all label sequences, distance from 1", missing, "at most 1e-12", missing <= 1e-12);
        report.Measure("prefix beam that keeps everything, against the enumeration", beam, "at most 1e-12", beam <= 1e-12);
    }

    static Dictionary<string, double> AllPaths(Tensor logits)
    {
        int frames = logits.Shape[0], classes = logits.Shape[2];
        var p = Softmax(logits);
        var sums = new Dictionary<string, double>();
        for (int number = 0; number < Math.Pow(classes, frames); number++)
        {
            int rest = number;
            var path = new int[frames];
            double probability = 1;
            for (int t = 0; t < frames; t++, rest /= classes) probability *= p.At(t, 0, path[t] = rest % classes);
            string labels = string.Concat(CtcDecoding.Collapse(path));
            sums[labels] = sums.GetValueOrDefault(labels) + probability;
        }
        return sums;
    }

    static void Gradients(Report report)
    {
        var logits = report.Key(0).Normal([7, 3, 4], 1, ElementType.Float64);
        int[][] labels = [[1, 1, 2], [3], [2, 3, 2, 1]];
        var check = GradientCheck.Run(x => Ctc.NegativeLogLikelihood(x, labels, [7, 4, 6]), logits, new() { Order = 2 });
        report.Measure("gradient check to second order: elements that fail", check.Comparisons.Count(comparison =>
            comparison.Verdict == global::Autograd.Verdict.Fail), $"0 of {check.Comparisons.Count}", check.Passed);
        var gradient = Differentiate.Gradient(x => Sum(Ctc.NegativeLogLikelihood(x, labels)), logits);
        double sum = Sum(gradient, -1).ToDoubles().Max(Math.Abs);
        report.Measure("sum of the gradient over the classes of a frame", sum, "at most 1e-14", sum <= 1e-14);
        var (loss, none) = Differentiate.ValueAndGradient(x => Sum(Ctc.NegativeLogLikelihood(x, [[1, 1, 1]])), report.Key(0)
            .For("short").Normal([4, 1, 4], 1, ElementType.Float64));
        report.Measure("labels 1 1 1 in four frames, which need five: loss", loss.ToScalar(), "+∞",
            double.IsPositiveInfinity(loss.ToScalar()));
        report.Measure("their gradient: numbers other than 0", none.ToDoubles().Count(g => g != 0), "0", none.ToDoubles().All(g => g == 0));
        string error = "";
        try
        {
            Ctc.NegativeLogLikelihood(logits, [[1, 2, 1, 2, 1, 2, 1, 2], [], []]);
        }
        catch (ShapeException refused)
        {
            error = refused.Message;
        }
        report.Text($"More labels than frames are refused: “{error}”");
        report.Measure("more labels than frames are an error", error.Length > 0 ? 1 : 0, "1", error.Contains("8 labels and 7 frames",
            StringComparison.Ordinal));
    }

    /// <summary>Gradient descent on the logits themselves: from no idea to an alignment.</summary>
    static void Picture(Report report)
    {
        const int Frames = 40, Classes = 4;
        int[] labels = [1, 2, 3, 3, 1];
        var logits = 0.3 * report.Key(0).For("picture").Normal([Frames, 1, Classes], 1, ElementType.Float64);
        var losses = new List<double>();
        report.Chart(Heat("At the start: the probability of each class, given the labels", Occupancy(logits, labels)));
        for (int step = 0; step < 300; step++)
        {
            var (loss, gradient) = Differentiate.ValueAndGradient(x => Sum(Ctc.NegativeLogLikelihood(x, [labels])), logits);
            losses.Add(loss.ToScalar());
            logits -= 0.5 * gradient;
        }
        report.Chart(Heat($"After 300 steps of gradient descent on the logits: softmax; labels {string.Join(" ", labels)}",
            Softmax(logits)));
        report.Chart(new Chart("−log p(labels)", "step", "nats") { LogY = true }.Line("loss", Enumerable.Range(0, losses.Count)
            .Select(i => (double)i), losses));
        int[] best = CtcDecoding.BestPath(logits)[0];
        report.Measure("the best path then says the labels", best.SequenceEqual(labels) ? 1 : 0, "1", best.SequenceEqual(labels));
    }

    // softmax − gradient.
    static Tensor Occupancy(Tensor logits, int[] labels) => Softmax(logits) - Differentiate.Gradient(x =>
        Sum(Ctc.NegativeLogLikelihood(x, [labels])), logits);

    static Chart Heat(string title, Tensor p)
    {
        var values = new double[p.Shape[2], p.Shape[0]];
        for (int t = 0; t < p.Shape[0]; t++)
            for (int k = 0; k < p.Shape[2]; k++) values[k, t] = p.At(t, 0, k);
        return new Chart(title, "frame", "class (0 is the blank)").Heat(values);
    }
}

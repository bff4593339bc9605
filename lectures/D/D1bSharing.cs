using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>One set of weights for all steps against one for each step.</summary>
public sealed class D1bSharing : Demonstration
{
    const int Time = 12, Hidden = 10, TestCount = 1000;

    /// <inheritdoc/>
    public override string Id => "D1b";

    /// <inheritdoc/>
    public override string Title => "Shared parameters: without sharing, overfitting";

    /// <inheritdoc/>
    public override string Claim =>
        "The parameters of an unfolded net are shared by all steps; without sharing overfitting becomes very likely. Here: does 1, 0, 1 " +
            "occur in a " +
        "row of twelve bits? The same net with one set of weights, and with one set for each step, on few and on many examples.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<Func<int, int>>("weights of a step",
        "all steps have those of the first: nothing is unshared", _ => _ => 0);

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        int[] counts = report.Quick ? [30, 100, 300] : [30, 60, 100, 300, 1000];
        var ownOf = report.Part<Func<int, int>>("weights of a step", t => t);
        var rows = new List<string[]>();
        var errors = new Dictionary<(bool IsShared, int Count), (double Train, double Test)>();
        foreach (int count in counts)
            foreach (bool isShared in (bool[])[true, false])
            {
                var all = Enumerable.Range(0, report.Seeds).Select(seed => Trial(report, seed, isShared ? _ => 0 : ownOf, count)).ToArray();
                errors[(isShared, count)] = (all.Average(one => one.Train), all.Average(one => one.Test));
                if (!isShared) rows.Add([$"{count}", .. Cells(errors[(true, count)]), .. Cells(errors[(false, count)])]);
            }
        report.Text($"Simple nets of {Hidden} units; errors are shares of sequences, means over the seeds, on {TestCount} sequences " +
            $"that were not trained on.");
        report.Table(["examples", "shared: training", "new", "one set a step: training", "new"], rows);
        double[] xs = Array.ConvertAll(counts, count => (double)count);
        report.Chart(new Chart("Errors on new sequences (lines) and on those of training (dashed)", "examples",
            "share wrong")
        { LogX = true }
            .Line("shared", xs, counts.Select(count => errors[(true, count)].Test)).Line("one set for each step", xs,
                counts.Select(count => errors[(false, count)].Test))
            .Dashed("shared, training", xs, counts.Select(count => errors[(true, count)].Train))
            .Dashed("one set for each step, training", xs, counts.Select(count => errors[(false, count)].Train)));
        var (shared, unshared) = (errors[(true, 300)], errors[(false, 300)]);
        report.Measure("one set for each step, 300 examples: error on them", unshared.Train, "at most 0.02: it learns them",
            unshared.Train <= 0.02);
        report.Measure("the same: error on new sequences", unshared.Test, "at least 0.1: it has overfitted", unshared.Test >= 0.1);
        report.Measure("shared, 300 examples: error on new sequences as a part of that", shared.Test / unshared.Test, "at most 0.5",
            shared.Test <= 0.5 * unshared.Test);
    }

    static string[] Cells((double Train, double Test) error) => [Numbers.Short(Math.Round(error.Train, 4)),
        Numbers.Short(Math.Round(error.Test, 4))];

    static (double Train, double Test) Trial(Report report, int seed, Func<int, int> weightsOf, int count)
    {
        var key = report.Key(seed);
        var net = new Unfolded(weightsOf, key);
        var (x, labels) = Draw(key.For("train"), count);
        net.Fit(report, $"{count} examples, seed {seed}", report.Quick ? 500 : 800, 1e-2, _ => Loss.BinaryCrossEntropy(net.Forward(x),
            labels));
        var (other, right) = Draw(key.For("test"), TestCount);
        return (Wrong(net.Forward(x), labels), Wrong(net.Forward(other), right));
    }

    static double Wrong(Tensor said, Tensor right) => said.ToDoubles().Zip(right.ToDoubles(), (logit, label) =>
        logit > 0 != label > 0.5).Average(wrong => wrong ? 1.0 : 0);

    static (Tensor X, Tensor Labels) Draw(RandomKey key, int count)
    {
        var (x, labels) = (new float[Time, count, 1], new float[count, 1]);
        for (int row = 0; row < count; row++)
        {
            int bits = key.Whole((uint)row, 1 << Time);
            for (int t = 0; t < Time; t++) x[t, row, 0] = 2 * (bits >> t & 1) - 1;
            labels[row, 0] = Enumerable.Range(0, Time - 2).Any(t => (bits >> t & 7) == 5) ? 1 : 0;
        }
        return (Tensor.From(x), Tensor.From(labels));
    }

    /// <summary>A simple net written out over time; which weights a step has is told.</summary>
    sealed class Unfolded : Layers.Module
    {
        readonly RnnCell[] steps;
        readonly Linear head;

        public Unfolded(Func<int, int> weightsOf, RandomKey key)
        {
            var own = Enumerable.Range(0, Time).Select(weightsOf).Distinct()
                .ToDictionary(which => which, which => Part(new RnnCell(1, Hidden, key.At(which)), $"step{which}"));
            steps = [.. Enumerable.Range(0, Time).Select(t => own[weightsOf(t)])];
            head = Part(new Linear(Hidden, 1, key.For("head")), "head");
        }

        public Tensor Forward(Tensor x)
        {
            var h = steps[0].Initial(x.Shape[1], x.ElementType);
            for (int t = 0; t < Time; t++) h = steps[t].Step(x[t], h).Next;
            return head.Forward(h);
        }
    }
}

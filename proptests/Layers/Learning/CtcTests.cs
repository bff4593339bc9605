using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>Connectionist temporal classification over random logits, labels and lengths.</summary>
public class CtcTests
{
    [Law(60)]
    public void IsTheSumOverAllPaths(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        var losses = Ctc.NegativeLogLikelihood(trial.Logits, trial.Labels, trial.Lengths, trial.Blank).ToDoubles();
        for (int b = 0; b < losses.Length; b++)
        {
            double expected = -Math.Log(trial.Probability(b));
            Near.Equal([expected], [losses[b]], Near.Rounding(double.IsFinite(expected) ? expected : 1), $"sequence {b}");
        }
    }

    [Law(25)]
    public void PassesTheGradientCheck(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        int[] feasible = [.. Enumerable.Range(0, trial.Labels.Length).Where(b => trial.Probability(b) > 0)];
        if (feasible.Length == 0) return;
        GradientCheck.Run(
            x => Functions.GatherRows(Ctc.NegativeLogLikelihood(x, trial.Labels, trial.Lengths, trial.Blank), feasible), trial.Logits,
            new() { Order = 2 }).ThrowIfFailed();
    }

    [Law(60)]
    public void TheGradientIsZeroWhereNoPathIs(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        var gradient = Differentiate.Gradient(
            x => Functions.Sum(Ctc.NegativeLogLikelihood(x, trial.Labels, trial.Lengths, trial.Blank)), trial.Logits);
        for (int t = 0; t < gradient.Shape[0]; t++)
            for (int b = 0; b < gradient.Shape[1]; b++)
            {
                double[] row = [.. Enumerable.Range(0, gradient.Shape[2]).Select(k => gradient.At(t, b, k))];
                Assert.Equal(0, row.Sum(), 1e-14);
                if (t >= trial.Lengths[b] || trial.Probability(b) == 0) Assert.All(row, g => Assert.Equal(0, g));
            }
    }

    // Sums with rescaled probabilities and sums in log space are written apart; where the first give an answer it is the second's.
    [Law(60)]
    public void RescaledSumsAreThoseOfLogSpace(Draw draw)
    {
        int labels = draw.Whole(0, 12), frames = draw.Whole(Math.Max(1, 2 * labels), 60), classes = draw.Whole(2, 6);
        double scale = draw.OneOf(0.1, 1.0, 10.0, 300.0);
        var target = new CtcTarget([.. draw.Indices(labels, classes - 1).Select(label => label + 1)], frames, 0);
        var logits = draw.Values([target.Count], Domain.Between(-scale, scale)).ToDoubles();
        if (draw.Whole(0, 3) == 0) logits[draw.Whole(0, logits.Length - 1)] = double.NegativeInfinity;
        double[] expected = new double[logits.Length], actual = new double[logits.Length];
        var lattice = new CtcLattice(target, logits);
        lattice.AddOccupancy(expected);
        using var sums = new CtcScaledSums();
        if (sums.Find(target, logits, actual) is not { } found)
        {
            Assert.True(scale > 10 || double.IsNegativeInfinity(lattice.LogLikelihood), "there is no answer where there should be one");
            return;
        }
        // In log space every frame rounds a sum that has as much as all frames together.
        double rounding = 8 * frames * Math.ScaleB(1, -52) * (1 + frames * scale);
        Assert.Equal(lattice.LogLikelihood, found, rounding);
        for (int i = 0; i < actual.Length; i++) Assert.Equal(expected[i], actual[i], rounding);
    }

    [Law(30)]
    public void APrefixBeamThatKeepsEverythingFindsTheLikelihood(Draw draw)
    {
        var trial = draw.Of(Trial.Of);
        var beams = CtcDecoding.PrefixBeam(trial.Logits, 5000, trial.Lengths, trial.Blank);
        for (int b = 0; b < beams.Length; b++)
        {
            var found = beams[b].SingleOrDefault(hypothesis => hypothesis.Labels.SequenceEqual(trial.Labels[b]));
            double expected = trial.Probability(b);
            if (expected == 0) Assert.Null(found);
            else Assert.Equal(Math.Log(expected), found!.LogProbability, Near.Rounding(Math.Abs(Math.Log(expected))));
            Assert.Equal(1, beams[b].Sum(hypothesis => Math.Exp(hypothesis.LogProbability)), 1e-12);
        }
    }

    sealed record Trial(Tensor Logits, int[][] Labels, int[] Lengths, int Blank)
    {
        public static Trial Of(Draw draw)
        {
            int time = draw.Whole(1, 5), batch = draw.Whole(1, 3), classes = draw.Whole(2, 4), blank = draw.Whole(0, classes - 1);
            int[] lengths = [.. Enumerable.Range(0, batch).Select(_ => draw.Whole(1, time))];
            int[][] labels =
                [.. lengths.Select(
                length => draw.Indices(draw.Whole(0, length), classes - 1).Select(label => label >= blank ? label + 1 : label).ToArray())];
            return new(draw.Values([time, batch, classes], Domain.Between(-2, 2)), labels, lengths, blank);
        }

        /// <summary>By going through all paths.</summary>
        public double Probability(int sequence)
        {
            int classes = Logits.Shape[2];
            var p = Functions.Softmax(Logits);
            double sum = 0;
            for (int number = 0; number < (int)Math.Pow(classes, Lengths[sequence]); number++)
            {
                int[] path = new int[Lengths[sequence]];
                double probability = 1;
                for (int t = 0, rest = number; t < path.Length; t++, rest /= classes)
                    probability *= p.At(t, sequence, path[t] = rest % classes);
                var merged = path.Where((label, t) => label != Blank && (t == 0 || path[t - 1] != label));
                if (merged.SequenceEqual(Labels[sequence])) sum += probability;
            }
            return sum;
        }
    }
}

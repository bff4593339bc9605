using Autograd.Layers;
using Autograd.Tests.Layers.Losses;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Decoding;

public class CtcDecodingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void APrefixBeamThatKeepsEverythingIsExact(int blank)
    {
        var logits = CtcTests.Logits(5, 1);
        var expected = CtcTests.Enumerated(logits, blank);
        var found = CtcDecoding.PrefixBeam(logits, 1000, blank: blank)[0];
        Assert.Equal(expected.Count, found.Count);
        foreach (var hypothesis in found)
            Assert.Equal(Math.Log(expected[CtcTests.Text(hypothesis.Labels)]), hypothesis.LogProbability, 1e-12);
        Assert.Equal(
            found.Select(hypothesis => hypothesis.LogProbability).OrderDescending(), found.Select(hypothesis => hypothesis.LogProbability));
    }

    [Fact]
    public void ANarrowBeamGivesEachLabelSequenceOnceAndNoMoreThanItsProbability()
    {
        var logits = CtcTests.Logits(7, 1);
        var exact = CtcTests.Enumerated(logits, 0);
        for (int width = 1; width < 8; width++)
        {
            var found = CtcDecoding.PrefixBeam(logits, width)[0];
            Assert.InRange(found.Count, 1, width);
            Assert.Equal(found.Count, found.Select(hypothesis => CtcTests.Text(hypothesis.Labels)).Distinct().Count());
            Assert.All(found, hypothesis =>
                Assert.True(hypothesis.LogProbability <= Math.Log(exact[CtcTests.Text(hypothesis.Labels)]) + 1e-12));
        }
    }

    /// <summary>The textbook case: the best path is all blanks (0.36), the best labels are "1" (0.64).</summary>
    [Fact]
    public void TheBestPathNeedNotHaveTheBestLabels()
    {
        var logits = Log(Tensor.From([0.6, 0.4, 0.6, 0.4], [2, 1, 2]));
        Assert.Equal([], CtcDecoding.BestPath(logits)[0]);
        var best = CtcDecoding.PrefixBeam(logits, 4)[0][0];
        Assert.Equal([1], best.Labels);
        Assert.Equal(Math.Log(0.64), best.LogProbability, 1e-14);
    }

    [Fact]
    public void BestPathMergesAndRemoves()
    {
        int[] path = [0, 1, 1, 0, 1, 2, 2, 0];
        var logits = OneHot([.. path.SelectMany(label => new[] { label, 2 })], 3).Reshape(8, 2, 3);
        Assert.Equal([1, 1, 2], CtcDecoding.BestPath(logits)[0]);
        Assert.Equal([2], CtcDecoding.BestPath(logits)[1]);
        Assert.Equal([1, 1], CtcDecoding.BestPath(logits, [5, 1])[0]);
        Assert.Equal([0, 1, 0, 1, 0], CtcDecoding.BestPath(logits, blank: 2)[0]);
        Assert.Equal([1, 1, 2], CtcDecoding.PrefixBeam(20 * logits, 3)[0][0].Labels);
        Assert.Equal([3, 3, 1], CtcDecoding.Collapse([3, 3, 0, 3, 1, 0]));
    }

    /// <summary>Where nothing is the most probable; beyond a length nothing is looked at.</summary>
    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void LogitsOfWhichNoneIsTheLargestAreRefused(double logit, string name)
    {
        var logits =
            Where(OneHot([0, 1, 0, 0], 2).Reshape(4, 1, 2), Tensor.Scalar(1),
            Concatenate(0, Tensor.Zeros([3, 1, 2]), Tensor.Full([1, 1, 2], logit)));
        Refused.With<ArgumentException>($"BestPath: the largest of 2 logits is {name};", () => CtcDecoding.BestPath(logits));
        Refused.With<ArgumentException>($"PrefixBeam: the largest of 2 logits is {name};", () => CtcDecoding.PrefixBeam(logits, 2));
        Assert.Equal([1], CtcDecoding.BestPath(logits, [3])[0]);
        Assert.Equal([1], CtcDecoding.PrefixBeam(5 * logits[..3], 2)[0][0].Labels);
        // A class that cannot be is none of these.
        var masked = Where(OneHot([0, 1, 0], 2).Reshape(3, 1, 2), Tensor.Scalar(1), Tensor.Scalar(double.NegativeInfinity));
        Assert.Equal([1], CtcDecoding.BestPath(masked)[0]);
        Assert.Equal([1], CtcDecoding.PrefixBeam(masked, 2)[0][0].Labels);
    }

    [Fact]
    public void WhatIsRefused()
    {
        var logits = Tensor.Zeros([3, 1, 2]);
        Refused.With<ArgumentOutOfRangeException>(
            "PrefixBeam: width must be at least 1; it is 0.", () => CtcDecoding.PrefixBeam(logits, 0));
        Refused.With<ArgumentOutOfRangeException>(
            "BestPath: the blank is 2; the logits [3, 1, 2] have classes 0 to 1.", () => CtcDecoding.BestPath(logits, blank: 2));
        Refused.With<ShapeException>(
            "BestPath: the logits are [3, 2]; [time, batch, classes] is needed.", () => CtcDecoding.BestPath(Tensor.Zeros([3, 2])));
    }
}

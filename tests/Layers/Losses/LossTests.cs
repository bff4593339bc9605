using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Losses;

/// <summary>Closed forms, extremes, and what does not count.</summary>
public class LossTests
{
    const double Huge = 1e4;

    static Tensor Doubles(params double[] values) => Tensor.From(values);

    [Fact]
    public void MeanSquaredErrorIsTheMeanOfSquares()
    {
        Assert.Equal(2.5, Loss.MeanSquaredError(Doubles(1, 2), Doubles(0, 4)).ToScalar());
        Assert.Equal([1.0, -2], Differentiate.Gradient(x => Loss.MeanSquaredError(x, Doubles(0, 4)), Doubles(1, 2)).ToDoubles());
    }

    [Fact]
    public void CrossEntropyOfEqualLogitsIsTheLogarithmOfTheirNumber()
    {
        Assert.Equal(Math.Log(7), Loss.CrossEntropy(Tensor.Full([4, 7], 3, ElementType.Float64), [0, 6, 3, 3]).ToScalar(), 1e-15);
        Assert.Equal(Math.Log(7), Loss.CrossEntropy(Tensor.Full([7], 3, ElementType.Float64), [6]).ToScalar(), 1e-15);
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void CrossEntropyOfHugeLogitsIsFinite(ElementType type)
    {
        var logits = Tensor.From(new[,] { { Huge, -Huge, 0 }, { Huge, -Huge, 0 } }).As(type);
        Assert.Equal(Huge, Loss.CrossEntropy(logits, [0, 1]).ToScalar());
        var gradient = Differentiate.Gradient(x => Loss.CrossEntropy(x, [0, 1]), logits);
        // Up to one rounding: the exponential of 0 is not always exactly 1 in float.
        double[] expected = [0, 0, 0, 0.5, -0.5, 0];
        Assert.All(gradient.ToDoubles().Zip(expected),
            pair => Assert.Equal(pair.Second, pair.First, type == ElementType.Float32 ? 1e-7 : 0));
        Assert.True(double.IsFinite(Loss.CrossEntropy(logits, [0, 1], smoothing: 0.2).ToScalar()));
    }

    [Fact]
    public void SmoothingMixesInTheMeanOverTheClasses()
    {
        var logits = Doubles(0, Math.Log(2), Math.Log(5));
        double[] minusLog = [Math.Log(8), Math.Log(4), Math.Log(1.6)];
        Assert.Equal(0.7 * minusLog[1] + 0.3 * minusLog.Average(), Loss.CrossEntropy(logits, [1], smoothing: 0.3).ToScalar(), 1e-15);
        // The minimum lies where softmax is the smoothed target: the gradient there is 0.
        var best = Log(Doubles(0.1, 0.8, 0.1));
        Assert.All(Differentiate.Gradient(x => Loss.CrossEntropy(x, [1], smoothing: 0.3), best).ToDoubles(),
            g => Assert.Equal(0, g, 1e-15));
    }

    [Fact]
    public void IgnoredRowsCountForNothingWhateverTheyHold()
    {
        var counted = InDouble.Draw(new RandomKey(1), 2, 3);
        var bad = Doubles(double.NaN, double.PositiveInfinity, 0);
        var logits = Stack([bad, At(counted, 0), bad, At(counted, 1)]);
        int[] labels = [Loss.Ignored, 2, Loss.Ignored, 0];
        foreach (double smoothing in (double[])[0, 0.1])
        {
            Assert.Equal(Loss.CrossEntropy(counted, [2, 0], smoothing).ToScalar(), Loss.CrossEntropy(logits, labels, smoothing).ToScalar());
            var gradient = Differentiate.Gradient(x => Loss.CrossEntropy(x, labels, smoothing), logits);
            var expected = Differentiate.Gradient(x => Loss.CrossEntropy(x, [2, 0], smoothing), counted);
            Close.Same(Stack([Doubles(0, 0, 0), At(expected, 0), Doubles(0, 0, 0), At(expected, 1)]), gradient);
        }
    }

    [Fact]
    public void BinaryCrossEntropyOfHugeLogitsIsExact()
    {
        var (logits, target) = (Doubles(Huge, -Huge, Huge, -Huge), Doubles(1, 0, 0, 1));
        Assert.Equal(Huge / 2, Loss.BinaryCrossEntropy(logits, target).ToScalar());
        Assert.Equal([0.0, 0, 0.25, -0.25], Differentiate.Gradient(x => Loss.BinaryCrossEntropy(x, target), logits).ToDoubles());
    }

    [Theory]
    [InlineData(40, 1)]
    [InlineData(-40, 0)]
    public void BinaryCrossEntropyKeepsSmallValuesOnBothSides(double logit, double target)
    {
        double expected = Math.Exp(-40);
        Assert.Equal(1, Loss.BinaryCrossEntropy(Doubles(logit), Doubles(target)).ToScalar() / expected, 1e-12);
        double slope = Differentiate.Gradient(x => Loss.BinaryCrossEntropy(x, Doubles(target)), Doubles(logit)).ToDoubles()[0];
        Assert.Equal(target == 1 ? -1 : 1, slope / expected, 1e-12);
    }

    [Fact]
    public void BinaryCrossEntropyAtZeroIsTheLogarithmOfTwo()
    {
        foreach (double target in (double[])[0, 0.25, 1])
        {
            Assert.Equal(Math.Log(2), Loss.BinaryCrossEntropy(Doubles(0), Doubles(target)).ToScalar(), 1e-15);
            Assert.Equal([0.5 - target], Differentiate.Gradient(x => Loss.BinaryCrossEntropy(x, Doubles(target)), Doubles(0)).ToDoubles());
        }
    }

    [Fact]
    public void KullbackLeiblerIsZeroForEqualDistributionsAndLogarithmicElse()
    {
        var p = Tensor.From(new[,] { { 0.5, 0.5, 0 }, { 0.2, 0.3, 0.5 } });
        Assert.Equal(0, Loss.KullbackLeibler(Log(p), p).ToScalar(), 1e-16);
        var certain = Doubles(0, 1, 0);
        Assert.Equal(Math.Log(4), Loss.KullbackLeibler(Log(Doubles(0.5, 0.25, 0.25)), certain).ToScalar(), 1e-15);
        Assert.Equal([0.0, -1, 0], Differentiate.Gradient(q => Loss.KullbackLeibler(q, certain), Doubles(-Huge, -1, -Huge)).ToDoubles());
    }

    [Fact]
    public void KullbackLeiblerHasAGradientInItsTargetToo()
    {
        double[] gradient = Differentiate.Gradient(p => Loss.KullbackLeibler(Doubles(-1, -2), p), Doubles(0, 1)).ToDoubles();
        // log p − log q + 1; where p is 0 nothing is taken.
        Assert.Equal([0.0, 3], gradient);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.5)]
    public void ATargetThatIsNoProbabilityShows(double p) =>
        Assert.Equal(double.NaN, Loss.KullbackLeibler(Doubles(-1, -1), Doubles(p, 1)).ToScalar());

    [Fact]
    public void TargetsMayBeParametersBoundInDouble()
    {
        var p = new Parameter("p", Tensor.From([0.25f, 0.75f]));
        using var tape = new Tape();
        tape.Bind(p, Doubles(0, 1));
        Assert.Equal(2, Loss.KullbackLeibler(Doubles(-1, -2), p).ToScalar());
    }

    [Fact]
    public void HuberIsQuadraticThenLinear()
    {
        double[] errors = [0, 0.5, -0.5, 2, -2, 5, Huge];
        foreach (double e in errors)
        {
            double expected = Math.Abs(e) <= 2 ? e * e / 2 : 2 * (Math.Abs(e) - 1);
            Assert.Equal(expected, Loss.Huber(Doubles(e + 3), Doubles(3), delta: 2).ToScalar());
            Assert.Equal(
                [Math.Clamp(e, -2, 2)], Differentiate.Gradient(x => Loss.Huber(x, Doubles(3), delta: 2), Doubles(e + 3)).ToDoubles());
        }
        Assert.Equal(Loss.Huber(Doubles(3), Doubles(0), 1).ToScalar(), Loss.Huber(Doubles(3), Doubles(0)).ToScalar());
    }

    /// <summary>Where the loss is least a share q of the targets lies below: its slope is the share below, minus q.</summary>
    [Fact]
    public void ThePinballLossIsLeastAtTheQuantile()
    {
        double[] quantiles = [0.1, 0.5, 0.75];
        var targets = Doubles(7, -2, 5, 1).Reshape(4, 1);
        foreach (double said in new[] { -3.0, 0, 3, 6, 8 })
        {
            var prediction = BroadcastTo(Doubles(said), Shape.Create([4, 3]));
            double expected = targets.ToDoubles().SelectMany(y => quantiles.Select(q => y > said ? q * (y - said) : (1 - q) * (said - y)))
                .Average();
            Assert.Equal(expected, Loss.Pinball(prediction, targets, quantiles).ToScalar(), 1e-15 * 12 * 10);
            double[] slopes = Sum(Differentiate.Gradient(x => Loss.Pinball(x, targets, quantiles), prediction), 0).ToDoubles();
            double below = targets.ToDoubles().Count(y => y < said) / 4.0;
            for (int i = 0; i < 3; i++) Assert.Equal((below - quantiles[i]) / 3, slopes[i], 1e-15);
        }
    }
    // Only what weights are to each other counts, however small or large they are.
    [Fact]
    public void WeightsOfAnySizeAreShares()
    {
        foreach (var type in (ElementType[])[ElementType.Float32, ElementType.Float64])
            foreach (double size in new[] { 1e-320, 1e-300, 1e-50, 1e-40, 1, 1e38, 1e300 })
                foreach (var ofWeights in (ElementType[])[ElementType.Float32, ElementType.Float64])
                {
                    if (ofWeights == ElementType.Float32 && size is < 1e-40 or > 1e38) continue;
                    var (x, ones) = (Tensor.From([1.0, 2, 3, double.NaN]).As(type), Tensor.Ones([4], type));
                    var weights = Tensor.From([size, 2 * size, 0.5 * size, 0]).As(ofWeights);
                    // Subnormal weights have few digits.
                    double tolerance = size < 1e-37 ? 1e-4 : 8 * type.Epsilon();
                    Assert.Equal(6.5 / 3.5, Loss.WeightedMean(x, weights).ToScalar(), 3 * tolerance);
                    Assert.Equal(4 / 3.5, Loss.MeanSquaredError(x, ones, weights).ToScalar(), 3 * tolerance);
                }
    }
}

using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

/// <summary>Metrics over batches against their formulas over everything at once.</summary>
public sealed class MetricTests
{
    static readonly RandomKey Key = new(11);

    [Theory]
    [InlineData(1)]
    [InlineData(0.9)]
    public void RunningMeansFollowTheirEquation(double decay)
    {
        var mean = new RunningMean(decay);
        double[] values = Key.For("values").Normal([30], type: ElementType.Float64).ToDoubles(), weights = new double[30];
        for (int i = 0; i < values.Length; i++)
        {
            weights[i] = i % 4;
            mean.Add(values[i], weights[i]);
            if (i == 0) continue;
            double sum = 0, total = 0;
            for (int j = 0; j <= i; j++)
            {
                sum += Math.Pow(decay, i - j) * weights[j] * values[j];
                total += Math.Pow(decay, i - j) * weights[j];
            }
            // At most three roundings of each of the sums' terms at each step.
            Assert.Equal(sum / total, mean.Value, 4 * values.Length * 2.3e-16 * values.Max(Math.Abs));
        }
        Assert.Equal(30, mean.Count);
        mean.Add(double.NaN, weight: 0);
        Assert.False(double.IsNaN(mean.Value));
        mean.Reset();
        Assert.Throws<MetricException>(() => mean.Value);
    }

    // Without a bias towards 0 at the start.
    [Fact]
    public void AFadingMeanOfOneValueIsTheValue()
    {
        var mean = new RunningMean(0.999);
        mean.Add(7);
        Assert.Equal(7, mean.Value);
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void AccuracyAndConfusionCountRows(ElementType type)
    {
        const int Classes = 4, Rows = 60;
        Accuracy accuracy = new(), three = new(top: 3);
        var confusion = new ConfusionMatrix(Classes);
        var expected = new long[Classes, Classes];
        int right = 0, nearly = 0, counted = 0;
        for (int batch = 0; batch < 3; batch++)
        {
            // Few different scores, so that some are equal.
            var scores = Tensor.From(
                [.. Key.For("scores").At(batch).Normal([Rows * Classes], type: ElementType.Float64).ToDoubles().Select(x => Math.Round(x))],
                [Rows / 2, 2, Classes], type);
            int[] labels = [.. Enumerable.Range(0, Rows).Select(row => Key.For("labels").At(batch).Whole((uint)row, Classes + 1) - 1)];
            accuracy.Add(scores, labels);
            three.Add(scores, labels);
            confusion.Add(scores, labels);
            double[] all = scores.ToDoubles();
            for (int row = 0; row < Rows; row++)
            {
                if (labels[row] < 0) continue;
                double[] own = all[(row * Classes)..((row + 1) * Classes)];
                // A stable sort: of equal scores the first.
                int[] order = [.. Enumerable.Range(0, Classes).OrderByDescending(c => own[c])];
                counted++;
                if (order[0] == labels[row]) right++;
                if (order[..3].Contains(labels[row])) nearly++;
                expected[labels[row], order[0]]++;
            }
        }
        Assert.Equal((counted, right), (accuracy.Count, accuracy.Right));
        Assert.Equal((double)right / counted, accuracy.Value);
        Assert.Equal((double)nearly / counted, three.Value);
        Assert.InRange(nearly, right + 1, counted - 1);
        Assert.Equal(accuracy.Value, confusion.Accuracy);
        for (int c = 0; c < Classes; c++)
        {
            long hits = expected[c, c], predicted = 0, actual = 0;
            for (int other = 0; other < Classes; other++)
            {
                Assert.Equal(expected[c, other], confusion[c, other]);
                predicted += expected[other, c];
                actual += expected[c, other];
            }
            Assert.Equal((double)hits / predicted, confusion.Precision(c));
            Assert.Equal((double)hits / actual, confusion.Recall(c));
            double p = confusion.Precision(c), r = confusion.Recall(c);
            Assert.Equal(2 * p * r / (p + r), confusion.F1(c), 1e-15);
        }
        Assert.Equal(counted, confusion.Count);
    }

    [Fact]
    public void ARowWithNaNIsWrong()
    {
        var scores = Tensor.From(new[,] { { 0, double.NaN }, { 1, 0 } });
        Accuracy accuracy = new(), both = new(top: 2);
        accuracy.Add(scores, [0, 0]);
        both.Add(scores, [0, 0]);
        Assert.Equal((0.5, 0.5), (accuracy.Value, both.Value));
        var error = Assert.Throws<MetricException>(() => new ConfusionMatrix(2).Add(scores, [0, 0]));
        Assert.Contains("row 0", error.Message);
    }

    [Fact]
    public void PerplexityWeighsBatchesByTheirSymbols()
    {
        var perplexity = new Perplexity();
        perplexity.Add(Math.Log(2), 30);
        perplexity.Add(Math.Log(8), 10);
        Assert.Equal(1.5, perplexity.Bits, 1e-15);
        Assert.Equal(Math.Pow(2, 1.5), perplexity.Value, 1e-14);
        Assert.Equal(1.5 * Math.Log(2), perplexity.Nats, 1e-15);
        Assert.Equal(40, perplexity.Symbols);
        // A guess among n symbols has the perplexity n.
        perplexity.Reset();
        perplexity.Add(Math.Log(65));
        Assert.Equal(65, perplexity.Value, 1e-12);
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void RegressionScoresFollowTheirFormulas(ElementType type)
    {
        var score = new RegressionScore();
        List<double> errors = [], targets = [];
        for (int batch = 0; batch < 4; batch++)
        {
            // Far from 0, where a variance from sums of squares would lose eight digits.
            var y = (Key.For("y").At(batch).Normal([3, 5], type: ElementType.Float64) + 1000).As(type);
            var p = (y.As(ElementType.Float64) + 0.25 * Key.For("error").At(batch).Normal([3, 5], type: ElementType.Float64)).As(type);
            score.Add(p, y);
            targets.AddRange(y.ToDoubles());
            errors.AddRange(p.ToDoubles().Zip(y.ToDoubles(), (a, b) => a - b));
        }
        double mean = targets.Average(), variance = targets.Average(y => (y - mean) * (y - mean)), squares = errors.Average(e => e * e);
        Near.Equal(squares, score.MeanSquaredError, 60 * 2.3e-16);
        Near.Equal(Math.Sqrt(squares), score.RootMeanSquaredError, 60 * 2.3e-16);
        Near.Equal(errors.Average(Math.Abs), score.MeanAbsoluteError, 60 * 2.3e-16);
        Near.Equal(variance, score.Variance, 60 * 1000 * 2.3e-16);
        Near.Equal(Math.Sqrt(squares / variance), score.Nrmse, 60 * 1000 * 2.3e-16);
        Near.Equal(1 - squares / variance, score.RSquared, 60 * 1000 * 2.3e-16);
        Assert.Equal(60, score.Count);
    }

    [Fact]
    public void ThePredictionOfTheMeanExplainsNothing()
    {
        var score = new RegressionScore();
        foreach (double y in new[] { 1, 2, 3, 6 }) score.Add(3, y);
        Assert.Equal((0.0, 1.0), (score.RSquared, score.Nrmse));
    }

    [Fact]
    public void WithoutSamplesThereIsNoValue()
    {
        Func<double>[] reads =
        [
            () => new RunningMean().Value, () => new Accuracy().Value, () => new Perplexity().Value, () => new Perplexity().Bits, () =>
                new Perplexity().Nats,
            () => new RegressionScore().MeanSquaredError, () => new RegressionScore().RootMeanSquaredError, () =>
            new RegressionScore().MeanAbsoluteError,
            () => new RegressionScore().RSquared, () => new RegressionScore().Nrmse, () => new RegressionScore().Variance,
            () => new ConfusionMatrix(2).Accuracy, () => new ConfusionMatrix(2).Precision(0), () => new ConfusionMatrix(2).Recall(1),
            () => new ConfusionMatrix(2).F1(0),
        ];
        foreach (var read in reads) Assert.Throws<MetricException>(() => read());
        var constant = new RegressionScore();
        constant.Add(1, 2);
        constant.Add(3, 2);
        Assert.Equal(1, constant.MeanSquaredError);
        Assert.Contains("variance is 0", Assert.Throws<MetricException>(() => constant.RSquared).Message);
        var ignored = new Accuracy();
        ignored.Add(Tensor.Zeros([2, 3]), [-1, -1]);
        Assert.Throws<MetricException>(() => ignored.Value);
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedBeforeAnythingIsAdded()
    {
        var accuracy = new Accuracy();
        Assert.Throws<ShapeException>(() => accuracy.Add(Tensor.Zeros([2, 3]), [0]));
        Assert.Throws<ShapeException>(() => accuracy.Add(Tensor.Zeros([2, 3]), [0, 3]));
        Assert.Throws<ShapeException>(() => accuracy.Add(Tensor.Zeros([2, 3]), [0, -2]));
        Assert.Throws<ShapeException>(() => accuracy.Add(Tensor.Zeros([]), []));
        Assert.Equal(0, accuracy.Count);
        Assert.Throws<ShapeException>(() => new ConfusionMatrix(2).Add(Tensor.Zeros([2, 3]), [0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(2).Add(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(2)[-1, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Accuracy(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RunningMean(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RunningMean().Add(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Perplexity().Add(1, -1));
        Assert.Throws<ShapeException>(() => new RegressionScore().Add(Tensor.Zeros([2]), Tensor.Zeros([3])));
        Assert.Throws<ElementTypeException>(() => new RegressionScore().Add(Tensor.Zeros([2]), Tensor.Zeros([2], ElementType.Float64)));
    }
}

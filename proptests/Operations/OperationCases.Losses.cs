using Autograd.Layers;

namespace Autograd.PropertyTests;

static partial class OperationCases
{
    static IEnumerable<OperationCase> Losses =>
    [
        Judge("MeanSquaredError(Tensor, Tensor)", Domain.Any, Domain.Any, Loss.MeanSquaredError),
        Weighted("MeanSquaredError(Tensor, Tensor, Tensor)", Domain.Any, Loss.MeanSquaredError),
        Judge("BinaryCrossEntropy(Tensor, Tensor)", Domain.Any, Domain.Fraction, Loss.BinaryCrossEntropy),
        Weighted("BinaryCrossEntropy(Tensor, Tensor, Tensor, Double)", Domain.Fraction,
            (x, target, weights) => Loss.BinaryCrossEntropy(x, target, weights, 2.5)),
        Weighted("WeightedMean", Domain.Any, (x, other, weights) => Loss.WeightedMean(Functions.Square(x) - other, weights)),
        Judge("KullbackLeibler", Domain.Any, Domain.Fraction, (logits, p) => Loss.KullbackLeibler(Functions.LogSoftmax(logits), p)),
        new("KullbackLeibler", "with zeros in the target", draw =>
        {
            var shape = draw.Shape(minimumRank: 1, mayBeEmpty: false);
            var target = Functions.Relu(draw.Values(shape, Domain.Any));
            return new Trial(x => Loss.KullbackLeibler(x[0], target.As(x[0].ElementType)), draw.Values(shape, Domain.Any));
        }),
        new("Huber", "", draw =>
        {
            // The errors are the multiples of 1/4 and ⅛ more, so they keep away from δ.
            var shape = draw.Shape(mayBeEmpty: false);
            return new Trial(x => Loss.Huber(x[0], x[1], 0.75), draw.Distinct(shape, 0.5), draw.Distinct(shape));
        }),
        new("Pinball", "", draw =>
        {
            var targets = draw.Shape(minimumRank: 1, mayBeEmpty: false).Lengths.ToArray();
            int[] said = [.. targets[..^1], 2];
            targets[^1] = 1;
            return new Trial(
                x => Loss.Pinball(x[0], x[1], 0.25, 0.875), draw.Distinct(Shape.Create(said), 0.5), draw.Distinct(Shape.Create(targets)));
        }),
        new("CrossEntropy(Tensor, ReadOnlySpan`1, Double)", "", draw => Classify(draw, 0)),
        new("CrossEntropy(Tensor, ReadOnlySpan`1, Double)", "smoothed", draw => Classify(draw, 0.2)),
    ];

    static OperationCase Judge(string loss, Domain prediction, Domain target, Func<Tensor, Tensor, Tensor> apply) => new(
        loss,
        "",
        draw =>
        {
            var shape = draw.Shape(minimumRank: 1, mayBeEmpty: false);
            return new Trial(x => apply(x[0], x[1]), draw.Values(shape, prediction), draw.Values(shape, target));
        });

    // The first element counts, so that not all weights are 0.
    static OperationCase Weighted(string loss, Domain target, Func<Tensor, Tensor, Tensor, Tensor> apply) => new(
        loss,
        "",
        draw =>
        {
            var shape = draw.Shape(minimumRank: 1, mayBeEmpty: false);
            double[] weights = draw.Values(shape, Domain.Fraction).ToDoubles();
            for (int i = 1; i < weights.Length; i++)
                if (draw.Whole(0, 3) == 0)
                    weights[i] = 0;
            var constant = Tensor.From(weights, shape);
            return new Trial(x => apply(x[0], x[1], constant), draw.Values(shape, Domain.Any), draw.Values(shape, target));
        });

    // One row at least must count.
    static Trial Classify(Draw draw, double smoothing)
    {
        var shape = draw.Shape(minimumRank: 1, mayBeEmpty: false);
        int[] labels = draw.Indices(shape.ElementCount / shape[^1], shape[^1]);
        for (int i = 1; i < labels.Length; i++)
            if (draw.Whole(0, 3) == 0)
                labels[i] = Loss.Ignored;
        return new Trial(x => Loss.CrossEntropy(x[0], labels, smoothing), draw.Values(shape, Domain.Any));
    }
}

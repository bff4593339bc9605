using Autograd.Layers;

namespace Autograd.PropertyTests;

internal static partial class OperationCases
{
    static IEnumerable<OperationCase> Losses =>
    [
        Judge("MeanSquaredError", Domain.Any, Domain.Any, Loss.MeanSquaredError),
        Judge("BinaryCrossEntropy", Domain.Any, Domain.Fraction, Loss.BinaryCrossEntropy),
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
        new("CrossEntropy", "", draw => Classify(draw, 0)),
        new("CrossEntropy", "smoothed", draw => Classify(draw, 0.2)),
    ];

    static OperationCase Judge(string loss, Domain prediction, Domain target, Func<Tensor, Tensor, Tensor> apply) => new(
        loss,
        "",
        draw =>
        {
            var shape = draw.Shape(minimumRank: 1, mayBeEmpty: false);
            return new Trial(x => apply(x[0], x[1]), draw.Values(shape, prediction), draw.Values(shape, target));
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

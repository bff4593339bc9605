using static System.FormattableString;
using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// The usual losses, each a mean, composed from the operations. Units are nats where a logarithm is involved.
/// </summary>
public static class Loss
{
    /// <summary>The label of positions that do not count.</summary>
    public const int Ignored = -1;

    /// <summary>Mean of (prediction − target)². Shapes must be equal.</summary>
    /// <exception cref="ShapeException">The shapes differ, or there is no element.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target) => MeanSquaredError(prediction, target, null);

    /// <summary>Mean of (prediction − target)², weighted as by <see cref="WeightedMean"/>. Shapes must be equal.</summary>
    /// <param name="prediction">Prediction.</param>
    /// <param name="target">Target.</param>
    /// <param name="weights">How much each element counts, for example a mask that is 0 at padding; null for equal weights.</param>
    /// <exception cref="ShapeException">The shapes differ, there is no element, or the weights cannot be broadcast.</exception>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target, Tensor? weights)
    {
        SameShape(nameof(MeanSquaredError), prediction, target);
        return WeightedMean(Square(Counted(prediction, weights) - Counted(target, weights)), weights);
    }

    /// <summary>
    /// Σ w·x / Σ w over all elements, with weights broadcast to x: <c>[time, batch, 1]</c> for a mask of steps. Where a weight is 0, the
    /// element contributes to neither the value nor the gradient, whatever it is, even a NaN. Without weights, it is the plain mean.
    /// </summary>
    /// <param name="x">Numbers, such as losses.</param>
    /// <param name="weights">How much each counts; treated as constant in derivatives. Null for equal weights.</param>
    /// <exception cref="ShapeException">There is no element, or the weights cannot be broadcast to x.</exception>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public static Tensor WeightedMean(Tensor x, Tensor? weights)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.ElementCount == 0)
            throw new ShapeException($"{nameof(WeightedMean)}: x is {x.Shape}, and the mean of nothing is not defined.");
        if (weights is null) return Mean(x);
        var w = BroadcastTo(Checked(x, weights), x.Shape);
        // In double: the sum of many weights.
        double total = w.ToDoubles().Sum();
        return Sum(w.As(Tape.Actual(x).ElementType) * Counted(x, w)) * (1 / total);
    }

    /// <summary>
    /// Mean of −log softmax(logits)[label], in nats, computed without taking the logarithm of the softmax. With smoothing α the target is
    /// (1 − α)·one-hot + α/classes (Szegedy et al. 2016).
    /// </summary>
    /// <param name="logits"><c>[…, classes]</c>.</param>
    /// <param name="labels">One class for each row, in row-major order; <see cref="Ignored"/> (−1) for rows that do not count.</param>
    /// <param name="smoothing">α, at least 0 and below 1; 0 by default.</param>
    /// <exception cref="ShapeException">The number of labels does not fit, a label is out of range, or all rows are ignored.</exception>
    public static Tensor CrossEntropy(Tensor logits, ReadOnlySpan<int> labels, double smoothing = 0)
    {
        ArgumentNullException.ThrowIfNull(logits);
        Require.Fraction(nameof(CrossEntropy), nameof(smoothing), smoothing);
        int counted = CheckLabels(logits.Shape, labels);
        int classes = logits.Shape[^1];
        var rows = logits.Reshape(-1, classes);
        // Before the softmax: a NaN in a row that does not count would come back from it as 0 · NaN.
        if (counted < labels.Length) (rows, labels) = OnlyCounted(rows, labels);
        var logProbabilities = LogSoftmax(rows);
        var logLikelihood = Mean(GatherAlong(logProbabilities, labels));
        if (smoothing == 0) return -logLikelihood;
        return (smoothing - 1) * logLikelihood - smoothing * Mean(logProbabilities);
    }

    /// <summary>
    /// <see cref="CrossEntropy(Tensor, ReadOnlySpan{int}, double)"/> of a read-out, without keeping its logits
    /// (<see cref="Functions.LinearCrossEntropy"/>): faster with thousands of classes, and with memory for one block of rows only.
    /// </summary>
    /// <param name="x">The input of the read-out, <c>[…, inputs]</c>.</param>
    /// <param name="readout">From inputs to classes.</param>
    /// <param name="labels">One class for each row, in row-major order; <see cref="Ignored"/> (−1) for rows that do not count.</param>
    /// <exception cref="ShapeException">Shapes or labels do not fit, a label is out of range, or all rows are ignored.</exception>
    public static Tensor CrossEntropy(Tensor x, Linear readout, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(readout);
        if (x.Rank == 0) throw new ShapeException($"{nameof(CrossEntropy)}: x is {x.Shape}; [..., {readout.Weight.Shape[0]}] is needed.");
        int counted = CheckLabels(Shape.Create([.. x.Shape.Lengths[..^1], readout.Weight.Shape[1]]), labels);
        var rows = x.Reshape(-1, x.Shape[^1]);
        if (counted < labels.Length) (rows, labels) = OnlyCounted(rows, labels);
        return LinearCrossEntropy(rows, readout.Weight, readout.Bias, labels);
    }

    /// <summary>
    /// Mean of −target·log σ(x) − (1 − target)·log(1 − σ(x)), in nats, as target·softplus(−x) + (1 − target)·softplus(x), which neither
    /// overflows nor loses small values on either side, unlike softplus(x) − target·x. Shapes must be equal; targets are usually 0 or 1,
    /// but may lie between.
    /// </summary>
    /// <exception cref="ShapeException">The shapes differ, or there is no element.</exception>
    public static Tensor BinaryCrossEntropy(Tensor logits, Tensor target) => BinaryCrossEntropy(logits, target, null);

    /// <summary>
    /// Weighted binary cross-entropy: the mean of −c·target·log σ(x) − (1 − target)·log(1 − σ(x)), in nats, with a factor c for the
    /// positive targets and a weight for each element.
    /// </summary>
    /// <param name="logits">x.</param>
    /// <param name="target">Target.</param>
    /// <param name="weights">How much each element counts, as in <see cref="WeightedMean"/>; null for equal weights.</param>
    /// <param name="positiveWeight"> The factor of the first term, that of the positive targets, for use when these are rare; not negative;
    /// 1 by default. It does not change the denominator of the mean.
    /// </param>
    /// <exception cref="ShapeException">The shapes differ, there is no element, or the weights cannot be broadcast.</exception>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public static Tensor BinaryCrossEntropy(Tensor logits, Tensor target, Tensor? weights, double positiveWeight = 1)
    {
        SameShape(nameof(BinaryCrossEntropy), logits, target);
        Require.NotNegative(nameof(BinaryCrossEntropy), nameof(positiveWeight), positiveWeight);
        var (x, y) = (Counted(logits, weights), Counted(target, weights));
        var positive = positiveWeight == 1 ? y * Softplus(-x) : positiveWeight * y * Softplus(-x);
        return WeightedMean(positive + (1 - y) * Softplus(x), weights);
    }

    /// <summary>
    /// Kullback–Leibler divergence Σ p·(log p − log q), in nats, the mean over all rows; 0·log 0 counts as 0. Shapes must be equal.
    /// </summary>
    /// <param name="logQ">Logarithms of the model's probabilities, <c>[…, classes]</c>, as <see cref="Functions.LogSoftmax"/> gives
    /// them.</param>
    /// <param name="p">Target probabilities.</param>
    /// <exception cref="ShapeException">The shapes differ, or there is no element.</exception>
    public static Tensor KullbackLeibler(Tensor logQ, Tensor p)
    {
        SameShape(nameof(KullbackLeibler), logQ, p);
        if (p.Rank == 0) throw new ShapeException("KullbackLeibler: the operands are scalars; [..., classes] is needed.");
        // p itself is the condition: where it is 0 nothing is taken, and a NaN or a negative p shows.
        var logP = Log(Where(p, p, 1));
        return Mean(Sum(Where(p, p * (logP - logQ), 0), -1));
    }

    /// <summary>
    /// Mean of the Huber loss (1964): e²/2 where |e| ≤ δ, otherwise δ(|e| − δ/2), with e = prediction − target. Shapes must be equal.
    /// </summary>
    /// <param name="prediction">Prediction.</param>
    /// <param name="target">Target.</param>
    /// <param name="delta">δ, positive; 1 by default.</param>
    /// <param name="weights">How much each element counts, as in <see cref="WeightedMean"/>; null for equal weights.</param>
    /// <exception cref="ShapeException">The shapes differ, there is no element, or the weights cannot be broadcast.</exception>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public static Tensor Huber(Tensor prediction, Tensor target, double delta = 1, Tensor? weights = null)
    {
        Require.Positive(nameof(Huber), nameof(delta), delta);
        SameShape(nameof(Huber), prediction, target);
        var error = Counted(prediction, weights) - Counted(target, weights);
        // With the limited error q the two branches are one formula, q(e − q/2), smooth to first order.
        var limited = Clamp(error, -delta, delta);
        return WeightedMean(limited * (error - 0.5 * limited), weights);
    }

    /// <summary>
    /// Quantile loss, minimal on average where a share q of the targets lies below the prediction (Koenker and Bassett 1978): mean of
    /// max(q·e, (q − 1)·e) over all elements and quantiles, with e = target − prediction.
    /// </summary>
    /// <param name="prediction"><c>[…, quantiles]</c>: the prediction of each quantile.</param>
    /// <param name="target"><c>[…, 1]</c>, otherwise of the same shape.</param>
    /// <param name="quantiles">
    /// q of each, above 0 and below 1; at least one, such as 0.05, 0.5, 0.95 for the median and a 90 % interval around it.
    /// </param>
    /// <exception cref="ShapeException">The shapes do not fit, or there is no element.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A quantile is not between 0 and 1.</exception>
    public static Tensor Pinball(Tensor prediction, Tensor target, params double[] quantiles)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(quantiles);
        foreach (double q in quantiles)
            if (!(q > 0 && q < 1))
                throw new ArgumentOutOfRangeException(
                    nameof(quantiles), q, Invariant($"{nameof(Pinball)}: a quantile must be above 0 and below 1; it is {q}."));
        int rank = prediction.Rank;
        if (rank == 0 || target.Rank != rank || prediction.Shape[^1] != quantiles.Length || target.Shape[^1] != 1
            || !prediction.Shape.Lengths[..^1].SequenceEqual(target.Shape.Lengths[..^1]))
            throw new ShapeException(
                Invariant($"{nameof(Pinball)}: the prediction is {prediction.Shape} and the target {target.Shape}; for {quantiles.Length} ")
                + Invariant($"quantiles [..., {quantiles.Length}] and [..., 1] were expected."));
        var error = target - prediction;
        var shares = Tensor.From(quantiles).As(Tape.Actual(prediction).ElementType);
        return WeightedMean(Maximum(shares * error, (shares - 1) * error), null);
    }

    // Before anything is computed of it: a NaN that does not count would come back from a rule as 0 · NaN.
    static Tensor Counted(Tensor x, Tensor? weights) =>
        weights is null ? x : Where(BroadcastTo(Checked(x, weights), x.Shape).As(Tape.Actual(x).ElementType), x, 0);

    static Tensor Checked(Tensor x, Tensor weights)
    {
        bool fits = weights.Rank <= x.Rank;
        for (int axis = 1; fits && axis <= weights.Rank; axis++) fits = weights.Shape[^axis] == 1 || weights.Shape[^axis] == x.Shape[^axis];
        if (!fits) throw new ShapeException($"{nameof(WeightedMean)}: the weights are {weights.Shape}; they cannot be broadcast to "
            + $"{x.Shape}.");
        double[] numbers = weights.ToDoubles();
        if (Array.Find(numbers, weight => !(weight >= 0 && double.IsFinite(weight))) is not 0 and var bad)
            throw new ArgumentException(
                FormattableString.Invariant($"{nameof(WeightedMean)}: a weight is {bad}; it must be finite and not negative."),
                nameof(weights));
        if (!Array.Exists(numbers, weight => weight > 0))
            throw new ArgumentException(
                $"{nameof(WeightedMean)}: all {numbers.Length} weights are 0, and the mean of nothing is not defined.", nameof(weights));
        // Only what they are to each other counts: by a power of two, so that they and their sum are in the range of any element type.
        int range = weights.ElementType == ElementType.Float32 ? 120 : 1000;
        int exponent = Math.Clamp(Math.ILogB(numbers.Max()), -range, range);
        return exponent == 0 ? StopGradient(weights) : StopGradient(weights) * Math.ScaleB(1, -exponent);
    }

    static (Tensor Rows, int[] Labels) OnlyCounted(Tensor rows, ReadOnlySpan<int> labels)
    {
        var positions = new List<int>(labels.Length);
        var kept = new List<int>(labels.Length);
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == Ignored) continue;
            positions.Add(i);
            kept.Add(labels[i]);
        }
        return (GatherRows(rows, positions.ToArray()), kept.ToArray());
    }

    static int CheckLabels(Shape logits, ReadOnlySpan<int> labels)
    {
        if (logits.Rank == 0 || logits.ElementCount / Math.Max(logits[^1], 1) != labels.Length)
            throw new ShapeException(
                $"CrossEntropy: the logits are {logits}, and {labels.Length} labels were given; one for each row is needed.");
        int counted = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == Ignored) continue;
            if ((uint)labels[i] >= (uint)logits[^1])
                throw new ShapeException(
                    $"CrossEntropy: label {labels[i]} at position {i} is out of range; the logits {logits} have classes 0 to "
                    + $"{logits[^1] - 1}.");
            counted++;
        }
        if (counted == 0)
            throw new ShapeException($"CrossEntropy: none of the {labels.Length} labels counts, and the mean of nothing is not defined.");
        return counted;
    }

    static void SameShape(string operation, Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Shape != right.Shape)
            throw new ShapeException(
                $"{operation}: the operands are {left.Shape} and {right.Shape}; "
                + "the shapes must be equal (nothing is broadcast in a loss).");
        if (left.ElementCount == 0)
            throw new ShapeException($"{operation}: the operands are {left.Shape}, and the mean of nothing is not defined.");
    }
}

using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// The usual losses, each the mean over what it judges, composed of the operations. Units: nats where a logarithm is involved.
/// </summary>
public static class Loss
{
    /// <summary>Label of positions that do not count.</summary>
    public const int Ignored = -1;

    /// <summary>Mean of (prediction − target)². Shapes must be equal.</summary>
    /// <exception cref="ShapeException">The shapes differ, or there is no element.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target)
    {
        SameShape(nameof(MeanSquaredError), prediction, target);
        return Mean(Square(prediction - target));
    }

    /// <summary>
    /// Mean of −log softmax(logits)[label], in nats, computed without forming the softmax's logarithm from the softmax.
    /// With smoothing α the target is (1 − α)·one-hot + α/classes (Szegedy et al. 2016).
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
        var likelihood = Mean(GatherAlong(logProbabilities, labels));
        if (smoothing == 0) return -likelihood;
        return (smoothing - 1) * likelihood - smoothing * Mean(logProbabilities);
    }

    /// <summary>
    /// Mean of −target·log σ(x) − (1 − target)·log(1 − σ(x)), in nats, as target·softplus(−x) + (1 − target)·softplus(x), which neither
    /// overflows nor loses small values on either side, as softplus(x) − target·x would.
    /// Shapes must be equal; targets are usually 0 or 1 and may lie between.
    /// </summary>
    /// <exception cref="ShapeException">The shapes differ, or there is no element.</exception>
    public static Tensor BinaryCrossEntropy(Tensor logits, Tensor target)
    {
        SameShape(nameof(BinaryCrossEntropy), logits, target);
        return Mean(target * Softplus(-logits) + (1 - target) * Softplus(logits));
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
        var zero = Tensor.Scalar(0, Tape.Actual(p).ElementType);
        // p itself is the condition: where it is 0 nothing is taken, and a NaN or a negative p shows.
        var logP = Log(Where(p, p, zero + 1));
        return Mean(Sum(Where(p, p * (logP - logQ), zero), -1));
    }

    /// <summary>
    /// Mean of the Huber loss (1964): e²/2 where |e| ≤ δ, else δ(|e| − δ/2), with e = prediction − target. Shapes must be equal.
    /// </summary>
    /// <param name="prediction">Prediction.</param>
    /// <param name="target">Target.</param>
    /// <param name="delta">δ, positive; 1 by default.</param>
    /// <exception cref="ShapeException">The shapes differ, or there is no element.</exception>
    public static Tensor Huber(Tensor prediction, Tensor target, double delta = 1)
    {
        Require.Positive(nameof(Huber), nameof(delta), delta);
        SameShape(nameof(Huber), prediction, target);
        var error = prediction - target;
        // With the limited error q the two branches are one formula, q(e − q/2), smooth to first order.
        var limited = Clamp(error, -delta, delta);
        return Mean(limited * (error - 0.5 * limited));
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
            throw new ShapeException($"CrossEntropy: the logits are {logits}, and {labels.Length} labels were given; one for each row is needed.");
        int counted = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == Ignored) continue;
            if ((uint)labels[i] >= (uint)logits[^1])
                throw new ShapeException($"CrossEntropy: label {labels[i]} at position {i} is out of range; the logits {logits} have classes 0 to {logits[^1] - 1}.");
            counted++;
        }
        if (counted == 0) throw new ShapeException($"CrossEntropy: none of the {labels.Length} labels counts, and the mean of nothing is not defined.");
        return counted;
    }

    static void SameShape(string operation, Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Shape != right.Shape)
            throw new ShapeException($"{operation}: the operands are {left.Shape} and {right.Shape}; the shapes must be equal (nothing is broadcast in a loss).");
        if (left.ElementCount == 0)
            throw new ShapeException($"{operation}: the operands are {left.Shape}, and the mean of nothing is not defined.");
    }
}

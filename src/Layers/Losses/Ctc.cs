using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Connectionist temporal classification (Graves, Fernández, Gomez and Schmidhuber 2006): the likelihood of a sequence of labels without an
/// alignment to the frames. A path assigns a class to every frame; the labels it stands for are what remains after merging repetitions and
/// removing blanks.
/// </summary>
public static class Ctc
{
    /// <summary>
    /// −log p(labels | logits) of each sequence, in nats: <c>[batch]</c>. The sum over all paths is formed in double, from probabilities
    /// that are rescaled at every frame (Rabiner 1989, section V.A), or in log space where those would lose accuracy. Twice differentiable;
    /// the gradient with respect to the logits is softmax − occupancy, which sums to 0 in every frame.
    /// <para>
    /// Where the labels are valid but no path yields them (repeated labels need a blank between them), or all their paths have probability
    /// 0, the loss is +∞ and the gradient is exactly 0. Frames beyond a sequence's length do not count, not even a NaN in them.
    /// </para>
    /// </summary>
    /// <param name="logits">Unnormalised scores, <c>[time, batch, classes]</c>; one of the classes is the blank.</param>
    /// <param name="labels">The labels of each sequence, which may be empty.</param>
    /// <param name="lengths">Frames of each sequence, from 1 to the time axis; all by default.</param>
    /// <param name="blank">The class that stands for no label; 0 by default.</param>
    /// <param name="zeroInfinity"> Whether a loss of +∞ is replaced by 0, so that a mean over the batch stays finite; false by default.
    /// </param>
    /// <exception cref="ShapeException">
    /// The logits are not <c>[time, batch, classes]</c>, a sequence has more labels than frames, or the number of label sequences or a
    /// length does not fit.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The blank is no class, or a label is the blank or no class.</exception>
    public static Tensor NegativeLogLikelihood(
        Tensor logits, IReadOnlyList<int[]> labels, ReadOnlySpan<int> lengths = default, int blank = 0, bool zeroInfinity = false)
    {
        var shape = CheckLogits(nameof(NegativeLogLikelihood), logits, lengths, blank);
        var frames = Frames(shape, lengths);
        CheckLabels(shape, labels, frames, blank);
        // Before the softmax: a NaN in a frame that does not count would come back from it as 0 · NaN.
        var clean = Lengths.Masks(logits, lengths).Clean(logits);
        var targets = new CtcTargets([.. labels.Select((sequence, b) => new CtcTarget([.. sequence], frames[b], blank))]);
        var losses = new CtcOperation(targets).Of(GatherRows(LogSoftmax(clean).Reshape(shape.ElementCount), targets.Indices(shape[2])));
        // Not NaN: that is to be seen.
        return zeroInfinity ? Where(Greater(losses, float.MaxValue), 0, losses) : losses;
    }

    internal static int[] Frames(Shape logits, ReadOnlySpan<int> lengths) =>
        lengths.IsEmpty ? [.. Enumerable.Repeat(logits[0], logits[1])] : lengths.ToArray();

    internal static Shape CheckLogits(string operation, Tensor logits, ReadOnlySpan<int> lengths, int blank)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Rank != 3) throw new ShapeException($"{operation}: the logits are {logits.Shape}; [time, batch, classes] is needed.");
        var shape = Lengths.CheckSequences(operation, logits, lengths);
        if ((uint)blank >= (uint)shape[2])
            throw new ArgumentOutOfRangeException(
                nameof(blank), blank, $"{operation}: the blank is {blank}; the logits {shape} have classes 0 to {shape[2] - 1}.");
        return shape;
    }

    static void CheckLabels(Shape logits, IReadOnlyList<int[]> labels, int[] frames, int blank)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != logits[1])
            throw new ShapeException(
                $"{nameof(NegativeLogLikelihood)}: {labels.Count} label sequences were given for a batch of {logits[1]} in logits "
                + $"{logits}.");
        for (int b = 0; b < labels.Count; b++)
        {
            var sequence = labels[b]
                ?? throw new ArgumentNullException(nameof(labels), $"{nameof(NegativeLogLikelihood)}: label sequence {b} is null.");
            if (sequence.Length > frames[b])
                throw new ShapeException(
                    $"{nameof(NegativeLogLikelihood)}: sequence {b} has {sequence.Length} labels and {frames[b]} frames; there cannot be "
                    + "more labels than frames.");
            foreach (int label in sequence)
                if ((uint)label >= (uint)logits[2] || label == blank)
                    throw new ArgumentOutOfRangeException(
                        nameof(labels), label,
                        $"{nameof(NegativeLogLikelihood)}: label {label} of sequence {b} must be a class from 0 to {logits[2] - 1} other "
                        + $"than the blank, {blank}.");
        }
    }
}

namespace Autograd.Layers;

/// <summary>Label sequences from the frames of a network trained with <see cref="Ctc"/>.</summary>
public static class CtcDecoding
{
    /// <summary>
    /// The labels of the best path (Graves et al. 2006, section 3.2): the most probable class of each frame, the lowest at a tie, with
    /// repetitions merged and blanks removed. The most probable path need not have the most probable labels.
    /// </summary>
    /// <param name="logits"><c>[time, batch, classes]</c>.</param>
    /// <param name="lengths">Frames of each sequence; all by default.</param>
    /// <param name="blank">The class that stands for no label; 0 by default.</param>
    /// <returns>The labels of each sequence.</returns>
    /// <exception cref="ArgumentException">The largest logit of a frame is NaN or infinite.</exception>
    public static int[][] BestPath(Tensor logits, ReadOnlySpan<int> lengths = default, int blank = 0)
    {
        var shape = Ctc.CheckLogits(nameof(BestPath), logits, lengths, blank);
        var frames = Frames(nameof(BestPath), logits, lengths);
        var scores = new LogProbabilities(logits);
        return [.. Enumerable.Range(0, shape[1])
            .Select(b => Collapse(Enumerable.Range(0, frames[b]).Select(t => Best(scores, t, b, shape[2])), blank))];
    }

    /// <summary>The labels that a path stands for: repetitions are merged, then blanks removed.</summary>
    public static int[] Collapse(IEnumerable<int> path, int blank = 0)
    {
        ArgumentNullException.ThrowIfNull(path);
        var labels = new List<int>();
        int before = blank;
        foreach (int label in path)
        {
            if (label != before && label != blank) labels.Add(label);
            before = label;
        }
        return [.. labels];
    }

    /// <summary>
    /// The most probable label sequences by a search over prefixes (Graves 2012, section 7.5.3; Hannun et al. 2014): the probabilities of
    /// all paths with the same labels are added up, and after each frame the best prefixes are kept. If the width is large enough to keep
    /// all of them, the probabilities are exact.
    /// </summary>
    /// <param name="logits"><c>[time, batch, classes]</c>.</param>
    /// <param name="width">Prefixes kept after each frame, at least 1.</param>
    /// <param name="lengths">Frames of each sequence; all by default.</param>
    /// <param name="blank">The class that stands for no label; 0 by default.</param>
    /// <param name="cancellation">Stops before the next frame.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <returns>For each sequence at most <paramref name="width"/> label sequences, the most probable first.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1, or the blank is no class.</exception>
    /// <exception cref="ArgumentException">The largest logit of a frame is NaN or infinite.</exception>
    public static IReadOnlyList<CtcHypothesis>[] PrefixBeam(
        Tensor logits, int width, ReadOnlySpan<int> lengths = default, int blank = 0, CancellationToken cancellation = default)
    {
        Require.AtLeast(nameof(PrefixBeam), nameof(width), width, 1);
        var shape = Ctc.CheckLogits(nameof(PrefixBeam), logits, lengths, blank);
        var frames = Frames(nameof(PrefixBeam), logits, lengths);
        var probabilities = new LogProbabilities(Functions.LogSoftmax(logits));
        var results = new IReadOnlyList<CtcHypothesis>[shape[1]];
        for (int b = 0; b < results.Length; b++)
        {
            var search = new CtcPrefixSearch(blank, width);
            for (int t = 0; t < frames[b]; t++)
            {
                cancellation.ThrowIfCancellationRequested();
                search.Extend(shape[2], label => probabilities[probabilities.IndexOf(t, b, label)]);
            }
            results[b] = search.Best();
        }
        return results;
    }

    // How many of each sequence count; in these something must be the most probable.
    static int[] Frames(string operation, Tensor logits, ReadOnlySpan<int> lengths)
    {
        var frames = Ctc.Frames(logits.Shape, lengths);
        var rows = logits.ToDoubles().AsSpan();
        int batch = logits.Shape[1], classes = logits.Shape[2];
        for (int row = 0; row < rows.Length / classes; row++)
            if (row / batch < frames[row % batch])
                Sampler.CheckFinite(operation, rows.Slice(row * classes, classes));
        return frames;
    }

    static int Best(LogProbabilities scores, int time, int sequence, int classes)
    {
        int best = 0;
        for (int label = 1; label < classes; label++)
            if (scores[scores.IndexOf(time, sequence, label)] > scores[scores.IndexOf(time, sequence, best)])
                best = label;
        return best;
    }
}

using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// A piece of polyphonic music: which of the 88 notes of a piano, 0 to 87 from the lowest, sound in each frame of equal duration.
/// </summary>
public sealed class PianoRoll
{
    /// <summary>The number of notes.</summary>
    public const int Notes = 88;

    readonly int[][] frames;

    /// <summary>A piece.</summary>
    /// <param name="frames">The notes of each frame, in any order; an empty frame is a rest. They are copied.</param>
    /// <exception cref="ArgumentException">There is no frame, or a note occurs twice in one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A note is not from 0 to 87.</exception>
    public PianoRoll(IReadOnlyList<IReadOnlyList<int>> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count == 0) throw new ArgumentException("PianoRoll: there are no frames; at least one is needed.", nameof(frames));
        this.frames = [.. frames.Select((frame, t) => Checked(frame, t))];
    }

    /// <summary>The number of frames; at least 1.</summary>
    public int Length => frames.Length;

    /// <summary>The notes of a frame, in ascending order.</summary>
    public ReadOnlySpan<int> this[int frame] => frames[Require.Within(nameof(PianoRoll), nameof(frame), frame, Length)];

    /// <summary>
    /// Pieces as a batch whose task is to predict each frame from those before it, the first from nothing: the input at step t is frame t −
    /// 1, zeros at t = 0, and the target is frame t. What is usually reported is the sum of the 88 binary cross-entropies, in nats,
    /// averaged over all frames (Boulanger-Lewandowski, Bengio and Vincent 2012).
    /// </summary>
    /// <param name="pieces">The pieces.</param>
    /// <returns>Inputs and targets <c>[longest, batch, 88]</c>.</returns>
    /// <exception cref="ArgumentException">There is no piece.</exception>
    public static TargetSequences Batch(params IReadOnlyList<PianoRoll> pieces)
    {
        Require.NoNull("PianoRoll.Batch", nameof(pieces), pieces);
        if (pieces.Count == 0) throw new ArgumentException("PianoRoll.Batch: there are no pieces; at least one is needed.", nameof(pieces));
        int[] lengths = [.. pieces.Select(piece => piece.Length)];
        int time = lengths.Max();
        var (x, y) = (new float[time, pieces.Count, Notes], new float[time, pieces.Count, Notes]);
        for (int row = 0; row < pieces.Count; row++)
            for (int t = 0; t < lengths[row]; t++)
                foreach (int note in pieces[row][t])
                {
                    y[t, row, note] = 1;
                    if (t + 1 < lengths[row]) x[t + 1, row, note] = 1;
                }
        return new TargetSequences(Tensor.From(x), lengths, Tensor.From(y), TargetSequences.MaskOf(lengths, time));
    }

    static int[] Checked(IReadOnlyList<int> frame, int t)
    {
        int[] notes = [.. frame.Order()];
        for (int i = 0; i < notes.Length; i++)
        {
            if (notes[i] is < 0 or >= Notes)
                throw new ArgumentOutOfRangeException(
                    "frames", notes[i], Invariant($"PianoRoll: note {notes[i]} of frame {t} must be from 0 to {Notes - 1}."));
            if (i > 0 && notes[i] == notes[i - 1])
                throw new ArgumentException(Invariant($"PianoRoll: note {notes[i]} is twice in frame {t}."), "frames");
        }
        return notes;
    }
}

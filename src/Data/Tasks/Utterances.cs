namespace Autograd.Data;

/// <summary>A batch of utterances of <see cref="PhonemeSequences"/>.</summary>
/// <param name="Inputs">The frames, <c>[time, batch, features]</c>; zeros in the padding.</param>
/// <param name="Lengths">The number of frames of each utterance.</param>
/// <param name="Labels">The phonemes of each utterance in order, from 0: the target of connectionist temporal classification. No two
/// neighbours are the same.</param>
/// <param name="FrameLabels"> The phoneme of each frame, time-major: that of frame t of utterance b is at t · batch + b;
/// <see cref="Padding"/> where there is none, which a cross-entropy ignores.
/// </param>
public sealed record Utterances(Tensor Inputs, int[] Lengths, int[][] Labels, int[] FrameLabels)
{
    /// <summary>The label of padding: −1, the label of positions that do not count in <c>Loss.CrossEntropy</c>.</summary>
    public const int Padding = -1;
}

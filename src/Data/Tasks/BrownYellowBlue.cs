namespace Autograd.Data;

/// <summary>
/// Brown, n yellows, blue: a rule over a span of any length. A sequence shows one colour per step, brown followed by n yellows or green
/// followed by n yellows, and at the last yellow the next colour is to be predicted: blue after brown, red after green.
/// </summary>
/// <remarks>
/// Without the second sequence, "always blue" would be right and there would be nothing to learn. The yellows carry no information, so all
/// that matters is n steps back: a window of W steps sees only yellows when n ≥ W, and is right half of the time; a network with a state
/// can keep the bit for any n. (The noise-free form of long time lags, Hochreiter and Schmidhuber 1997, section 5.2, with a lag that
/// varies.) Inputs, one-hot: <c>brown green yellow</c>. Classes: 0 blue, 1 red. A sequence has n + 1 steps.
/// </remarks>
public static class BrownYellowBlue
{
    /// <summary>The number of colours that are shown.</summary>
    public const int Colours = 3;

    const int Yellow = 2;

    /// <summary>
    /// Draws a batch: n uniform from <paramref name="least"/> to <paramref name="most"/>, brown or green with equal chance.
    /// </summary>
    /// <param name="key">Determines what is drawn; the same key gives the same batch.</param>
    /// <param name="batch">The number of sequences; at least 1.</param>
    /// <param name="least">The least number of yellows; at least 1.</param>
    /// <param name="most">The greatest number of yellows.</param>
    /// <returns>Inputs <c>[most + 1, batch, 3]</c> and the classes.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> or <paramref name="least"/> is below 1, or
    /// <paramref name="most"/> below <paramref name="least"/>.</exception>
    public static LabelledSequences Batch(RandomKey key, int batch, int least, int most)
    {
        Require.AtLeast("BrownYellowBlue.Batch", nameof(batch), batch, 1);
        Require.AtLeast("BrownYellowBlue.Batch", nameof(least), least, 1);
        Require.AtLeast("BrownYellowBlue.Batch", nameof(most), most, least);
        Require.Length("BrownYellowBlue", "time · batch · colours", (most + 1.0) * batch * Colours);
        var (x, labels, lengths) = (new float[most + 1, batch, Colours], new int[batch], new int[batch]);
        for (int row = 0; row < batch; row++)
        {
            var draws = new Draws(key.For("brown yellow blue"), row);
            (labels[row], lengths[row]) = (draws.Whole(2), draws.Between(least, most) + 1);
            x[0, row, labels[row]] = 1;
            for (int t = 1; t < lengths[row]; t++) x[t, row, Yellow] = 1;
        }
        return new LabelledSequences(Tensor.From(x), lengths, labels);
    }
}

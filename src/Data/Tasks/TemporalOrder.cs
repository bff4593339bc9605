namespace Autograd.Data;

/// <summary>
/// Temporal order (Hochreiter and Schmidhuber 1997, section 5.6, experiments 6a and 6b): a long sequence of distractors holds two or three
/// symbols X or Y at widely separated places, and their order is to be output at the end.
/// </summary>
/// <remarks>
/// Eight symbols, one-hot, in the order <c>a b c d X Y E B</c>. A sequence begins with E, ends with the trigger B and is filled with a, b,
/// c, d at random. With T = 100 the places are those of the paper: two symbols at t₁ ∈ [10, 20], t₂ ∈ [50, 60]; three at t₁ ∈ [10, 20], t₂
/// ∈ [33, 43], t₃ ∈ [66, 76] (counted from 0); the length, first and last symbol included, is uniform from T to T + ⌊T/10⌋. For other T,
/// the places scale in proportion. The class counts X as 0 and Y as 1, the first symbol as the highest bit: XX, XY, YX, YY are 0, 1, 2, 3.
/// </remarks>
public static class TemporalOrder
{
    /// <summary>The symbols, in the order of the inputs.</summary>
    public const string Symbols = "abcdXYEB";

    const int Distractors = 4, X = 4, Start = 6, Trigger = 7;

    // In hundredths of T; each place varies by a tenth.
    static readonly int[] TwoPlaces = [10, 50], ThreePlaces = [10, 33, 66];

    /// <summary>Draws a batch.</summary>
    /// <param name="key">Determines what is drawn; the same key gives the same batch.</param>
    /// <param name="batch">The number of sequences; at least 1.</param>
    /// <param name="time">T, the least length; at least 10.</param>
    /// <param name="symbols">How many symbols X or Y there are: 2 (experiment 6a, four classes) or 3 (6b, eight classes).</param>
    /// <returns>Inputs <c>[T + ⌊T/10⌋, batch, 8]</c> and the classes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static LabelledSequences Batch(RandomKey key, int batch, int time = 100, int symbols = 2)
    {
        Require.AtLeast("TemporalOrder.Batch", nameof(batch), batch, 1);
        Require.AtLeast("TemporalOrder.Batch", nameof(time), time, 10);
        if (symbols is not (2 or 3))
            throw new ArgumentOutOfRangeException(
                nameof(symbols), symbols, $"TemporalOrder.Batch: symbols must be 2 or 3; it is {symbols}.");
        int longest = Require.Length("TemporalOrder", nameof(time), time + time / 10L);
        Require.Length("TemporalOrder", "time · batch · symbols", (double)longest * batch * Symbols.Length);
        var (x, labels, lengths) = (new float[longest, batch, Symbols.Length], new int[batch], new int[batch]);
        for (int row = 0; row < batch; row++)
        {
            var draws = new Draws(key.For("temporal order"), row);
            lengths[row] = draws.Between(time, longest);
            var sequence = Draw(draws, lengths[row], time, symbols == 2 ? TwoPlaces : ThreePlaces, out labels[row]);
            for (int t = 0; t < sequence.Length; t++) x[t, row, sequence[t]] = 1;
        }
        return new LabelledSequences(Tensor.From(x), lengths, labels);
    }

    static int[] Draw(Draws draws, int length, int time, int[] places, out int label)
    {
        var sequence = new int[length];
        for (int t = 0; t < length; t++) sequence[t] = draws.Whole(Distractors);
        (sequence[0], sequence[^1], label) = (Start, Trigger, 0);
        foreach (int place in places)
        {
            int bit = draws.Whole(2), from = (int)((long)place * time / 100);
            sequence[draws.Between(from, from + time / 10)] = X + bit;
            label = 2 * label + bit;
        }
        return sequence;
    }
}

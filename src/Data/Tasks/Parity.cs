namespace Autograd.Data;

/// <summary>
/// Parity: whether the number of ones so far is odd. Input <c>x_t ∈ {0, 1}</c>, target at each step <c>y_t = x_1 ⊕ … ⊕ x_t</c>; the last
/// target is the parity of the whole sequence. An automaton with two states solves it for any length (OpenAI, Requests for Research 2.0,
/// 2018, warm-up task).
/// </summary>
/// <remarks>
/// Padding follows a sequence. A model that reads the last step of the time axis instead of the last step of the sequence learns nothing:
/// give <see cref="TargetSequences.Lengths"/> to the driver and <see cref="TargetSequences.Mask"/> to the loss.
/// </remarks>
public static class Parity
{
    /// <summary>Draws a batch of bits with the parity so far.</summary>
    /// <param name="key">Determines what is drawn; the same key gives the same batch.</param>
    /// <param name="batch">The number of sequences; at least 1.</param>
    /// <param name="shortest">The least length; at least 1.</param>
    /// <param name="longest">The greatest length, and the time axis of the batch; lengths are uniform between both.</param>
    /// <returns>Inputs and targets <c>[longest, batch, 1]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> or <paramref name="shortest"/> is below 1, or
    /// <paramref name="longest"/> below <paramref name="shortest"/>.</exception>
    public static TargetSequences Batch(RandomKey key, int batch, int shortest, int longest)
    {
        Require.AtLeast("Parity.Batch", nameof(batch), batch, 1);
        Require.AtLeast("Parity.Batch", nameof(shortest), shortest, 1);
        Require.AtLeast("Parity.Batch", nameof(longest), longest, shortest);
        Require.Length("Parity", "time · batch", (double)longest * batch);
        var (bits, parity, lengths) = (new float[longest, batch, 1], new float[longest, batch, 1], new int[batch]);
        for (int row = 0; row < batch; row++)
        {
            var draws = new Draws(key.For("parity"), row);
            lengths[row] = draws.Between(shortest, longest);
            int odd = 0;
            for (int t = 0; t < lengths[row]; t++)
            {
                int bit = draws.Whole(2);
                odd ^= bit;
                (bits[t, row, 0], parity[t, row, 0]) = (bit, odd);
            }
        }
        return new TargetSequences(Tensor.From(bits), lengths, Tensor.From(parity), TargetSequences.MaskOf(lengths, longest));
    }
}

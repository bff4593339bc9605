namespace Autograd.Data;

/// <summary>
/// Addition of two whole numbers of N bits, lowest bit first. Input <c>(a_t, b_t) ∈ {0, 1}²</c>, target the bit of the sum,
/// <c>y_t = a_t ⊕ b_t ⊕ c_t</c> with the carry <c>c_{t+1} = majority(a_t, b_t, c_t)</c>, <c>c_1 = 0</c>. One more step, with input (0, 0),
/// outputs the last carry, so a sequence has N + 1 steps. One bit of memory suffices for any N.
/// </summary>
public static class BinaryAddition
{
    /// <summary>Draws a batch of sums; all bits are independent and fair.</summary>
    /// <param name="key">Determines what is drawn; the same key gives the same batch.</param>
    /// <param name="batch">The number of sums; at least 1.</param>
    /// <param name="fewestBits">The least N; at least 1.</param>
    /// <param name="mostBits">The greatest N; N is uniform between both. The time axis has <paramref name="mostBits"/> + 1 steps.</param>
    /// <returns>Inputs <c>[mostBits + 1, batch, 2]</c>, targets <c>[mostBits + 1, batch, 1]</c>, lengths N + 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> or <paramref name="fewestBits"/> is below 1, or
    /// <paramref name="mostBits"/> below <paramref name="fewestBits"/>.</exception>
    public static TargetSequences Batch(RandomKey key, int batch, int fewestBits, int mostBits)
    {
        Require.AtLeast("BinaryAddition.Batch", nameof(batch), batch, 1);
        Require.AtLeast("BinaryAddition.Batch", nameof(fewestBits), fewestBits, 1);
        Require.AtLeast("BinaryAddition.Batch", nameof(mostBits), mostBits, fewestBits);
        int time = Require.Length("BinaryAddition", nameof(mostBits), mostBits + 1.0);
        Require.Length("BinaryAddition", "2 · time · batch", 2.0 * time * batch);
        var (terms, sum, lengths) = (new float[time, batch, 2], new float[time, batch, 1], new int[batch]);
        for (int row = 0; row < batch; row++)
        {
            var draws = new Draws(key.For("binary addition"), row);
            lengths[row] = draws.Between(fewestBits, mostBits) + 1;
            Add(draws, row, lengths[row], terms, sum);
        }
        return new TargetSequences(Tensor.From(terms), lengths, Tensor.From(sum), TargetSequences.MaskOf(lengths, time));
    }

    static void Add(Draws draws, int row, int length, float[,,] terms, float[,,] sum)
    {
        int carry = 0;
        for (int t = 0; t < length; t++)
        {
            bool isLast = t == length - 1;
            int a = isLast ? 0 : draws.Whole(2), b = isLast ? 0 : draws.Whole(2), total = a + b + carry;
            (terms[t, row, 0], terms[t, row, 1], sum[t, row, 0]) = (a, b, total & 1);
            carry = total >> 1;
        }
    }
}

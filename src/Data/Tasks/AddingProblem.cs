namespace Autograd.Data;

/// <summary>
/// The adding problem: in a long sequence of random numbers, two are marked, and their sum is to be output at the end. Two definitions are
/// in use, whose errors are not comparable: <see cref="Batch"/> is the newer, <see cref="OriginalBatch"/> the one of Hochreiter and
/// Schmidhuber 1997.
/// </summary>
public static class AddingProblem
{
    /// <summary>
    /// The mean squared error of always answering 1, the mean, in the newer definition: the variance of a sum of two uniform numbers, 1/6.
    /// </summary>
    public const double BaselineError = 1.0 / 6;

    /// <summary>
    /// The mean squared error of always answering 0.5, the mean, in the original definition: 2 · (1/3) / 16 = 1/24, up to the rare first
    /// pair.
    /// </summary>
    public const double OriginalBaselineError = 1.0 / 24;

    /// <summary>The bound on |error| below which a sequence counts as correct in the original definition: 0.04.</summary>
    public const double OriginalTolerance = 0.04;

    const int EarliestMarks = 10;
    const float Border = -1;

    /// <summary>
    /// The newer definition (Le, Jaitly and Hinton 2015, section 4.1, with the places of Arjovsky, Shah and Bengio 2016, section 5.3): all
    /// sequences have T steps; input 1 is uniform in [0, 1), input 2 is 1 at two steps, one uniform in the first half [0, ⌊T/2⌋) and one in
    /// the second [⌊T/2⌋, T), and 0 elsewhere; the target is the sum of the two marked numbers.
    /// </summary>
    /// <param name="key">Determines what is drawn; the same key gives the same batch.</param>
    /// <param name="time">T; at least 2.</param>
    /// <param name="batch">The number of sequences; at least 1.</param>
    /// <returns>Inputs <c>[T, batch, 2]</c>, targets <c>[batch, 1]</c>, all lengths T.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is below 2 or <paramref name="batch"/> below 1.</exception>
    public static ValuedSequences Batch(RandomKey key, int time, int batch)
    {
        Require.AtLeast("AddingProblem.Batch", nameof(time), time, 2);
        Require.AtLeast("AddingProblem.Batch", nameof(batch), batch, 1);
        Require.Length("AddingProblem", "2 · time · batch", 2.0 * time * batch);
        var (x, sums, lengths) = (new float[time, batch, 2], new float[batch, 1], new int[batch]);
        for (int row = 0; row < batch; row++)
        {
            var draws = new Draws(key.For("adding problem"), row);
            lengths[row] = time;
            for (int t = 0; t < time; t++) x[t, row, 0] = (float)draws.Uniform();
            int first = draws.Whole(time / 2), second = draws.Between(time / 2, time - 1);
            x[first, row, 1] = x[second, row, 1] = 1;
            sums[row, 0] = x[first, row, 0] + x[second, row, 0];
        }
        return new ValuedSequences(Tensor.From(x), lengths, Tensor.From(sums));
    }

    /// <summary>
    /// The original (Hochreiter and Schmidhuber 1997, section 5.4): a length is uniform from T to T + ⌊T/10⌋; input 1 is uniform in [−1,
    /// 1); input 2 is −1 at the first and the last step, 1 at the two marked steps and 0 elsewhere. The first mark is at one of the first
    /// ten steps, the second at another of the first ⌊T/2⌋ − 1 steps that are unmarked. If the first step of all is marked, its number X is
    /// 0, and its mark 1 stays. Target: 0.5 + (X₁ + X₂) / 4, output at the last step.
    /// </summary>
    /// <param name="key">Determines what is drawn; the same key gives the same batch.</param>
    /// <param name="time">T, the least length; at least 22, so that both marks have room.</param>
    /// <param name="batch">The number of sequences; at least 1.</param>
    /// <returns>Inputs <c>[T + ⌊T/10⌋, batch, 2]</c>, targets <c>[batch, 1]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is below 22 or <paramref name="batch"/> below 1.</exception>
    public static ValuedSequences OriginalBatch(RandomKey key, int time, int batch)
    {
        Require.AtLeast("AddingProblem.OriginalBatch", nameof(time), time, 2 * (EarliestMarks + 1));
        Require.AtLeast("AddingProblem.OriginalBatch", nameof(batch), batch, 1);
        Require.Length("AddingProblem", "2.2 · time · batch", (time + time / 10L) * 2.0 * batch);
        int longest = time + time / 10;
        var (x, targets, lengths) = (new float[longest, batch, 2], new float[batch, 1], new int[batch]);
        for (int row = 0; row < batch; row++)
        {
            var draws = new Draws(key.For("original adding problem"), row);
            lengths[row] = draws.Between(time, longest);
            targets[row, 0] = Original(draws, row, lengths[row], time, x);
        }
        return new ValuedSequences(Tensor.From(x), lengths, Tensor.From(targets));
    }

    static float Original(Draws draws, int row, int length, int time, float[,,] x)
    {
        for (int t = 0; t < length; t++) x[t, row, 0] = (float)(2 * draws.Uniform() - 1);
        int first = draws.Whole(EarliestMarks), second = draws.Whole(time / 2 - 2);
        // Of the steps that are left the marked one is skipped.
        if (second >= first) second++;
        x[0, row, 1] = x[length - 1, row, 1] = Border;
        x[first, row, 1] = x[second, row, 1] = 1;
        if (first == 0 || second == 0) x[0, row, 0] = 0;
        return 0.5f + (x[first, row, 0] + x[second, row, 0]) / 4;
    }
}

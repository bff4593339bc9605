using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// The languages aⁿbⁿ (context-free) and aⁿbⁿcⁿ (context-sensitive) as prediction tasks (Gers and Schmidhuber 2001): a start symbol S, then
/// n of each letter, then the end symbol T; at each step, the network predicts which symbols may follow.
/// </summary>
/// <remarks>
/// Inputs, one-hot: <c>S a b [c]</c>. Targets, 1 for each symbol that may follow: <c>a b [c] T</c>. After S: a. After an a: a or b, since n
/// is open. After a b while fewer than n were seen: b; after the last one: the next letter, or T. A string is accepted if all sets are
/// right, so the first b fixes when T must come.
/// </remarks>
/// <param name="letters">How many letters there are: 2 for aⁿbⁿ, 3 for aⁿbⁿcⁿ, …</param>
public sealed class CountingLanguage(int letters = 2)
{
    /// <summary>The number of inputs, and of outputs: the letters and one border symbol.</summary>
    public int Symbols { get; } = Require.AtLeast("CountingLanguage", nameof(letters), letters, 2) + 1;

    /// <summary>The number of steps of the string with <paramref name="n"/> of each letter: S and all letters.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is below 1.</exception>
    public int Steps(int n)
    {
        Require.AtLeast("CountingLanguage.Steps", nameof(n), n, 1);
        return Require.Length("CountingLanguage.Steps", nameof(n), 1.0 + letters * (double)n);
    }

    /// <summary>A batch of strings, one for each n.</summary>
    /// <param name="counts">The n of each string; each at least 1.</param>
    /// <returns>Inputs and targets <c>[1 + letters · largest n, batch, letters + 1]</c>.</returns>
    /// <exception cref="ArgumentException">There is no count.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public TargetSequences Of(params ReadOnlySpan<int> counts)
    {
        if (counts.IsEmpty)
            throw new ArgumentException("CountingLanguage.Of: there are no counts; at least one is needed.", nameof(counts));
        var lengths = new int[counts.Length];
        for (int row = 0; row < counts.Length; row++) lengths[row] = Steps(counts[row]);
        int time = lengths.Max();
        Require.Length("CountingLanguage", "time · batch · symbols", (double)time * counts.Length * Symbols);
        var (x, legal) = (new float[time, counts.Length, Symbols], new float[time, counts.Length, Symbols]);
        for (int row = 0; row < counts.Length; row++)
            for (int t = 0; t < lengths[row]; t++)
            {
                x[t, row, InputAt(t, counts[row])] = 1;
                legal[t, row, FollowerAt(t, counts[row])] = 1;
                bool isFirstLetter = t >= 1 && t <= counts[row];
                if (isFirstLetter) legal[t, row, 0] = legal[t, row, 1] = 1;
            }
        return new TargetSequences(Tensor.From(x), lengths, Tensor.From(legal), TargetSequences.MaskOf(lengths, time));
    }

    /// <summary>Draws n uniform from <paramref name="least"/> to <paramref name="most"/> for each row.</summary>
    /// <returns>The batch that <see cref="Of"/> creates from them.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batch"/> or <paramref name="least"/> is below 1, or
    /// <paramref name="most"/> below <paramref name="least"/>.</exception>
    public TargetSequences Batch(RandomKey key, int batch, int least, int most)
    {
        Require.AtLeast("CountingLanguage.Batch", nameof(batch), batch, 1);
        Require.AtLeast("CountingLanguage.Batch", nameof(least), least, 1);
        Require.AtLeast("CountingLanguage.Batch", nameof(most), most, least);
        var counts = new int[Require.Length("CountingLanguage", nameof(batch), batch)];
        for (int row = 0; row < batch; row++) counts[row] = new Draws(key.For("counting language"), row).Between(least, most);
        return Of(counts);
    }

    /// <summary>The string as letters, with S and T: <c>SaabbT</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is below 1.</exception>
    public string Text(int n)
    {
        Require.AtLeast("CountingLanguage.Text", nameof(n), n, 1);
        return "S" + string.Concat(Enumerable.Range(0, letters).Select(letter => new string((char)('a' + letter), n))) + "T";
    }

    // Input 0 is S; input 1 + k is letter k.
    static int InputAt(int t, int n) => t == 0 ? 0 : 1 + (t - 1) / n;

    // Output k is letter k; the last output is T.
    static int FollowerAt(int t, int n) => t / n;
}

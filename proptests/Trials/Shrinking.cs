namespace Autograd.PropertyTests;

/// <summary>
/// Simpler lists of choices: without some of them, with some of them the simplest, with smaller ones; the largest simplifications first.
/// FsCheck goes on from the first with which a law still fails.
/// </summary>
static class Shrinking
{
    public static IEnumerable<long[]> Of(IReadOnlyList<long> made)
    {
        // What is missing is 0 anyway.
        long[] choices = [.. made.Take(made.Count - made.Reverse().TakeWhile(choice => choice == 0).Count())];
        for (int length = choices.Length; length >= 1; length /= 2)
        {
            for (int start = 0; start + length <= choices.Length; start += length)
                if (length < choices.Length) yield return [.. choices[..start], .. choices[(start + length)..]];
            for (int start = 0; start < choices.Length; start += length)
                if (Simplest(choices, start, length) is { } simpler) yield return simpler;
        }
        for (int i = 0; i < choices.Length; i++)
            foreach (long smaller in Smaller(choices[i])) yield return [.. choices[..i], smaller, .. choices[(i + 1)..]];
    }

    // Of fractions the ones with few digits, of small numbers the ones before.
    static IEnumerable<long> Smaller(long choice) => choice switch
    {
        <= 0 => [],
        > 1 << 20 => new[] { choice & ~0xFFFF_FFFF_FFFFL, choice / 2 }.Where(smaller => smaller < choice),
        _ => new[] { choice / 2, choice - 1 }.Where(smaller => smaller > 0).Distinct(),
    };

    static long[]? Simplest(long[] choices, int start, int length)
    {
        int end = Math.Min(choices.Length, start + length);
        if (choices.AsSpan(start, end - start).IndexOfAnyExcept(0) < 0) return null;
        long[] simpler = [.. choices];
        simpler.AsSpan(start, end - start).Clear();
        return simpler;
    }
}

namespace Autograd.PropertyTests;

/// <summary>
/// Random numbers that remember what they were: each a choice among some numbers of possibilities, the simplest first. A trial drawn from
/// such numbers is drawn anew, and simpler, from fewer or smaller ones, whatever it is made of (MacIver and Donaldson 2020). What is
/// missing is the simplest choice.
/// </summary>
/// <param name="source">Where choices come from that are not given; null for none.</param>
/// <param name="given">The first choices.</param>
sealed class Choices(Random? source, IReadOnlyList<long> given) : Random
{
    // Whoever draws until something fits may never be content with the simplest.
    const int MostMissing = 10_000;

    const long Fractions = 1L << 53;

    readonly List<long> made = [];
    Random? last;
    int missing;

    /// <summary>What was chosen.</summary>
    public IReadOnlyList<long> Made => made;

    public override int Next() => (int)Choose(int.MaxValue, random => random.Next());

    public override int Next(int maxValue) => (int)Choose(maxValue, random => random.Next(maxValue));

    public override int Next(int minValue, int maxValue) =>
        (int)(minValue + Choose((long)maxValue - minValue, random => (long)random.Next(minValue, maxValue) - minValue));

    public override long NextInt64() => Choose(long.MaxValue, random => random.NextInt64());

    public override long NextInt64(long maxValue) => Choose(maxValue, random => random.NextInt64(maxValue));

    public override long NextInt64(long minValue, long maxValue) =>
        minValue + Choose(maxValue - minValue, random => random.NextInt64(minValue, maxValue) - minValue);

    public override double NextDouble() => (double)Choose(Fractions, random => (long)(random.NextDouble() * Fractions)) / Fractions;

    public override float NextSingle() => (float)Choose(1 << 24, random => (long)(random.NextSingle() * (1 << 24))) / (1 << 24);

    public override void NextBytes(Span<byte> buffer)
    {
        for (int i = 0; i < buffer.Length; i++) buffer[i] = (byte)Next(256);
    }

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    protected override double Sample() => NextDouble();

    long Choose(long possibilities, Func<Random, long> draw)
    {
        long choice = made.Count < given.Count ? given[made.Count] % Math.Max(1, possibilities)
            : source is not null ? draw(source)
            : missing++ < MostMissing ? 0
            : draw(last ??= new Random(1));
        made.Add(choice);
        return choice;
    }
}

namespace Autograd.Data;

/// <summary>
/// One row's random numbers, one after the other, for generators that do not know beforehand how many they need. Step and purpose of the
/// key are kept, so that batches drawn with <c>key.At(step)</c> differ.
/// </summary>
sealed class Draws(RandomKey key, int row)
{
    // A row has 2^18 positions; 2^14 rows share a key.
    const int PositionBits = 18, RowBits = 14;

    readonly RandomKey key = key.For($"rows {row >> RowBits}");
    readonly uint start = (uint)(row & ((1 << RowBits) - 1)) << PositionBits;
    uint used;

    public double Uniform() => key.Uniform(Next());

    public int Whole(int count) => key.Whole(Next(), count);

    /// <summary>A whole number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + Whole(high - low + 1);

    /// <summary>A normal number with mean 0 and deviation 1 (Box and Muller 1958).</summary>
    public double Normal() => BoxMuller.Of(1 - Uniform(), 2 * Math.PI * Uniform());

    uint Next() => start + used++ % (1u << PositionBits);
}

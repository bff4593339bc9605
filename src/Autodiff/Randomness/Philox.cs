namespace Autograd.Randomness;

/// <summary>Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): ten rounds of multiplication and exclusive or on a counter.</summary>
static class Philox
{
    const int Rounds = 10;

    public static (uint First, uint Second) Generate(RandomKey key, uint position)
    {
        var (first, second, _, _) = Permute((position, key.Step, key.Purpose, 0), (uint)key.Seed, (uint)(key.Seed >> 32));
        return (first, second);
    }

    /// <summary>A seed for each pair of seed and step (SplitMix64: Steele, Lea, Flood 2014).</summary>
    public static ulong Mix(ulong seed, uint step)
    {
        ulong z = seed + 0x9E3779B97F4A7C15 * (step + 1UL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public static (uint, uint, uint, uint) Permute((uint, uint, uint, uint) counter, uint k0, uint k1)
    {
        var (c0, c1, c2, c3) = counter;
        for (int round = 0; round < Rounds; round++)
        {
            ulong a = 0xD2511F53UL * c0, b = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(b >> 32) ^ c1 ^ k0, (uint)b, (uint)(a >> 32) ^ c3 ^ k1, (uint)a);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return (c0, c1, c2, c3);
    }
}

using System.Numerics;

namespace Autograd;

/// <summary>
/// A source of random numbers that has no state: the numbers are a function of seed, purpose and step, and of the element's position. So masks,
/// shuffles and initial weights are the same on every run, on any number of threads, and after a resume.
/// <code>var key = new RandomKey(7).For("dropout").At(step);</code>
/// The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011).
/// </summary>
/// <param name="Seed">What distinguishes runs.</param>
/// <param name="Purpose">What distinguishes uses within a run; see <see cref="For"/>.</param>
/// <param name="Step">What distinguishes repetitions of a use; see <see cref="At"/>.</param>
public readonly record struct RandomKey(ulong Seed, uint Purpose = 0, uint Step = 0)
{
    const uint FnvPrime = 16777619, FnvOffset = 2166136261;

    /// <summary>The key for a named use, below the uses named so far.</summary>
    public RandomKey For(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        uint hash = FnvOffset ^ Purpose * FnvPrime;
        foreach (char letter in purpose) hash = (hash ^ letter) * FnvPrime;
        return this with { Purpose = hash };
    }

    /// <summary>The key for a repetition: a training step, an epoch.</summary>
    public RandomKey At(int step) => this with { Step = (uint)step };

    /// <summary>Fills with numbers that are uniform in [0, 1).</summary>
    public void FillUniform<T>(Span<T> target)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < target.Length; i++) target[i] = T.CreateTruncating(Uniform((uint)i));
    }

    /// <summary>Fills with independent standard normal numbers (Box and Muller 1958).</summary>
    public void FillNormal<T>(Span<T> target)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < target.Length; i++)
        {
            var (a, b) = Pair((uint)i);
            target[i] = T.CreateTruncating(Math.Sqrt(-2 * Math.Log(1 - a)) * Math.Cos(2 * Math.PI * b));
        }
    }

    /// <summary>The uniform number in [0, 1) that belongs to a position. It is below 1 as float too.</summary>
    public double Uniform(uint position) => (Philox.Generate(this, position).First >> 8) * (1.0 / (1 << 24));

    /// <summary>A whole number from 0 to <paramref name="count"/> − 1 that belongs to a position.</summary>
    public int Whole(uint position, int count)
    {
        Require.AtLeast(nameof(Whole), nameof(count), count, 1);
        return (int)(((ulong)Philox.Generate(this, position).First * (ulong)count) >> 32);
    }

    /// <summary>A tensor of numbers uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public Tensor Uniform(Shape shape, double low = 0, double high = 1, ElementType type = ElementType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var elements = new double[shape.ElementCount];
        FillUniform<double>(elements);
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = low + (high - low) * elements[i];
            // Near the upper end a float may be rounded up to it.
            if (type == ElementType.Float32 && (float)elements[i] >= high && low < high) elements[i] = MathF.BitDecrement((float)high);
        }
        return Tensor.Own(elements, shape, type);
    }

    /// <summary>A tensor of normal numbers with mean 0.</summary>
    public Tensor Normal(Shape shape, double standardDeviation = 1, ElementType type = ElementType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var elements = new double[shape.ElementCount];
        FillNormal<double>(elements);
        for (int i = 0; i < elements.Length; i++) elements[i] *= standardDeviation;
        return Tensor.Own(elements, shape, type);
    }

    // Two numbers of 32 bits each, so that the tail of the normal reaches past six standard deviations.
    (double First, double Second) Pair(uint position)
    {
        var (a, b) = Philox.Generate(this, position);
        return (a * (1.0 / (1L << 32)), b * (1.0 / (1L << 32)));
    }
}

/// <summary>Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): ten rounds of multiplication and exclusive or on a counter.</summary>
internal static class Philox
{
    const int Rounds = 10;

    public static (uint First, uint Second) Generate(RandomKey key, uint position)
    {
        var (first, second, _, _) = Permute((position, key.Step, key.Purpose, 0), (uint)key.Seed, (uint)(key.Seed >> 32));
        return (first, second);
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

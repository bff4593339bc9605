using System.Numerics;

namespace Autograd.Randomness;

/// <summary>Numbers drawn from a key, one for each element, by its position.</summary>
/// <param name="Shape">Shape at one step.</param>
/// <param name="Key">Which numbers.</param>
abstract record KeyData(Shape Shape, RandomKey Key) : StepData(Shape)
{
    const int Block = 256;

    public override Recorder? Trace => Key.Trace;

    /// <summary>What all numbers are below.</summary>
    protected virtual double Limit => double.PositiveInfinity;

    public override void Fill<T>(int step, Span<T> target)
    {
        var (key, limit) = (Key.AtTraced(step), Limit);
        Span<double> numbers = stackalloc double[Block];
        for (int start = 0; start < target.Length; start += Block)
        {
            var part = target[start..Math.Min(target.Length, start + Block)];
            Draw(key, start, numbers[..part.Length]);
            for (int i = 0; i < part.Length; i++)
            {
                // Near its limit a number may be rounded up to it.
                part[i] = T.CreateTruncating(numbers[i]);
                if (double.CreateTruncating(part[i]) >= limit) part[i] = T.BitDecrement(T.CreateTruncating(limit));
            }
        }
    }

    /// <summary>The numbers at some positions.</summary>
    protected abstract void Draw(RandomKey key, int first, Span<double> numbers);
}

/// <summary>Numbers uniform in [<paramref name="Low"/>, <paramref name="High"/>).</summary>
sealed record UniformData(Shape Shape, RandomKey Key, double Low, double High) : KeyData(Shape, Key)
{
    protected override double Limit => Low < High ? High : double.PositiveInfinity;

    protected override void Draw(RandomKey key, int first, Span<double> numbers)
    {
        for (int i = 0; i < numbers.Length; i++) numbers[i] = Low + (High - Low) * key.Uniform((uint)(first + i));
    }
}

/// <summary>Normal numbers with mean 0.</summary>
sealed record NormalData(Shape Shape, RandomKey Key, double StandardDeviation) : StepData(Shape)
{
    public override Recorder? Trace => Key.Trace;

    public override void Fill<T>(int step, Span<T> target) => Fill(Key.AtTraced(step), StandardDeviation, target);

    /// <summary>The normal numbers of a key, one for each position.</summary>
    public static void Fill<T>(RandomKey key, double standardDeviation, Span<T> target)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<double> numbers = stackalloc double[BoxMuller.Block], angles = stackalloc double[BoxMuller.Block];
        for (int start = 0; start < target.Length; start += BoxMuller.Block)
        {
            var part = target[start..Math.Min(target.Length, start + BoxMuller.Block)];
            Draw(key, start, numbers[..part.Length], angles);
            BoxMuller.Run(numbers, angles, part.Length);
            for (int i = 0; i < part.Length; i++) part[i] = T.CreateTruncating(numbers[i] * standardDeviation);
        }
    }

    static void Draw(RandomKey key, int first, Span<double> numbers, Span<double> angles)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            // Two numbers of 32 bits each, so that the tail of the normal reaches past six standard deviations.
            var (a, b) = Philox.Generate(key, (uint)(first + i));
            numbers[i] = 1 - a * (1.0 / (1L << 32));
            angles[i] = 2 * Math.PI * (b * (1.0 / (1L << 32)));
        }
    }
}

/// <summary>0 with probability <paramref name="Rate"/>, else 1/(1 − rate).</summary>
sealed record DropoutData(Shape Shape, RandomKey Key, double Rate) : KeyData(Shape, Key)
{
    protected override void Draw(RandomKey key, int first, Span<double> numbers)
    {
        for (int i = 0; i < numbers.Length; i++) numbers[i] = key.Uniform((uint)(first + i)) < Rate ? 0 : 1 / (1 - Rate);
    }
}

/// <summary>
/// 0 with probability <paramref name="Rate"/>, else 1, another mask at each step of the recurrence whatever the step of the key is.
/// </summary>
sealed record MaskData(Shape Shape, RandomKey Key, double Rate, TimeStep Step) : StepData(Shape)
{
    public override Recorder? Trace => Step.Trace ?? Key.Trace;

    public override void Fill<T>(int step, Span<T> target)
    {
        // The key's own step is the training step, which must not be lost.
        var given = Key.AtTraced(step);
        ulong seed = given.Seed + 0x9E3779B97F4A7C15 * (given.Step + 1UL);
        uint limit = (uint)Math.Min(Math.Ceiling(Rate * 4294967296.0), uint.MaxValue), number = (uint)Step.NumberAt(step);
        // Each block of the generator serves four elements.
        for (int i = 0; i < target.Length; i += 4)
        {
            var (a, b, c, d) = Philox.Permute(((uint)i / 4, number, given.Purpose, 1), (uint)seed, (uint)(seed >> 32));
            target[i] = a < limit ? T.Zero : T.One;
            if (i + 1 < target.Length) target[i + 1] = b < limit ? T.Zero : T.One;
            if (i + 2 < target.Length) target[i + 2] = c < limit ? T.Zero : T.One;
            if (i + 3 < target.Length) target[i + 3] = d < limit ? T.Zero : T.One;
        }
    }
}

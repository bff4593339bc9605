using System.Globalization;
using System.Numerics;

namespace Autograd;

/// <summary>
/// A source of random numbers without state: the numbers are a function of seed, purpose and step, and of the element's position. Masks,
/// shuffles and initial weights are thus the same on every run, on any number of threads, and after a resume.
/// <code>var key = new RandomKey(7).For("dropout").At(step);</code> Keys compose: <c>key.At(epoch).At(batch)</c> is a different key for
/// each pair, and <c>key.At(step).At(TimeStep.Current)</c> a different one at each time step of a recurrence. The generator is
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011).
/// </summary>
/// <param name="Seed">What distinguishes runs.</param>
/// <param name="Purpose">What distinguishes uses within a run; see <see cref="For"/>.</param>
/// <param name="Step">What distinguishes repetitions of a use; see <see cref="At(int)"/>.</param>
public readonly record struct RandomKey(ulong Seed, uint Purpose = 0, uint Step = 0)
{
    const uint FnvPrime = 16777619, FnvOffset = 2166136261;

    /// <summary>What distinguishes repetitions of a use: the latest one if <see cref="At(int)"/> was called several times.</summary>
    /// <exception cref="SymbolicReadException">The key holds the time step of a recurrence that is being traced.</exception>
    public uint Step
    {
        get => Path is null ? field : throw new SymbolicReadException(
            "a number drawn with the key of a time step, which stands for all steps; tensors drawn with it (Normal, Uniform, Dropout, "
            + "StepMask) can be compiled.");
        init;
    } = Step;

    /// <summary>The trace on whose step the key depends, or null.</summary>
    internal Recorder? Trace => Path?.Trace;

    // Steps from the first on that is not known yet.
    StepPath? Path { get; init; }

    /// <summary>Whether it was placed at a step already, which step 0 does not show.</summary>
    internal bool IsPlaced { get; private init; }

    /// <summary>The key for a named use, nested in the uses named so far.</summary>
    public RandomKey For(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        uint hash = FnvOffset ^ Purpose * FnvPrime;
        foreach (char letter in purpose) hash = (hash ^ letter) * FnvPrime;
        return this with { Purpose = hash };
    }

    /// <summary>
    /// The key for a repetition: a training step, an epoch. Calls compose: <c>key.At(1).At(7)</c> and <c>key.At(2).At(7)</c> are different
    /// keys, and so are <c>key.At(0).At(7)</c> and <c>key.At(7)</c>. A key on which it was never called draws the numbers of step 0.
    /// </summary>
    public RandomKey At(int step) => At(new TimeStep(step));

    /// <summary>
    /// The key for a time step of a recurrence: <c>key.At(TimeStep.Current)</c> draws different numbers at every step, those of
    /// <see cref="At(int)"/> with the step's number, in eager and in compiled runs. Single numbers drawn from it
    /// (<see cref="Uniform(uint)"/>, <see cref="Whole"/>) make the run eager.
    /// </summary>
    public RandomKey At(TimeStep step)
    {
        if (Path is not null || step.Trace is not null) return this with { Path = new StepPath(Path, step) };
        return this with { Seed = IsPlaced || Step != 0 ? Philox.Mix(Seed, Step) : Seed, Step = (uint)step.Number, IsPlaced = true };
    }

    /// <summary>A key as it is written in files: its numbers, with a word where it was placed.</summary>
    internal static bool TryParse(string text, out RandomKey key)
    {
        key = default;
        if (text.Split(' ') is not [var seed, var purpose, var step, .. var rest] || rest is not ([] or ["placed"])) return false;
        if (!ulong.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out ulong a)
            || !uint.TryParse(purpose, NumberStyles.None, CultureInfo.InvariantCulture, out uint b)
            || !uint.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out uint c)) return false;
        key = new RandomKey(a, b, c) { IsPlaced = rest.Length > 0 };
        return true;
    }

    /// <summary>The key at a step of the trace on which it depends.</summary>
    internal RandomKey AtTraced(int step) => Path is { } path ? path.From(this with { Path = null }, step) : this;

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
        NormalData.Fill(this, 1, target);
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
        Require.Finite(nameof(Uniform), nameof(low), low);
        Require.AtLeast(nameof(Uniform), nameof(high), high, low);
        // Both ends are numbers of the element type, and so is how far they are apart.
        double most = type.Checked() == ElementType.Float32 ? float.MaxValue : double.MaxValue;
        bool fits = high - low <= most && high <= most && -low <= most;
        Require.Finite(nameof(Uniform), "high − low", fits ? high - low : double.PositiveInfinity);
        return new UniformData(shape, this, low, high).Draw(type);
    }

    /// <summary>A tensor of normal numbers with mean 0.</summary>
    public Tensor Normal(Shape shape, double standardDeviation = 1, ElementType type = ElementType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Require.NotNegative(nameof(Normal), nameof(standardDeviation), standardDeviation);
        // No number that is drawn is larger than 7 deviations.
        double most = type.Checked() == ElementType.Float32 ? float.MaxValue : double.MaxValue;
        if (standardDeviation > most / 7) Require.Finite(nameof(Normal), nameof(standardDeviation), double.PositiveInfinity);
        return new NormalData(shape, this, standardDeviation).Draw(type);
    }

    /// <summary>Steps of a key that begin with that of a trace.</summary>
    sealed record StepPath(StepPath? Before, TimeStep Last)
    {
        public Recorder? Trace => Before?.Trace ?? Last.Trace;

        public RandomKey From(RandomKey key, int step) => (Before?.From(key, step) ?? key).At(Last.NumberAt(step));
    }
}

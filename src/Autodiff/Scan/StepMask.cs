namespace Autograd;

/// <summary>Random data for each time step: 0 with probability <paramref name="Rate"/>, else 1.</summary>
/// <param name="Shape">Shape at one step.</param>
/// <param name="Rate">Probability of 0.</param>
/// <param name="Key">Which masks.</param>
internal sealed record StepMask(Shape Shape, double Rate, RandomKey Key)
{
    /// <summary>The mask of one time step.</summary>
    public void Fill<T>(int step, Span<T> mask)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        // The key's own step is the training step, which must not be lost.
        var key = Key with { Seed = Key.Seed + 0x9E3779B97F4A7C15 * (Key.Step + 1UL), Step = (uint)step };
        uint limit = (uint)Math.Min(Math.Ceiling(Rate * 4294967296.0), uint.MaxValue);
        // Each block of the generator serves four elements.
        for (int i = 0; i < mask.Length; i += 4)
        {
            var (a, b, c, d) = Philox.Permute(((uint)i / 4, key.Step, key.Purpose, 1), (uint)key.Seed, (uint)(key.Seed >> 32));
            mask[i] = a < limit ? T.Zero : T.One;
            if (i + 1 < mask.Length) mask[i + 1] = b < limit ? T.Zero : T.One;
            if (i + 2 < mask.Length) mask[i + 2] = c < limit ? T.Zero : T.One;
            if (i + 3 < mask.Length) mask[i + 3] = d < limit ? T.Zero : T.One;
        }
    }

    /// <summary>The mask of one time step as a tensor.</summary>
    public Tensor At(int step, ElementType type) => type == ElementType.Float32 ? At<float>(step) : At<double>(step);

    Tensor At<T>(int step)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var mask = new T[Shape.ElementCount];
        Fill<T>(step, mask);
        return Tensor.Own(mask, Shape);
    }
}

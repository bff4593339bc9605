namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// Dropout (Srivastava et al. 2014): each element is set to 0 with probability <paramref name="rate"/> and otherwise divided by 1 −
    /// rate, so that its mean is preserved. The same key gives the same mask; within a recurrence, <c>key.At(TimeStep.Current)</c> gives
    /// each step its own.
    /// </summary>
    public static Tensor Dropout(Tensor x, double rate, RandomKey key)
    {
        ArgumentNullException.ThrowIfNull(x);
        return rate == 0 ? Unchanged(x) : x * DropoutMask(x.Shape, rate, key, Recorder.Actual(x).ElementType);
    }

    /// <summary>
    /// The factors of <see cref="Dropout"/>: 0 with probability <paramref name="rate"/>, otherwise 1/(1 − rate). Data, without a gradient.
    /// </summary>
    /// <param name="shape">Shape of the mask.</param>
    /// <param name="rate">Probability of 0, at least 0 and below 1.</param>
    /// <param name="key">Determines the mask.</param>
    /// <param name="type">Element type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is NaN or outside [0, 1).</exception>
    public static Tensor DropoutMask(Shape shape, double rate, RandomKey key, ElementType type = ElementType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Require.Fraction(nameof(Dropout), nameof(rate), rate);
        return new DropoutData(shape, key, rate).Draw(type);
    }
}

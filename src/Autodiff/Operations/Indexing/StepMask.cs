namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// A random mask that differs at each time step of a recurrence: 0 with probability <paramref name="rate"/>, otherwise 1. It is a
    /// function of the key and the time step, so a step that is run again gets the same mask, compiled or not. Data, without a gradient.
    /// Outside a recurrence, it is that of step 0.
    /// </summary>
    /// <param name="shape">Shape of the mask.</param>
    /// <param name="rate">Probability of 0, at least 0 and below 1.</param>
    /// <param name="key">Determines the masks; its step may be the training step.</param>
    /// <param name="type">Element type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is NaN or outside [0, 1).</exception>
    public static Tensor StepMask(Shape shape, double rate, RandomKey key, ElementType type = ElementType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Require.Fraction(nameof(StepMask), nameof(rate), rate);
        return new MaskData(shape, key, rate, TimeStep.Current).Draw(type);
    }
}

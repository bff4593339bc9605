namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// A random mask of its own for every time step of the driver under way: 0 with probability <paramref name="rate"/>, else 1. Data, without a gradient.
    /// The same key and time step give the same mask; outside of a driver it is that of step 0.
    /// </summary>
    /// <param name="shape">Shape of the mask.</param>
    /// <param name="rate">Probability of 0, at least 0 and below 1.</param>
    /// <param name="key">Which masks; its step is replaced by the time step.</param>
    /// <param name="type">Element type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is NaN or outside [0, 1).</exception>
    public static Tensor StepMask(Shape shape, double rate, RandomKey key, ElementType type = ElementType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Require.Fraction(nameof(StepMask), nameof(rate), rate);
        var own = key.At(Tape.Current?.CurrentStep ?? 0);
        var elements = new double[shape.ElementCount];
        for (int i = 0; i < elements.Length; i++) elements[i] = own.Uniform((uint)i) < rate ? 0 : 1;
        return Tensor.Own(elements, shape, type);
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// x limited to [minimum, maximum]. Slope: 1 strictly inside and at the limits, 0 outside. NaN stays NaN, and has the slope
        /// NaN.
        /// </summary>
        /// <param name="x">Argument.</param>
        /// <param name="minimum">Lower limit; may be −∞.</param>
        /// <param name="maximum">Upper limit, not below the lower; may be ∞.</param>
        /// <exception cref="ArgumentOutOfRangeException">A limit is NaN, or the lower exceeds the upper.</exception>
        public static Tensor Clamp(Tensor x, double minimum, double maximum)
        {
            if (!(minimum <= maximum))
                throw new ArgumentOutOfRangeException(
                    nameof(minimum), minimum,
                    FormattableString.Invariant($"Clamp: the lower limit {minimum} must not exceed the upper limit {maximum}."));
            return Dispatcher.Apply(new UnaryOperation<ClampFunction>(new(minimum, maximum)), x);
        }
    }
}

namespace Autograd.Operations
{
    readonly record struct ClampFunction(double Minimum, double Maximum) : IUnaryFunction
    {
        public string Name => nameof(Functions.Clamp);

        public double[] Numbers => [Minimum, Maximum];

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Minimum(N.Maximum(x, Minimum), Maximum);

        // Written such that the slope at the limits is 1 here too, which a maximum and a minimum would share, and NaN at NaN.
        public N Value<N>(N x, ReadOnlySpan<N> numbers)
            where N : struct, ISlopeNumber<N>
            => N.Select(N.Greater(numbers[0], x), numbers[0], N.Select(N.Greater(x, numbers[1]), numbers[1], x * N.WhereNumber(x, 1.0)));

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * N.WhereNumber(x, (1.0 - N.Greater(Minimum, x)) * (1.0 - N.Greater(x, Maximum)));
    }
}

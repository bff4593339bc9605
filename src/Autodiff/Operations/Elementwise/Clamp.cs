using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>x limited to [minimum, maximum]. Slope: 1 strictly inside and at the limits, 0 outside. NaN stays NaN.</summary>
        /// <param name="x">Argument.</param>
        /// <param name="minimum">Lower limit; may be −∞.</param>
        /// <param name="maximum">Upper limit, not below the lower; may be ∞.</param>
        /// <exception cref="ArgumentOutOfRangeException">A limit is NaN, or the lower exceeds the upper.</exception>
        public static Tensor Clamp(Tensor x, double minimum, double maximum)
        {
            if (!(minimum <= maximum))
                throw new ArgumentOutOfRangeException(
                    nameof(minimum), minimum, FormattableString.Invariant($"Clamp: the lower limit {minimum} must not exceed the upper limit {maximum}."));
            return Dispatcher.Apply(new UnaryOperation<ClampFunction>(new(minimum, maximum)), x);
        }
    }
}

namespace Autograd.Operations
{
    internal readonly record struct ClampFunction(double Minimum, double Maximum) : IUnaryFunction
    {
        public string Name => nameof(Functions.Clamp);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            TensorPrimitives.Max(x, T.CreateSaturating(Minimum), y);
            TensorPrimitives.Min(y, T.CreateSaturating(Maximum), y);
        }

        public bool TryValue<N>(N x, out N y)
            where N : struct, ISlopeNumber<N>
        {
            y = N.Minimum(N.Maximum(x, Minimum), Maximum);
            return true;
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => (1.0 - N.Greater(Minimum, x)) * (1.0 - N.Greater(x, Maximum));
    }
}

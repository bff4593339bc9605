namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>x/(1 + |x|). Slope: 1/(1 + |x|)².</summary>
        public static Tensor Softsign(Tensor x) => Dispatcher.Apply(UnaryOperation<SoftsignFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct SoftsignFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Softsign);

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
        {
            // Beyond the limits it is ±1 to rounding, and infinities would be divided.
            var limited = N.Minimum(N.Maximum(x, -1e30), 1e30);
            return limited / (1.0 + N.Abs(limited));
        }

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
        {
            // The square of the quotient, since the square of the denominator overflows.
            var quotient = 1.0 / (1.0 + N.Abs(x));
            return vector * (quotient * quotient);
        }
    }
}

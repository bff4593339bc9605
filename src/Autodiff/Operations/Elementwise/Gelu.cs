namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Gaussian error linear unit in its tanh form (Hendrycks, Gimpel 2016): ½x(1 + tanh(√(2/π)(x + 0.044715x³))). It differs from
        /// x·Φ(x), see <see cref="ExactGelu"/>, by less than 5·10⁻⁴. −0 at −∞, where it has the slope 0.
        /// </summary>
        public static Tensor Gelu(Tensor x) => Dispatcher.Apply(UnaryOperation<GeluFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct GeluFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Gelu);

        const double Cubic = 0.044715;
        const double TwiceScale = 2 * 0.79788456080286535588;

        public OperationCost Cost => OperationCost.Expensive;

        // ½(1 + tanh z) = σ(2z), which is accurate where the tanh is near −1. There it is 0, which no infinity may meet.
        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Maximum(x, -1e30) * N.Sigmoid(Twice(x));

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
        {
            // Beyond the limits s(1 − s) is 0, and would be multiplied by infinities.
            var limited = N.Minimum(N.Maximum(x, -1000.0), 1000.0);
            var s = N.Sigmoid(Twice(limited));
            return vector * (s + limited * (s * (1.0 - s)) * (TwiceScale * (1.0 + 3 * Cubic * (limited * limited))));
        }

        static N Twice<N>(N x)
            where N : struct, ISlopeNumber<N>
            => TwiceScale * (x + Cubic * (x * x * x));
    }
}

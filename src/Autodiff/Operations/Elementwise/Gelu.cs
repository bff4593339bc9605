namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Gaussian error linear unit in its tanh form (Hendrycks, Gimpel 2016): ½x(1 + tanh(√(2/π)(x + 0.044715x³))). It differs from x·Φ(x) by less than 5·10⁻⁴. NaN at −∞.
        /// </summary>
        public static Tensor Gelu(Tensor x) => Dispatcher.Apply(UnaryOperation<GeluFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct GeluFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Gelu);

        const double Cubic = 0.044715;
        const double TwiceScale = 2 * 0.79788456080286535588;

        public OperationCost Cost => OperationCost.Expensive;

        // ½(1 + tanh z) = σ(2z), which is accurate where the tanh is near −1.
        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => x / (1.0 + N.Exp(-Twice(x)));

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
        {
            var s = N.Sigmoid(Twice(x));
            return s + x * (s * (1.0 - s)) * (TwiceScale * (1.0 + 3 * Cubic * (x * x)));
        }

        static N Twice<N>(N x)
            where N : struct, ISlopeNumber<N>
            => TwiceScale * (x + Cubic * (x * x * x));
    }
}

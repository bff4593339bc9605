namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Exponential linear unit (Clevert, Unterthiner, Hochreiter 2015): x where x > 0, otherwise α(eˣ − 1). Slope at 0: α.
        /// </summary>
        /// <param name="x">Argument.</param>
        /// <param name="alpha">−α is the limit at −∞; 1 by default. Must be finite.</param>
        public static Tensor Elu(Tensor x, double alpha = 1)
        {
            Require.Finite(nameof(Elu), nameof(alpha), alpha);
            return Dispatcher.Apply(new UnaryOperation<EluFunction>(new(alpha)), x);
        }
    }
}

namespace Autograd.Operations
{
    readonly record struct EluFunction(double Alpha) : IUnaryFunction
    {
        public string Name => nameof(Functions.Elu);

        public OperationCost Cost => OperationCost.Expensive;

        public double[] Numbers => [Alpha];

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => Of<N>(x, Alpha);

        public N Value<N>(N x, ReadOnlySpan<N> numbers)
            where N : struct, ISlopeNumber<N>
            => Of(x, numbers[0]);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            // Not value + α, which would cancel far below 0.
            => vector * N.SelectGreater(x, 0.0, 1.0, Alpha * N.Exp(x));

        static N Of<N>(N x, N alpha)
            where N : struct, ISlopeNumber<N>
        {
            // Above 0 the exponential would overflow, and pull with an infinite slope.
            var isAbove = N.Greater(x, 0.0);
            return N.Select(isAbove, x, alpha * N.ExpM1(N.Select(isAbove, 0.0, x)));
        }
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Leaky rectifier (Maas, Hannun, Ng 2013): x where x > 0, otherwise αx. Slope at 0: α; at NaN: NaN.</summary>
        /// <param name="x">Argument.</param>
        /// <param name="alpha">Slope below 0; 0.01 by default. Must be finite.</param>
        public static Tensor LeakyRelu(Tensor x, double alpha = 0.01)
        {
            Require.Finite(nameof(LeakyRelu), nameof(alpha), alpha);
            return Dispatcher.Apply(new UnaryOperation<LeakyReluFunction>(new(alpha)), x);
        }
    }
}

namespace Autograd.Operations
{
    readonly record struct LeakyReluFunction(double Alpha) : IUnaryFunction
    {
        public string Name => nameof(Functions.LeakyRelu);

        public double[] Numbers => [Alpha];

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => Of<N>(x, Alpha);

        public N Value<N>(N x, ReadOnlySpan<N> numbers)
            where N : struct, ISlopeNumber<N>
            => Of(x, numbers[0]);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * N.WhereNumber(x, N.SelectGreater(x, 0.0, 1.0, Alpha));

        static N Of<N>(N x, N alpha)
            where N : struct, ISlopeNumber<N>
            => x * N.WhereNumber(x, N.SelectGreater(x, 0.0, 1.0, alpha));
    }
}

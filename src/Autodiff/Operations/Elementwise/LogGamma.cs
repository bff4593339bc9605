namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// log |Γ(x)|, the logarithm of the gamma function: log (x − 1)! for whole numbers. ∞ at 0, at negative whole numbers and at ±∞.
        /// Accurate to a few roundings of the value for x > 0, ten before the zeros at 1 and 2, which are exact, and to a few roundings
        /// of 1 between 1 and 2 and below 0. Slope: <see cref="Digamma"/>.
        /// </summary>
        public static Tensor LogGamma(Tensor x) => Dispatcher.Apply(UnaryOperation<LogGammaFunction>.Instance, x);

        /// <summary>ψ(x) = d log Γ(x)/dx: <see cref="Polygamma"/> of order 0.</summary>
        public static Tensor Digamma(Tensor x) => Polygamma(x, 0);

        /// <summary>
        /// The derivative of the digamma function ψ of an order (1 is the trigamma function), dⁿψ/dxⁿ = (−1)ⁿ⁺¹·n!·Σ 1/(x + k)ⁿ⁺¹ over k ≥
        /// 0; ψ itself for order 0. At 0, it is an infinity with the sign of its neighbourhood; at negative whole numbers ∞ for odd orders
        /// and NaN for even ones; NaN at −∞. Accurate to a few roundings of the value for x > 0; for order 0, of the larger of 1 and the
        /// value. Slope: the function of the next order.
        /// </summary>
        /// <param name="x">Argument.</param>
        /// <param name="order">Order of the derivative, from 0 to 60.</param>
        /// <exception cref="ArgumentOutOfRangeException">The order is outside this range.</exception>
        public static Tensor Polygamma(Tensor x, int order)
        {
            Require.Within(nameof(Polygamma), nameof(order), order, 61);
            return Dispatcher.Apply(new UnaryOperation<PolygammaFunction>(new(order)), x);
        }
    }
}

namespace Autograd.Operations
{
    readonly struct LogGammaFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.LogGamma);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => GammaFunction.Logarithm(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.TimesSlope(vector, N.Polygamma(x, 0));
    }

    readonly record struct PolygammaFunction(int Order) : IUnaryFunction
    {
        public string Name => nameof(Functions.Polygamma);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => GammaFunction.Polygamma(x, Order);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.TimesSlope(vector, N.Polygamma(x, Order + 1));
    }
}

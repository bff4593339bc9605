namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// eˣ. Slope: y. At −∞ 0, at ∞ ∞; overflows to ∞ above about 88.7 (float) or 709.8 (double), and is 0 below the smallest normal
        /// number, at about −87.3 or −708.4.
        /// </summary>
        public static Tensor Exp(Tensor x) => Dispatcher.Apply(UnaryOperation<ExpFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct ExpFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Exp);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Exp(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.TimesSlope(vector, y);
    }
}

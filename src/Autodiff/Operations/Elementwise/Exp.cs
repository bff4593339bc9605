namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>eˣ. Slope: y. At −∞ 0, at ∞ ∞; overflows to ∞ above about 88.7 (float) or 709.8 (double).</summary>
        public static Tensor Exp(Tensor x) => Dispatcher.Apply(UnaryOperation<ExpFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct ExpFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Exp);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Exp(x);

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => y;
    }
}

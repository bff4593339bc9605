namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>eˣ − 1, accurate near 0. Slope: eˣ. At −∞ −1, at ∞ ∞.</summary>
        public static Tensor ExpM1(Tensor x) => Dispatcher.Apply(UnaryOperation<ExpM1Function>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct ExpM1Function : IUnaryFunction
    {
        public string Name => nameof(Functions.ExpM1);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.ExpM1(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            // Not y + 1, which would cancel far below 0.
            => N.TimesSlope(vector, N.Exp(x));
    }
}

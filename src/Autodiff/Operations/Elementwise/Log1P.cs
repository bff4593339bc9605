namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>log(1 + x), accurate near 0. Slope: 1/(1 + x). At −1 −∞; NaN below −1.</summary>
        public static Tensor Log1P(Tensor x) => Dispatcher.Apply(UnaryOperation<Log1PFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct Log1PFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Log1P);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Log1P(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.OverSlope(vector, 1.0 + x);
    }
}

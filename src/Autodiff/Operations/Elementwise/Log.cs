namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Natural logarithm. Slope: 1/x. At 0 −∞; NaN below 0.</summary>
        public static Tensor Log(Tensor x) => Dispatcher.Apply(UnaryOperation<LogFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct LogFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Log);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Log(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.OverSlope(vector, x);
    }
}

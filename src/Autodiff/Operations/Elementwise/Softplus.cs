namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// log(1 + eˣ), in the form max(x, 0) + log(1 + e^−|x|), which neither overflows nor loses small values. Slope: σ(x).
        /// </summary>
        public static Tensor Softplus(Tensor x) => Dispatcher.Apply(UnaryOperation<SoftplusFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct SoftplusFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Softplus);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Softplus(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * N.Sigmoid(x);
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// log σ(x) = −log(1 + e⁻ˣ), in the form min(x, 0) − log(1 + e^−|x|), which neither underflows nor loses small values. Slope:
        /// σ(−x). −∞ at −∞, 0 at ∞.
        /// </summary>
        public static Tensor LogSigmoid(Tensor x) => Dispatcher.Apply(UnaryOperation<LogSigmoidFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct LogSigmoidFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.LogSigmoid);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => 0.0 - N.Softplus(-x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * N.Sigmoid(-x);
    }
}

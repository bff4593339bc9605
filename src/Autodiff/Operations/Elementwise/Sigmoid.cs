namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Logistic function σ(x) = 1/(1 + e⁻ˣ). Slope: y(1 − y). 0 at −∞, 1 at ∞.</summary>
        public static Tensor Sigmoid(Tensor x) => Dispatcher.Apply(UnaryOperation<SigmoidFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct SigmoidFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Sigmoid);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Sigmoid(x);

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => y * (1.0 - y);
    }
}

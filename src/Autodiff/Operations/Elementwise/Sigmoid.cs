namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Logistic function σ(x) = 1/(1 + e⁻ˣ). Slope: y(1 − y). 0 at −∞, 1 at ∞. Accurate to a few units in the last place; 0 where
        /// eˣ is.
        /// </summary>
        public static Tensor Sigmoid(Tensor x) => Dispatcher.Apply(UnaryOperation<SigmoidFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct SigmoidFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Sigmoid);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Sigmoid(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * (y * (1.0 - y));
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Hyperbolic tangent, (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ). Slope: 1 − y². ±1 at ±∞. Odd to the bit, and accurate to a few units in the last
        /// place everywhere.
        /// </summary>
        public static Tensor Tanh(Tensor x) => Dispatcher.Apply(UnaryOperation<TanhFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct TanhFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Tanh);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Tanh(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * (1.0 - y * y);
    }
}

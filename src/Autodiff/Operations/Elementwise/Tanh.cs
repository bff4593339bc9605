namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Hyperbolic tangent, (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ). Slope: 1 − y². ±1 at ±∞. The error is about one rounding of 1, so near 0 relative accuracy is lost.</summary>
        public static Tensor Tanh(Tensor x) => Dispatcher.Apply(UnaryOperation<TanhFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct TanhFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Tanh);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Tanh(x);

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => 1.0 - y * y;
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>√x. Slope: 1/(2y), ∞ at 0. NaN below 0.</summary>
        public static Tensor Sqrt(Tensor x) => Dispatcher.Apply(UnaryOperation<SqrtFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct SqrtFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Sqrt);

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Sqrt(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.OverSlope(0.5 * vector, y);
    }
}

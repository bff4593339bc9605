namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Rectifier max(x, 0). Slope: 1 above 0, otherwise 0 (including at 0). NaN stays NaN, and has the slope NaN.</summary>
        public static Tensor Relu(Tensor x) => Dispatcher.Apply(UnaryOperation<ReluFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct ReluFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Relu);

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Maximum(x, 0.0);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * N.WhereNumber(x, N.Greater(x, 0.0));
    }
}

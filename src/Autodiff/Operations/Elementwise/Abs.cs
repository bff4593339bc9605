namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>|x|. Slope: the sign of x, 0 at 0, NaN at NaN.</summary>
        public static Tensor Abs(Tensor x) => Dispatcher.Apply(UnaryOperation<AbsFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct AbsFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Abs);

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Abs(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * N.WhereNumber(x, N.Greater(x, 0.0) - N.Greater(0.0, x));
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>1 above 0, −1 below. Slope: 0 everywhere. ±0 and NaN are unchanged.</summary>
        public static Tensor Sign(Tensor x) => Dispatcher.Apply(UnaryOperation<SignFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct SignFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Sign);

        public static bool IsFlat => true;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Select(N.Greater(N.Abs(x), 0.0), N.Greater(x, 0.0) - N.Greater(0.0, x), x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * 0.0;
    }
}

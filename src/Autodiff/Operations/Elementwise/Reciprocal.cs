namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>1/x. Slope: −y². At ±0 ±∞.</summary>
        public static Tensor Reciprocal(Tensor x) => Dispatcher.Apply(UnaryOperation<ReciprocalFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct ReciprocalFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Reciprocal);

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => 1.0 / x;

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => -N.TimesSlope(N.TimesSlope(vector, y), y);
    }
}

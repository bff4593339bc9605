namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The whole number nearest to x, with ties to even. Slope: 0 everywhere. ±0, ±∞ and NaN are unchanged.
        /// </summary>
        public static Tensor Round(Tensor x) => Dispatcher.Apply(UnaryOperation<RoundFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct RoundFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Round);

        public static bool IsFlat => true;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Round(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * 0.0;
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>⌊x⌋, the largest whole number that is not above x. Slope: 0 everywhere. ±0, ±∞ and NaN are unchanged.</summary>
        public static Tensor Floor(Tensor x) => Dispatcher.Apply(UnaryOperation<FloorFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct FloorFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Floor);

        public static bool IsFlat => true;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Floor(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * 0.0;
    }
}

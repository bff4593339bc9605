namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>1 where x is not a number, otherwise 0, including at ±∞. Slope: 0 everywhere.</summary>
        public static Tensor IsNaN(Tensor x) => Dispatcher.Apply(UnaryOperation<IsNaNFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct IsNaNFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.IsNaN);

        public static bool IsFlat => true;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => 1.0 - N.Equal(x, x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * 0.0;
    }
}

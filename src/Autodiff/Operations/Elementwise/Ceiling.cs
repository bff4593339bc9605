namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// ⌈x⌉, the smallest whole number that is not below x; −0 for −1 &lt; x &lt; 0. Slope: 0 everywhere. ±0, ±∞ and NaN are unchanged.
        /// </summary>
        public static Tensor Ceiling(Tensor x) => Dispatcher.Apply(UnaryOperation<CeilingFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct CeilingFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Ceiling);

        public static bool IsFlat => true;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => -N.Floor(-x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * 0.0;
    }
}

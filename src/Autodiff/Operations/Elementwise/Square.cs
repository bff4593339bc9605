namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>x². Slope: 2x.</summary>
        public static Tensor Square(Tensor x) => Dispatcher.Apply(UnaryOperation<SquareFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct SquareFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Square);

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => x * x;

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.TimesSlope(vector, 2.0 * x);
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Tangent of x in radians, sin x / cos x. Slope: 1 + tan² x. NaN at ±∞.</summary>
        public static Tensor Tan(Tensor x) => Dispatcher.Apply(UnaryOperation<TanFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct TanFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Tan);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Sin(x) / N.Cos(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.TimesSlope(vector, 1.0 + y * y);
    }
}

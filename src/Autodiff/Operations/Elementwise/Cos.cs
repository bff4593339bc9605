namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Cosine of x in radians. Slope: −sin x. NaN at ±∞.</summary>
        public static Tensor Cos(Tensor x) => Dispatcher.Apply(UnaryOperation<CosFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct CosFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Cos);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Cos(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => -N.TimesSlope(vector, N.Sin(x));
    }
}

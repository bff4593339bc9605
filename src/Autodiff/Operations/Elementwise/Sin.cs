namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Sine of x in radians. Slope: cos x. NaN at ±∞.</summary>
        public static Tensor Sin(Tensor x) => Dispatcher.Apply(UnaryOperation<SinFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct SinFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Sin);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Sin(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.TimesSlope(vector, N.Cos(x));
    }
}

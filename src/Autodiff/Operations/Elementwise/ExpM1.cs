namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>eˣ − 1, accurate near 0. Slope: y + 1. At −∞ −1, at ∞ ∞.</summary>
        public static Tensor ExpM1(Tensor x) => Dispatcher.Apply(UnaryOperation<ExpM1Function>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct ExpM1Function : IUnaryFunction
    {
        public string Name => nameof(Functions.ExpM1);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => Of(x);

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => y + 1.0;

        // Kahan's correction: u − 1 and log u carry the same rounding error of u = eˣ, which cancels in their quotient. It is not needed far from 0, where
        // the quotient would be of infinities.
        internal static N Of<N>(N x)
            where N : struct, ISlopeNumber<N>
        {
            var u = N.Exp(x);
            var difference = u - 1.0;
            var corrected = N.Select(N.Equal(difference, 0.0), x, difference * (x / N.Log(u)));
            return N.Select(N.Greater(N.Abs(x), 40.0), difference, corrected);
        }
    }
}

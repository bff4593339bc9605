using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>x/(1 + |x|). Slope: 1/(1 + |x|)².</summary>
        public static Tensor Softsign(Tensor x) => Dispatcher.Apply(UnaryOperation<SoftsignFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct SoftsignFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Softsign);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.IsInfinity(x[i]) ? T.CopySign(T.One, x[i]) : x[i] / (T.One + T.Abs(x[i]));
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            {
            var denominator = 1.0 + N.Abs(x);
            return 1.0 / (denominator * denominator);
        }
    }
}

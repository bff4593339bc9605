using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>log(1 + eˣ), in the form max(x, 0) + log(1 + e^−|x|) that neither overflows nor loses small values. Slope: σ(x).</summary>
        public static Tensor Softplus(Tensor x) => Dispatcher.Apply(UnaryOperation<SoftplusFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct SoftplusFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Softplus);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.Max(x[i], T.Zero) + Log1PFunction.Accurate(T.Exp(-T.Abs(x[i])));
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.Sigmoid(x);
    }
}

using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>eˣ. Slope: y. At −∞ 0, at ∞ ∞; overflows to ∞ above about 88.7 (float) or 709.8 (double).</summary>
        public static Tensor Exp(Tensor x) => Dispatcher.Apply(UnaryOperation<ExpFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct ExpFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Exp);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Exp(x, y);

        public bool TryValue<N>(N x, out N y)
            where N : struct, ISlopeNumber<N>
        {
            y = N.Exp(x);
            return true;
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => y;
    }
}

using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>√x. Slope: 1/(2y), ∞ at 0. NaN below 0.</summary>
        public static Tensor Sqrt(Tensor x) => Dispatcher.Apply(UnaryOperation<SqrtFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct SqrtFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Sqrt);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Sqrt(x, y);

        public bool TryValue<N>(N x, out N y)
            where N : struct, ISlopeNumber<N>
        {
            y = N.Sqrt(x);
            return true;
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => 0.5 / y;
    }
}

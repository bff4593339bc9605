using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>1/x. Slope: −y². At ±0 ±∞.</summary>
        public static Tensor Reciprocal(Tensor x) => Dispatcher.Apply(UnaryOperation<ReciprocalFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct ReciprocalFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Reciprocal);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Divide(T.One, x, y);

        public bool TryValue<N>(N x, out N y)
            where N : struct, ISlopeNumber<N>
        {
            y = 1.0 / x;
            return true;
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => -(y * y);
    }
}

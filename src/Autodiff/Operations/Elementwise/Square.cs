using System.Numerics;
using System.Numerics.Tensors;

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
    internal readonly struct SquareFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Square);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Multiply(x, x, y);

        public bool TryValue<N>(N x, out N y)
            where N : struct, ISlopeNumber<N>
        {
            y = x * x;
            return true;
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => 2.0 * x;
    }
}

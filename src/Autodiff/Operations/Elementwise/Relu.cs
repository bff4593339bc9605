using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Rectifier max(x, 0). Slope: 1 above 0, else 0 (also at 0). NaN stays NaN.</summary>
        public static Tensor Relu(Tensor x) => Dispatcher.Apply(UnaryOperation<ReluFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct ReluFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Relu);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Max(x, T.Zero, y);

        public bool TryValue<N>(N x, out N y)
            where N : struct, ISlopeNumber<N>
        {
            y = N.Maximum(x, 0.0);
            return true;
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.Greater(x, 0.0);
    }
}

using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Natural logarithm. Slope: 1/x. At 0 −∞; NaN below 0.</summary>
        public static Tensor Log(Tensor x) => Dispatcher.Apply(UnaryOperation<LogFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct LogFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Log);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Log(x, y);

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => 1.0 / x;
    }
}

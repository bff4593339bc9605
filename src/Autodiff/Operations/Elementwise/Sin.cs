using System.Numerics;
using System.Numerics.Tensors;

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
    internal readonly struct SinFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Sin);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Sin(x, y);

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.Cos(x);
    }
}

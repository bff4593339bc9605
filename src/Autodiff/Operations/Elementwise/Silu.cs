using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Sigmoid linear unit, also called swish (Elfwing, Uchibe, Doya 2018): x·σ(x). Slope: s + y(1 − s) with s = σ(x). NaN at −∞.</summary>
        public static Tensor Silu(Tensor x) => Dispatcher.Apply(UnaryOperation<SiluFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct SiluFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Silu);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            TensorPrimitives.Sigmoid(x, y);
            TensorPrimitives.Multiply(x, y, y);
        }

        public bool TryValue<N>(N x, out N y)
            where N : struct, ISlopeNumber<N>
        {
            y = x * N.Sigmoid(x);
            return true;
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            {
            var s = N.Sigmoid(x);
            return s + y * (1.0 - s);
        }
    }
}

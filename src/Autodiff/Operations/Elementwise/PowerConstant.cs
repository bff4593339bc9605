using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>xᵖ for a plain number p. Slope: p·xᵖ⁻¹, and exactly 0 for p = 0. NaN for negative x unless p is whole.</summary>
        public static Tensor Power(Tensor x, double exponent) => Dispatcher.Apply(new UnaryOperation<PowerConstantFunction>(new(exponent)), x);
    }
}

namespace Autograd.Operations
{
    internal readonly record struct PowerConstantFunction(double Exponent) : IUnaryFunction
    {
        public string Name => nameof(Functions.Power);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Pow(x, T.CreateSaturating(Exponent), y);

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => Exponent == 0 ? 0.0 : Exponent * N.Power(x, Exponent - 1);
    }
}

using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.Operations
{
    /// <summary>
    /// scale · x + shift with plain numbers: what <c>1 - z</c>, <c>0.5 * x</c> and <c>-x</c> mean. The numbers take the tensor's element type.
    /// A product has the shift −0, which unlike 0 leaves the sign of every zero as it is.
    /// </summary>
    internal readonly record struct ScaleShiftFunction(double Scale, double Shift) : IUnaryFunction
    {
        public string Name => "ScaleShift";

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T factor = T.CreateSaturating(Scale), summand = T.CreateSaturating(Shift);
            if (Scale == 1) TensorPrimitives.Add(x, summand, y);
            else if (Scale == -1) TensorPrimitives.Subtract(summand, x, y);
            else if (Shift == 0) TensorPrimitives.Multiply(x, factor, y);
            else Both(x, factor, summand, y);
        }

        public bool TryValue<N>(N x, out N y)
            where N : struct, ISlopeNumber<N>
        {
            y = Scale == 1 ? x + Shift : Scale == -1 ? Shift - x : Shift == 0 ? x * Scale : x * Scale + Shift;
            return true;
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => Scale;

        static void Both<T>(ReadOnlySpan<T> x, T factor, T summand, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            TensorPrimitives.Multiply(x, factor, y);
            TensorPrimitives.Add(y, summand, y);
        }
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>scale · x + shift, with plain numbers of the tensor's element type. Slope: scale.</summary>
        public static Tensor ScaleShift(Tensor x, double scale, double shift) => Dispatcher.Apply(new UnaryOperation<ScaleShiftFunction>(new(scale, shift)), x);

        /// <summary>−x. Slope: −1.</summary>
        public static Tensor Negate(Tensor x) => ScaleShift(x, -1, -0.0);
    }
}

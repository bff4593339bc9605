using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>leftʳⁱᵍʰᵗ, broadcast. Slopes: right·left^(right−1), and result·log left, which is NaN for left &lt; 0 and taken as 0 for left = 0.</summary>
        public static Tensor Power(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<PowerFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    internal readonly struct PowerFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Power);

        public void Evaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Pow(left, right, result);

        public void Evaluate<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Pow(left, right, result);

        public void Evaluate<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Pow(left, right, result);

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            {
            var (left, right) = (call[0], call[1]);
            if (argument == 0) return vector * right * Functions.Power(left, right - 1);
            var zero = Tensor.Scalar(0, left.ElementType);
            var isZero = 1 - Functions.Greater(Functions.Abs(left), zero);
            return vector * Functions.Where(isZero, zero, call.Result * Functions.Log(Functions.Where(isZero, zero + 1, left)));
        }
    }
}

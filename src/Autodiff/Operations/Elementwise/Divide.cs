using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>left / right, broadcast. Slopes: 1/right and −result/right. IEEE 754 at 0: ±∞, or NaN for 0/0.</summary>
        public static Tensor Divide(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<DivideFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    internal readonly struct DivideFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Divide);

        public void Evaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Divide(left, right, result);

        public void Evaluate<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Divide(left, right, result);

        public void Evaluate<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Divide(left, right, result);

        public bool TryValue<N>(N left, N right, out N result)
            where N : struct, ISlopeNumber<N>
        {
            result = left / right;
            return true;
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => argument == 0 ? vector / call[1] : -(vector * call.Result / call[1]);
    }
}

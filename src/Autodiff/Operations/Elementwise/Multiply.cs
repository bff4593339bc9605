using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// left · right, element by element, broadcast. Slopes: right and left. See <see cref="MatMul(Tensor, Tensor, bool, bool)"/> for
        /// the matrix product.
        /// </summary>
        public static Tensor Multiply(Tensor left, Tensor right) =>
            Dispatcher.Apply(BinaryOperation<MultiplyFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    readonly struct MultiplyFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Multiply);

        public OperationForm? Form => OperationForm.Multiplication;

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => left * right;

        public static bool TryEvaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (!BinaryLoop.IsBeyondCaches(left, right, result)) return false;
            TensorPrimitives.Multiply(left, right, result);
            return true;
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => vector * call[1 - argument];
    }
}

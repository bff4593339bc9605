using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>left + right, broadcast. Slopes: 1 and 1.</summary>
        public static Tensor Add(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<AddFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    readonly struct AddFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Add);

        public OperationForm? Form => OperationForm.Addition;

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => left + right;

        public static bool TryEvaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (!BinaryLoop.IsBeyondCaches(left, right, result)) return false;
            TensorPrimitives.Add(left, right, result);
            return true;
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => vector;
    }
}

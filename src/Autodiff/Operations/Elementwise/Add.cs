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
    internal readonly struct AddFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Add);

        public void Evaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Add(left, right, result);

        public void Evaluate<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Add(left, right, result);

        public void Evaluate<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Add(right, left, result);

        public bool TryValue<N>(N left, N right, out N result)
            where N : struct, ISlopeNumber<N>
        {
            result = left + right;
            return true;
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => vector;
    }
}

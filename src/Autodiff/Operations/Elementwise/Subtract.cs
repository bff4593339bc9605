using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>left − right, broadcast. Slopes: 1 and −1.</summary>
        public static Tensor Subtract(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<SubtractFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    internal readonly struct SubtractFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Subtract);

        public void Evaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Subtract(left, right, result);

        public void Evaluate<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Subtract(left, right, result);

        public void Evaluate<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Subtract(left, right, result);

        public bool TryValue<N>(N left, N right, out N result)
            where N : struct, ISlopeNumber<N>
        {
            result = left - right;
            return true;
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => argument == 0 ? vector : -vector;
    }
}

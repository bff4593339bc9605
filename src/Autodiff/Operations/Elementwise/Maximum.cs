using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>The larger of two, broadcast. At a tie each side gets half of the slope. NaN if either is NaN.</summary>
        public static Tensor Maximum(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<MaximumFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    internal readonly struct MaximumFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Maximum);

        public void Evaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Max(left, right, result);

        public void Evaluate<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Max(left, right, result);

        public void Evaluate<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Max(right, left, result);

        public bool TryValue<N>(N left, N right, out N result)
            where N : struct, ISlopeNumber<N>
        {
            result = N.Maximum(left, right);
            return true;
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => vector * Functions.Preference(call[argument], call[1 - argument]);
    }
}

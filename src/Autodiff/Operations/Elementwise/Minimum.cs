using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>The smaller of two, broadcast. At a tie each side gets half of the slope. NaN if either is NaN.</summary>
        public static Tensor Minimum(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<MinimumFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    internal readonly struct MinimumFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Minimum);

        public void Evaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Min(left, right, result);

        public void Evaluate<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Min(left, right, result);

        public void Evaluate<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
            => TensorPrimitives.Min(right, left, result);

        public bool TryValue<N>(N left, N right, out N result)
            where N : struct, ISlopeNumber<N>
        {
            result = N.Minimum(left, right);
            return true;
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => vector * Functions.Preference(call[1 - argument], call[argument]);
    }
}

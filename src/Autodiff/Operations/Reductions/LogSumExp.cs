using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// log Σ eˣ over some axes, or over all if none is named, computed from the largest element so that it neither overflows nor
        /// underflows. Slope: the <see cref="Softmax"/> of x. −∞ over nothing, and where all elements are −∞; there the slope is 0,
        /// because none of them contributes.
        /// </summary>
        public static Tensor LogSumExp(Tensor x, params ReadOnlySpan<int> axes) =>
            Reduction.Over("LogSumExp", x, axes, keepAxes: false, RowReductionOperation<LogSumExpReduction>.Apply, innermost: true);
    }
}

namespace Autograd.Operations
{
    internal readonly struct LogSumExpReduction : IRowReduction
    {
        public string Name => nameof(Functions.LogSumExp);

        public bool AllowsEmpty => true;

        public T Reduce<T>(ReadOnlySpan<T> row)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (row.IsEmpty) return T.NegativeInfinity;
            T largest = TensorPrimitives.Max(row);
            if (T.IsInfinity(largest)) return largest;
            return largest + ValueLoop.Of(default(LogFunction), SumOfExponentials(row, largest));
        }

        // Σ exp(x − largest) by halves, as LongSum, and in blocks that stay in the first-level cache.
        static T SumOfExponentials<T>(ReadOnlySpan<T> row, T largest)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (row.Length > LongSum.LongRun)
            {
                int half = row.Length / 2;
                return SumOfExponentials(row[..half], largest) + SumOfExponentials(row[half..], largest);
            }
            Span<T> shifted = stackalloc T[row.Length];
            TensorPrimitives.Subtract(row, largest, shifted);
            ValueLoop.Run(default(ExpFunction), shifted, shifted);
            return LaneSum.Of<T>(shifted);
        }

        public Tensor Weights(Tensor x, Tensor result, int first)
        {
            if (first == x.Rank - 1) return Functions.Softmax(x);
            var rows = Functions.Reshape(x, [x.Shape.Product(0, first), x.Shape.Product(first, x.Rank)]);
            return Functions.Reshape(Functions.Softmax(rows), x.Shape.Lengths);
        }
    }
}

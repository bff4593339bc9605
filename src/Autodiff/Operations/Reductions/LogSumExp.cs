using System.Numerics;
using System.Numerics.Tensors;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// log Σ eˣ over some axes, or over all if none is named, computed relative to the largest element, so that it neither overflows
        /// nor underflows. Slope: the <see cref="Softmax"/> of x. −∞ over nothing, and where all elements are −∞; there the slope is 0,
        /// because none of them contributes.
        /// </summary>
        public static Tensor LogSumExp(Tensor x, params ReadOnlySpan<int> axes) =>
            Reduction.Over("LogSumExp", x, axes, keepAxes: false,
                RowReductionOperation<LogSumExpReduction>.Apply, Reduction.Ability.Innermost);
    }
}

namespace Autograd.Operations
{
    readonly struct LogSumExpReduction : IRowReduction
    {
        public string Name => nameof(Functions.LogSumExp);

        public bool AllowsEmpty => true;

        public T Reduce<T>(ReadOnlySpan<T> row)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (row.IsEmpty) return T.NegativeInfinity;
            T largest = Largest.Of(row);
            return T.IsFinite(largest) ? largest + ValueLoop.Of(default(LogFunction), ExponentialSum.Of(row, largest)) : largest;
        }

        public bool ReduceColumns<T>(Span<T> columns, Span<T> results)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var largest = SpanOwner<T>.Allocate(results.Length);
            if (!Extreme.TryOfFiniteColumns<Largest, T>(columns, largest.Span)) return false;
            ExponentialSum.OfColumns(columns, largest.Span, results, areKept: false);
            ValueLoop.Run(default(LogFunction), results, results);
            TensorPrimitives.Add(largest.Span, results, results);
            return true;
        }

        public Tensor Weights(Tensor x, Tensor result, int first)
        {
            if (first == x.Rank - 1) return Functions.Softmax(x);
            var rows = Functions.Reshape(x, [x.Shape.Product(0, first), x.Shape.Product(first, x.Rank)]);
            return Functions.Reshape(Functions.Softmax(rows), x.Shape.Lengths);
        }
    }
}

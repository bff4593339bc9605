using System.Numerics;
using System.Numerics.Tensors;
using CommunityToolkit.HighPerformance;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// eˣ / Σeˣ along an axis, computed relative to the largest element, so that it does not overflow. Jacobian: diag(y) − yyᵀ. An
        /// element of −∞ is left out: its share is 0, even if all elements are −∞ (the sum is then 0). Elements of ∞ share equally.
        /// </summary>
        /// <param name="x">Logits.</param>
        /// <param name="axis">Axis over which the result sums to 1; the innermost by default.</param>
        public static Tensor Softmax(Tensor x, int axis = -1) => RowOperation<SoftmaxRow>.Apply(default, x, axis);

        /// <summary>
        /// x − log Σeˣ along an axis: the logarithm of <see cref="Softmax"/> without its underflow. Jacobian: 1 − softmax in every row. −∞
        /// at −∞, even if all elements are.
        /// </summary>
        /// <param name="x">Logits.</param>
        /// <param name="axis">Axis over which the exponentials of the result sum to 1; the innermost by default.</param>
        public static Tensor LogSoftmax(Tensor x, int axis = -1) => RowOperation<LogSoftmaxRow>.Apply(default, x, axis);
    }
}

namespace Autograd.Operations
{
    readonly struct SoftmaxRow : IRowTransform
    {
        public string Name => nameof(Functions.Softmax);

        public Tensor Pull(Tensor x, Tensor y, Tensor cotangent, int axis)
        {
            var product = cotangent * y;
            return product - y * Functions.SumKeepingAxes(product, axis);
        }

        // The Jacobian is symmetric.
        public Tensor Push(Tensor x, Tensor y, Tensor tangent, int axis) => Pull(x, y, tangent, axis);

        public void PullRow<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> cotangent, Span<T> product)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            TensorPrimitives.Multiply(cotangent, y, product);
            Rounding.MultiplyAdd(y, -LongSum.Of<T>(product), product, product);
        }

        public void Row<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T largest = Largest.Of(x);
            if (!T.IsFinite(largest))
            {
                InfiniteRow.Share(x, largest, y);
                return;
            }
            T sum = ExponentialSum.Of(x, largest, y, out bool isSomeZero);
            if (isSomeZero) MendZeros(x, largest, y);
            TensorPrimitives.Divide(y, sum, y);
        }

        public bool Columns<T>(Span<T> columns, Span2D<T> results)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using SpanOwner<T> largest = SpanOwner<T>.Allocate(results.Width), scratch = SpanOwner<T>.Allocate(results.Width);
            var sums = scratch.Span;
            if (!Extreme.TryOfFiniteColumns<Largest, T>(columns, largest.Span)) return false;
            if (!ExponentialSum.OfColumns(columns, largest.Span, sums, areKept: true)) return false;
            ColumnLoop.Divide(columns, sums, results);
            return true;
        }

        // What is below the smallest normal number too, as squares of roots: 0 · log 0 in an entropy would be NaN.
        static void MendZeros<T>(ReadOnlySpan<T> x, T largest, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var roots = SpanOwner<T>.Allocate(y.Length);
            TensorPrimitives.Subtract(x, largest, roots.Span);
            TensorPrimitives.Multiply(roots.Span, T.CreateChecked(0.5), roots.Span);
            ValueLoop.Run(default(ExpFunction), roots.Span, roots.Span);
            for (int i = 0; i < y.Length; i++)
                if (y[i] == T.Zero)
                    y[i] = roots.Span[i] * roots.Span[i];
        }
    }

    readonly struct LogSoftmaxRow : IRowTransform
    {
        // What stays in the first-level cache.
        const int Block = 1024;

        public string Name => nameof(Functions.LogSoftmax);

        public Tensor Pull(Tensor x, Tensor y, Tensor cotangent, int axis) =>
            cotangent - Functions.Exp(y) * Functions.SumKeepingAxes(cotangent, axis);

        public Tensor Push(Tensor x, Tensor y, Tensor tangent, int axis) =>
            tangent - Functions.SumKeepingAxes(Functions.Exp(y) * tangent, axis);

        public void PullRow<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> cotangent, Span<T> product)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T less = -LongSum.Of(cotangent);
            for (int start = 0; start < y.Length; start += Block)
            {
                var block = product.Slice(start, Math.Min(Block, y.Length - start));
                ValueLoop.Run(default(ExpFunction), y.Slice(start, block.Length), block);
                Rounding.MultiplyAdd(block, less, cotangent.Slice(start, block.Length), block);
            }
        }

        public void Row<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T largest = Largest.Of(x);
            if (!T.IsFinite(largest))
            {
                InfiniteRow.Share(x, largest, y);
                ValueLoop.Run(default(LogFunction), y, y);
                return;
            }
            T logarithm = ValueLoop.Of(default(LogFunction), ExponentialSum.Of(x, largest));
            // Not x − (largest + logarithm): beside large logits that sum would lose the logarithm's digits.
            for (int start = 0; start < x.Length; start += Block)
            {
                var block = y.Slice(start, Math.Min(Block, y.Length - start));
                TensorPrimitives.Subtract(x.Slice(start, block.Length), largest, block);
                TensorPrimitives.Subtract(block, logarithm, block);
            }
        }

        public bool Columns<T>(Span<T> columns, Span2D<T> results)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using SpanOwner<T> largest = SpanOwner<T>.Allocate(results.Width), scratch = SpanOwner<T>.Allocate(results.Width);
            var sums = scratch.Span;
            if (!Extreme.TryOfFiniteColumns<Largest, T>(columns, largest.Span)) return false;
            ExponentialSum.OfColumns(columns, largest.Span, sums, areKept: false);
            ValueLoop.Run(default(LogFunction), sums, sums);
            ColumnLoop.Subtract(columns, largest.Span);
            ColumnLoop.Subtract(columns, sums, results);
            return true;
        }
    }
}

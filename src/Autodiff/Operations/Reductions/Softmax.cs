using System.Numerics;
using System.Numerics.Tensors;
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
        public static Tensor Softmax(Tensor x, int axis = -1) => AlongInnermost("Softmax", x, axis, SoftmaxOperation.Instance);

        /// <summary>
        /// x − log Σeˣ along an axis: the logarithm of <see cref="Softmax"/> without its underflow. Jacobian: 1 − softmax in every row. −∞
        /// at −∞, even if all elements are.
        /// </summary>
        /// <param name="x">Logits.</param>
        /// <param name="axis">Axis over which the exponentials of the result sum to 1; the innermost by default.</param>
        public static Tensor LogSoftmax(Tensor x, int axis = -1) => AlongInnermost("LogSoftmax", x, axis, LogSoftmaxOperation.Instance);

        static Tensor AlongInnermost(string name, Tensor x, int axis, Operation operation)
        {
            ArgumentNullException.ThrowIfNull(x, name);
            int position = ShapeRules.Axis(name, x.Shape, axis);
            if (position == x.Rank - 1) return Dispatcher.Apply(operation, x);
            return SwapAxes(Dispatcher.Apply(operation, SwapAxes(x, position, -1)), position, -1);
        }
    }
}

namespace Autograd.Operations
{
    /// <summary>A function of each innermost row that keeps its length.</summary>
    abstract class RowOperation : Operation
    {
        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            hasRows[0] && result.Rank > 1;

        public sealed override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            if (operands[0].Rank == 0) throw new ShapeException($"{Name}: the operand is a scalar; at least one axis is needed.");
            return operands[0].Shape;
        }

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(this, call[0]);

        public sealed override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            int length = result.Shape[^1];
            if (result.ElementType == ElementType.Float32) Rows(operands[0].ReadSpan<float>(), result.WriteSpan<float>(), length);
            else Rows(operands[0].ReadSpan<double>(), result.WriteSpan<double>(), length);
        }

        protected abstract void Rows(ReadOnlySpan<float> x, Span<float> y, int length);

        protected abstract void Rows(ReadOnlySpan<double> x, Span<double> y, int length);
    }

    sealed class SoftmaxOperation : RowOperation
    {
        public static readonly SoftmaxOperation Instance = new();

        public override string Name => nameof(Functions.Softmax);

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
        {
            var product = cotangent * call.Result;
            return product - call.Result * Functions.SumKeepingAxes(product, -1);
        }

        // The Jacobian is symmetric.
        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Vjp(call, 0, tangents[0]!);

        protected override void Rows(ReadOnlySpan<float> x, Span<float> y, int length) => RowLoop.Map<SoftmaxRow, float>(x, y, length);

        protected override void Rows(ReadOnlySpan<double> x, Span<double> y, int length) => RowLoop.Map<SoftmaxRow, double>(x, y, length);
    }

    readonly struct SoftmaxRow : IRowMap
    {
        public void Row<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T largest = TensorPrimitives.Max(x);
            if (!T.IsFinite(largest))
            {
                InfiniteRow.Share(x, largest, y);
                return;
            }
            T sum = ExponentialSum.Of(x, largest, y, out bool isSomeZero);
            if (isSomeZero) MendZeros(x, largest, y);
            TensorPrimitives.Divide(y, sum, y);
        }

        public bool Columns<T>(Span<T> columns, int width)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var scratch = SpanOwner<T>.Allocate(columns.Length + width);
            Span<T> sums = scratch.Span[..width], exponentials = scratch.Span[width..];
            if (!ExponentialSum.TryReplaceColumns(columns, sums, out bool isSomeZero) || isSomeZero) return false;
            columns.CopyTo(exponentials);
            LaneSum.OfColumns(exponentials, sums);
            for (int start = 0; start < columns.Length; start += width)
            {
                var column = columns.Slice(start, width);
                TensorPrimitives.Divide(column, sums, column);
            }
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

    sealed class LogSoftmaxOperation : RowOperation
    {
        public static readonly LogSoftmaxOperation Instance = new();

        public override string Name => nameof(Functions.LogSoftmax);

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            cotangent - Functions.Exp(call.Result) * Functions.SumKeepingAxes(cotangent, -1);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
            tangents[0]! - Functions.SumKeepingAxes(Functions.Exp(call.Result) * tangents[0]!, -1);

        protected override void Rows(ReadOnlySpan<float> x, Span<float> y, int length) => RowLoop.Map<LogSoftmaxRow, float>(x, y, length);

        protected override void Rows(ReadOnlySpan<double> x, Span<double> y, int length) =>
            RowLoop.Map<LogSoftmaxRow, double>(x, y, length);
    }

    readonly struct LogSoftmaxRow : IRowMap
    {
        const int Block = 1024;

        public void Row<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T largest = TensorPrimitives.Max(x);
            if (!T.IsFinite(largest))
            {
                InfiniteRow.Share(x, largest, y);
                ValueLoop.Run(default(LogFunction), y, y);
                return;
            }
            T logarithm = ValueLoop.Of(default(LogFunction), ExponentialSum.Of(x, largest));
            // By blocks that stay in the first-level cache. Not x − (largest + logarithm): beside large logits that sum would lose the
            // logarithm's digits.
            for (int start = 0; start < x.Length; start += Block)
            {
                var block = y.Slice(start, Math.Min(Block, y.Length - start));
                TensorPrimitives.Subtract(x.Slice(start, block.Length), largest, block);
                TensorPrimitives.Subtract(block, logarithm, block);
            }
        }

        public bool Columns<T>(Span<T> columns, int width)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var scratch = SpanOwner<T>.Allocate(columns.Length + 2 * width);
            Span<T> largest = scratch.Span[..width], sums = scratch.Span[width..(2 * width)], exponentials = scratch.Span[(2 * width)..];
            columns.CopyTo(exponentials);
            if (!ExponentialSum.TryReplaceColumns(exponentials, largest, out _)) return false;
            LaneSum.OfColumns(exponentials, sums);
            ValueLoop.Run(default(LogFunction), sums, sums);
            for (int start = 0; start < columns.Length; start += width)
            {
                var column = columns.Slice(start, width);
                TensorPrimitives.Subtract(column, largest, column);
                TensorPrimitives.Subtract(column, sums, column);
            }
            return true;
        }
    }
}

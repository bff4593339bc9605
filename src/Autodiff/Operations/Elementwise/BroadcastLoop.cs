using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd.Operations;

/// <summary>
/// Runs a function of two numbers over broadcast operands: neighbouring axes that behave alike are merged, the innermost run is passed to
/// the vectorised function, and the outer axes are traversed with strides (0 where an operand repeats). Of short runs several are passed at
/// once, for which operands that repeat are written out.
/// </summary>
static class BroadcastLoop
{
    // A run up to which a call for each costs more than to write operands out, and how many elements are written out at once.
    const int LongestShortRun = 32, WrittenOut = 512;

    public static void Run<TFunction, T>(
        ReadOnlySpan<T> left, Shape leftShape, ReadOnlySpan<T> right, Shape rightShape, Span<T> result, Shape shape)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<int> lengths = stackalloc int[shape.Rank];
        Span<int> leftStrides = stackalloc int[shape.Rank];
        Span<int> rightStrides = stackalloc int[shape.Rank];
        int axes = Merge(leftShape, rightShape, shape, lengths, leftStrides, rightStrides);
        var walk = new Walk<TFunction, T>(left, right, result, lengths[..axes], leftStrides[..axes], rightStrides[..axes]);
        walk.Axis(0, 0, 0, 0, result.Length);
    }

    /// <summary>
    /// Axes are merged from the innermost outwards while both operands stay contiguous over them, or both stay put. Gives how many are
    /// left, and their lengths and strides, the outermost first.
    /// </summary>
    public static int Merge(Shape left, Shape right, Shape shape, Span<int> lengths, Span<int> leftStrides, Span<int> rightStrides)
    {
        int count = 0, leftStride = 1, rightStride = 1;
        for (int i = 1; i <= shape.Rank; i++)
        {
            int length = shape.Lengths[^i];
            if (length == 1) continue;
            bool leftRepeats = i > left.Rank || left.Lengths[^i] == 1;
            bool rightRepeats = i > right.Rank || right.Lengths[^i] == 1;
            bool merges = count > 0 && leftRepeats == (leftStrides[count - 1] == 0) && rightRepeats == (rightStrides[count - 1] == 0);
            if (merges)
            {
                lengths[count - 1] *= length;
            }
            else
            {
                lengths[count] = length;
                leftStrides[count] = leftRepeats ? 0 : leftStride;
                rightStrides[count++] = rightRepeats ? 0 : rightStride;
            }
            if (!leftRepeats) leftStride *= length;
            if (!rightRepeats) rightStride *= length;
        }
        lengths[..count].Reverse();
        leftStrides[..count].Reverse();
        rightStrides[..count].Reverse();
        return count;
    }

    readonly ref struct Walk<TFunction, T>(
        ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, ReadOnlySpan<int> lengths, ReadOnlySpan<int> leftStrides,
        ReadOnlySpan<int> rightStrides)
        where TFunction : struct, IBinaryFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly ReadOnlySpan<T> left = left;
        readonly ReadOnlySpan<T> right = right;
        readonly Span<T> result = result;
        readonly ReadOnlySpan<int> lengths = lengths;
        readonly ReadOnlySpan<int> leftStrides = leftStrides;
        readonly ReadOnlySpan<int> rightStrides = rightStrides;

        public void Axis(int axis, int leftStart, int rightStart, int start, int count)
        {
            if (axis >= lengths.Length - 1)
            {
                Innermost(axis, leftStart, rightStart, result.Slice(start, count));
                return;
            }
            int inner = count / lengths[axis];
            if (axis == lengths.Length - 2)
            {
                if (inner <= LongestShortRun && lengths[axis] > 1) ShortRuns(axis, leftStart, rightStart, result.Slice(start, count));
                else LongRuns(axis, leftStart, rightStart, result.Slice(start, count));
                return;
            }
            for (int i = 0; i < lengths[axis]; i++)
                Axis(axis + 1, leftStart + i * leftStrides[axis], rightStart + i * rightStrides[axis], start + i * inner, inner);
        }

        void ShortRuns(int axis, int leftStart, int rightStart, Span<T> target)
        {
            int run = lengths[axis + 1], most = WrittenOut / run;
            using var scratch = SpanOwner<T>.Allocate(2 * most * run);
            for (int row = 0; row < lengths[axis]; row += most)
            {
                int rows = Math.Min(most, lengths[axis] - row);
                var a = Rows(left, leftStart, leftStrides[axis..], run, row, rows, scratch.Span[..(rows * run)]);
                var b = Rows(right, rightStart, rightStrides[axis..], run, row, rows, scratch.Span.Slice(most * run, rows * run));
                BinaryLoop.Run<TFunction, T>(a, b, target.Slice(row * run, rows * run));
            }
        }

        void LongRuns(int axis, int leftStart, int rightStart, Span<T> target) => BinaryLoop.RunRows<TFunction, T>(
            new(left[leftStart..], leftStrides[axis], leftStrides[axis + 1] == 0),
            new(right[rightStart..], rightStrides[axis], rightStrides[axis + 1] == 0), target, lengths[axis + 1]);

        // Rows of an operand, written out if they do not lie one after the other.
        static ReadOnlySpan<T> Rows(
            ReadOnlySpan<T> operand, int start, ReadOnlySpan<int> strides, int run, int first, int count, Span<T> scratch)
        {
            if (strides[0] == run && strides[1] == 1) return operand.Slice(start + first * run, scratch.Length);
            // The same rows again.
            if (first > 0 && strides[0] == 0) return scratch;
            BroadcastCopy.Run(operand[(start + first * strides[0])..], [count, run], strides, scratch);
            return scratch;
        }

        void Innermost(int axis, int leftStart, int rightStart, Span<T> run)
        {
            bool leftRepeats = axis >= lengths.Length || leftStrides[axis] == 0;
            bool rightRepeats = axis >= lengths.Length || rightStrides[axis] == 0;
            // Where both repeat there is one element.
            var a = left.Slice(leftStart, leftRepeats ? 1 : run.Length);
            BinaryLoop.Run<TFunction, T>(a, right.Slice(rightStart, rightRepeats ? 1 : run.Length), run);
        }
    }
}

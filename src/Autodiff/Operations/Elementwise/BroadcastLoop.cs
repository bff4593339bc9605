using System.Numerics;

namespace Autograd.Operations;

/// <summary>
/// Runs a function of two numbers over broadcast operands: neighbouring axes that behave alike are merged, the innermost run is passed to
/// the vectorised function, and the outer axes are traversed with strides (0 where an operand repeats).
/// </summary>
static class BroadcastLoop
{
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

    // Axes are merged from the innermost outwards while both operands stay contiguous over them, or both stay put.
    static int Merge(Shape left, Shape right, Shape shape, Span<int> lengths, Span<int> leftStrides, Span<int> rightStrides)
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
            for (int i = 0; i < lengths[axis]; i++)
                Axis(axis + 1, leftStart + i * leftStrides[axis], rightStart + i * rightStrides[axis], start + i * inner, inner);
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

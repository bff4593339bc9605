namespace Autograd.Tensors;

/// <summary>Shape arithmetic shared by operations; every error names the operation.</summary>
static class ShapeRules
{
    /// <summary>An operand in a message: its shape, and its name if it has one.</summary>
    public static string Text(Tensor operand) => operand is Parameter parameter ? $"{parameter.Shape} ({parameter.Name})"
        : operand.Shape.ToString();

    /// <summary>NumPy broadcasting of two operands.</summary>
    public static Shape Broadcast(string operation, Tensor left, Tensor right)
    {
        if (ReferenceEquals(left.Shape, right.Shape)) return left.Shape;
        return Broadcast(operation, left.Shape, right.Shape, left, right);
    }

    /// <summary>NumPy broadcasting: aligned at the innermost axis, equal lengths or 1.</summary>
    public static Shape Broadcast(string operation, Shape left, Shape right, Tensor? leftOperand = null, Tensor? rightOperand = null)
    {
        if (ReferenceEquals(left, right) || left.Lengths.EndsWith(right.Lengths)) return left;
        if (right.Lengths.EndsWith(left.Lengths)) return right;
        int rank = Math.Max(left.Rank, right.Rank);
        Span<int> lengths = stackalloc int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int a = i <= left.Rank ? left.Lengths[^i] : 1;
            int b = i <= right.Rank ? right.Lengths[^i] : 1;
            if (a != b && a != 1 && b != 1)
                throw new ShapeException(
                    $"{operation}: left is {Text(left, leftOperand)}, right is {Text(right, rightOperand)}; aligned at the last axis, "
                    + $"lengths must be equal or 1, and {a} meets {b}.");
            lengths[^i] = a == 1 ? b : a;
        }
        var result = Shape.Create(lengths);
        return result.Equals(left) ? left : result.Equals(right) ? right : result;
    }

    static string Text(Shape shape, Tensor? operand) => operand is null ? shape.ToString() : Text(operand);

    /// <summary>
    /// Whether operands that broadcast to a shape have rows along its first axis where they are said to, and are the same for all rows
    /// where not.
    /// </summary>
    public static bool BroadcastsByRows(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result)
    {
        for (int i = 0; i < operands.Length; i++)
        {
            bool isAligned = operands[i].Rank == result.Rank;
            if (hasRows[i] ? !isAligned || operands[i][0] != result[0] : isAligned && operands[i][0] != 1) return false;
        }
        return result.Rank > 0;
    }

    /// <summary>Whether <paramref name="from"/> broadcasts to exactly <paramref name="to"/>.</summary>
    public static bool CanBroadcast(Shape from, Shape to)
    {
        if (from.Rank > to.Rank) return false;
        for (int i = 1; i <= from.Rank; i++)
            if (from.Lengths[^i] != to.Lengths[^i] && from.Lengths[^i] != 1)
                return false;
        return true;
    }

    /// <summary>Turns an axis that may be negative (−1 is the innermost) into its position.</summary>
    public static int Axis(string operation, Shape shape, int axis)
    {
        int position = axis < 0 ? axis + shape.Rank : axis;
        if ((uint)position >= (uint)shape.Rank)
            throw new ShapeException($"{operation}: axis {axis} does not exist; the operand is {shape} with rank {shape.Rank}.");
        return position;
    }

    /// <summary>The axes as positions in ascending order; none given means all. A repeated axis is an error.</summary>
    public static int[] Axes(string operation, Shape shape, ReadOnlySpan<int> axes)
    {
        if (axes.Length == 0) return [.. Enumerable.Range(0, shape.Rank)];
        var positions = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++) positions[i] = Axis(operation, shape, axes[i]);
        Array.Sort(positions);
        for (int i = 1; i < positions.Length; i++)
            if (positions[i] == positions[i - 1])
                throw new ShapeException($"{operation}: axis {positions[i]} is named twice; the operand is {shape}.");
        return positions;
    }

    /// <summary>The shape with one axis replaced.</summary>
    public static Shape With(this Shape shape, int axis, int length)
    {
        Span<int> lengths = stackalloc int[shape.Rank];
        shape.Lengths.CopyTo(lengths);
        lengths[axis] = length;
        return Shape.Create(lengths);
    }

    /// <summary>Row-major strides, in elements.</summary>
    public static int[] Strides(this Shape shape)
    {
        var strides = new int[shape.Rank];
        int stride = 1;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape.Lengths[i];
        }
        return strides;
    }
}

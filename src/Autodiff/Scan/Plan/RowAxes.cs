namespace Autograd.Scan;

/// <summary>
/// Takes rows apart into axes, so that operands that are repeated along some of them, and sums over some, are part of fused passes:
/// [batch, n, 1] with [batch, n, m]. All passes over rows of one width have the same axes; what does not go with them runs as an operation
/// on rows.
/// </summary>
sealed class RowAxes
{
    // For each width the distances at which an axis begins: 1 for the last, and of the others each a multiple of the next.
    readonly Dictionary<int, SortedSet<int>> cuts = [];
    readonly int batch;

    public RowAxes(IEnumerable<StepValue> values, int batch)
    {
        this.batch = batch;
        foreach (var value in values)
        {
            if ((value.Operation is ElementwiseOperation || value.Form == OperationForm.Repetition) && HasRows(value.Shape))
            {
                foreach (var operand in value.Operands) Add(CutsOf(operand.Shape, value.Shape), value.Shape.ElementCount / batch);
            }
            else if (value.Form is OperationForm.AxisSum(> 0 and var first, var count) && HasRows(value.Operands[0].Shape))
            {
                var shape = value.Operands[0].Shape;
                if (first + count < shape.Rank) Add(CutsOf(Summed(shape, first, count), shape), shape.ElementCount / batch);
                else if (first > 1) Add([shape.Product(first, shape.Rank)], shape.ElementCount / batch);
            }
        }
    }

    /// <summary>The axes of rows of some width, the outermost first.</summary>
    public int[] Of(int width)
    {
        if (!cuts.TryGetValue(width, out var found)) return [width];
        var lengths = new List<int>();
        int end = width;
        foreach (int cut in found.Reverse())
        {
            lengths.Add(end / cut);
            end = cut;
        }
        lengths.Add(end);
        return [.. lengths];
    }

    /// <summary>Whether an operand goes with the axes of the rows of a shape.</summary>
    public bool Fits(Shape operand, Shape shape) =>
        CutsOf(operand, shape) is { } needed && cuts.TryGetValue(shape.ElementCount / batch, out var found) && found.IsSupersetOf(needed);

    /// <summary>The distances of an operand's elements along the axes of a row; 0 where it is repeated.</summary>
    public static int[] Strides(Shape operand, Shape shape, int[] axes)
    {
        var strides = new int[axes.Length];
        for (int i = axes.Length - 1, distance = 1; i >= 0; distance *= axes[i], i--) strides[i] = StrideAt(operand, shape, distance);
        return strides;
    }

    /// <summary>A shape after a sum that keeps the axes over which it goes.</summary>
    public static Shape Summed(Shape shape, int first, int count)
    {
        int[] lengths = [.. shape.Lengths];
        lengths.AsSpan(first, count).Fill(1);
        return Shape.Create(lengths);
    }

    // How far an operand goes on where the row goes on by some distance.
    static int StrideAt(Shape operand, Shape shape, int distance)
    {
        int size = 1, own = 1;
        for (int axis = shape.Rank - 1; axis > 0; axis--)
        {
            int length = LengthOf(operand, shape, axis);
            // Between two cuts an operand goes on evenly, also across the axes of its shape, whose lengths need not divide the distance.
            if (distance < size * shape[axis]) return length == 1 ? 0 : distance / (size / own);
            size *= shape[axis];
            own *= length;
        }
        return 0;
    }

    // Where an operand begins to be repeated, or ends; null where it does not broadcast along the axes within rows.
    SortedSet<int>? CutsOf(Shape operand, Shape shape)
    {
        if (operand.Rank > shape.Rank || (operand.Rank == shape.Rank && operand[0] != batch && operand[0] != 1)) return null;
        var found = new SortedSet<int>();
        bool? isRepeated = null;
        int distance = 1;
        for (int axis = shape.Rank - 1; axis > 0; axis--)
        {
            int length = LengthOf(operand, shape, axis);
            if (length != 1 && length != shape[axis]) return null;
            if (shape[axis] > 1)
            {
                bool isOne = length == 1;
                if (isRepeated is { } before && before != isOne) found.Add(distance);
                isRepeated = isOne;
            }
            distance *= shape[axis];
        }
        return found;
    }

    static int LengthOf(Shape operand, Shape shape, int axis) => axis - (shape.Rank - operand.Rank) is >= 0 and var own ? operand[own] : 1;

    // Cuts that do not divide each other are left to operations of their own.
    void Add(SortedSet<int>? added, int width)
    {
        if (added is null || added.Count == 0) return;
        var known = cuts.GetValueOrDefault(width) ?? [];
        SortedSet<int> all = [.. known, .. added];
        int before = 1;
        foreach (int cut in all.Append(width))
        {
            if (cut % before != 0) return;
            before = cut;
        }
        cuts[width] = all;
    }

    bool HasRows(Shape shape) => shape.Rank > 1 && shape[0] == batch && shape.ElementCount > 0;
}

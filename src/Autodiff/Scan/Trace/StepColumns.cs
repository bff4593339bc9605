using System.Numerics;

namespace Autograd.Scan;

/// <summary>Some columns of what many rows have at every step, <c>[rows, time, …]</c>, where they lie.</summary>
/// <param name="Steps">The whole.</param>
/// <param name="Start">The first column.</param>
/// <param name="Width">Number of columns.</param>
internal readonly record struct StepColumns(Tensor Steps, int Start, int Width)
{
    /// <summary>The first step that counts.</summary>
    public int First { get; init; }

    /// <summary>Number of steps, if not all.</summary>
    public int? Count { get; init; }

    /// <summary>For each row a matrix, sum[row] = Σ left[t, row]ᵀ · right[t, row] over the steps of the left one.</summary>
    /// <param name="left">Columns.</param>
    /// <param name="right">Columns of the same steps; those of the shorter one count.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="sum"><c>[rows, left columns, right columns]</c>.</param>
    /// <param name="accumulate">Whether it is added to what is there.</param>
    public static void AddProducts(StepColumns left, StepColumns right, int rows, Tensor sum, bool accumulate)
    {
        if (sum.ElementType == ElementType.Float32) AddProducts<float>(left, right, rows, sum, accumulate);
        else AddProducts<double>(left, right, rows, sum, accumulate);
    }

    static void AddProducts<T>(StepColumns left, StepColumns right, int rows, Tensor sum, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int size = left.Width * right.Width, steps = Math.Min(left.Number, right.Number);
        if (steps == 0)
        {
            if (!accumulate) Accumulation.Clear(sum);
            return;
        }
        ReadOnlySpan<T> l = left.Steps.ReadSpan<T>(), r = right.Steps.ReadSpan<T>();
        for (int row = 0; row < rows; row++)
            MatrixProduct.Multiply(
                l[left.Position(row)..], left.Columns, true, r[right.Position(row)..], right.Columns, false,
                sum.WriteSpan<T>().Slice(row * size, size), right.Width, left.Width, right.Width, steps, accumulate);
    }

    int Columns => Steps.Shape.Product(2, Steps.Rank);

    int Number => Count ?? Steps.Shape[1] - First;

    int Position(int row) => (row * Steps.Shape[1] + First) * Columns + Start;
}

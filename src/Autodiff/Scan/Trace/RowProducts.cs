using System.Numerics;

namespace Autograd.Scan;

/// <summary>What is multiplied with the columns of all steps: some columns of a tensor <c>[time, rows, …]</c>.</summary>
/// <param name="Steps">At all steps, or at all but the first if there is an initial value.</param>
/// <param name="Start">The first column.</param>
/// <param name="Width">Number of columns.</param>
/// <param name="Initial">At the first step, <c>[rows, …]</c>; null if it is among the others.</param>
sealed record StepColumns(Tensor Steps, int Start, int Width, Tensor? Initial);

/// <summary>
/// For each of many rows products over time, sum[row] = Σ left[t, row]ᵀ · right[t, row]. What belongs to a row is brought together once,
/// and is in the cache for all products.
/// </summary>
/// <param name="right">What stands on the right, <c>[time, rows, columns]</c>.</param>
/// <param name="lefts">What stands on the left.</param>
sealed class RowProducts(Tensor right, StepColumns[] lefts)
{
    readonly List<(int Left, int Start, int Width, bool IsTransposed, Tensor Sum)> products = [];

    int Time => right.Shape[0];

    int Rows => right.Shape[1];

    int Columns => right.Shape[2];

    /// <summary>Asks for the product of a left operand with some columns; transposed, if wanted.</summary>
    /// <returns>Memory that <see cref="Form"/> fills.</returns>
    public Tensor Add(int left, int start, int width, bool isTransposed)
    {
        int other = lefts[left].Width;
        int[] matrix = isTransposed ? [width, other] : [other, width];
        var sum = Dispatcher.AllocateUnpooled(right.ElementType, [Rows, .. matrix]);
        products.Add((left, start, width, isTransposed, sum));
        return sum;
    }

    /// <summary>Forms all products.</summary>
    public void Form()
    {
        if (right.ElementType == ElementType.Float32) Form<float>();
        else Form<double>();
    }

    void Form<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rightRow = new T[Time * Columns];
        var leftRows = Array.ConvertAll(lefts, left => new T[Time * left.Width]);
        for (int row = 0; row < Rows; row++)
        {
            for (int t = 0; t < Time; t++)
                right.ReadSpan<T>().Slice((t * Rows + row) * Columns, Columns).CopyTo(rightRow.AsSpan(t * Columns));
            for (int i = 0; i < lefts.Length; i++) Gather(lefts[i], row, leftRows[i]);
            foreach (var (left, start, width, isTransposed, sum) in products)
            {
                var (other, size) = (lefts[left].Width, width * lefts[left].Width);
                var target = sum.WriteSpan<T>().Slice(row * size, size);
                if (isTransposed)
                    MatrixProduct.Multiply<T>(
                        rightRow.AsSpan(start), Columns, true, leftRows[left], other, false, target, other, width, other, Time, false);
                else
                    MatrixProduct.Multiply<T>(
                        leftRows[left], other, true, rightRow.AsSpan(start), Columns, false, target, width, other, width, Time, false);
            }
        }
    }

    void Gather<T>(StepColumns left, int row, Span<T> target)
        where T : unmanaged
    {
        int columns = left.Steps.Shape.Product(2, left.Steps.Rank), first = 0;
        if (left.Initial is { } initial)
        {
            initial.ReadSpan<T>().Slice(row * left.Width, left.Width).CopyTo(target);
            first = 1;
        }
        for (int t = first; t < Time; t++)
            left.Steps.ReadSpan<T>().Slice(((t - first) * Rows + row) * columns + left.Start, left.Width)
                .CopyTo(target[(t * left.Width)..]);
    }
}

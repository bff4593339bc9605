using System.Runtime.InteropServices;

namespace Autograd;

/// <summary>
/// A fixed matrix of which only the nonzero elements are stored, column by column: for random recurrent weights, most of which are 0.
/// <see cref="Functions.SparseProduct"/> multiplies by it. It does not change and has no gradient.
/// </summary>
public sealed class SparseMatrix
{
    readonly int[] starts, rows;
    readonly double[] elements;
    readonly float[] singles;
    readonly Lazy<SparseMatrix> transposed;

    /// <summary>Stores the elements of a matrix that are not 0, NaN included.</summary>
    /// <param name="matrix"><c>[rows, columns]</c>, of either element type.</param>
    /// <exception cref="ShapeException">The tensor is not a matrix.</exception>
    public SparseMatrix(Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Rank != 2) throw new ShapeException($"SparseMatrix: a matrix is needed, this is {matrix.Shape}.");
        Rows = matrix.Shape[0];
        Columns = matrix.Shape[1];
        (starts, rows, elements) = ByColumn(Columns, NotZero(matrix.ToDoubles(), Columns));
        singles = Array.ConvertAll(elements, element => (float)element);
        transposed = new(() => new SparseMatrix(this));
    }

    SparseMatrix(SparseMatrix other)
    {
        Rows = other.Columns;
        Columns = other.Rows;
        (starts, rows, elements) = ByColumn(Columns, other.All().Select(one => (Row: one.Column, Column: one.Row, one.Element)));
        singles = Array.ConvertAll(elements, element => (float)element);
        transposed = new(other);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Number of elements that are not 0.</summary>
    public int Count => rows.Length;

    /// <summary>The transpose; computed once.</summary>
    public SparseMatrix Transpose() => transposed.Value;

    /// <summary>The whole matrix, <c>[rows, columns]</c> in double.</summary>
    public Tensor ToTensor()
    {
        double[] all = new double[checked(Rows * Columns)];
        foreach (var (row, column, element) in All()) all[row * Columns + column] = element;
        return Tensor.Own(all, [Rows, Columns]);
    }

    /// <summary>Whether another matrix has the same elements, bit for bit, at the same places.</summary>
    internal bool IsSameAs(SparseMatrix other) => other == this
        || (Rows == other.Rows && starts.AsSpan().SequenceEqual(other.starts) && rows.AsSpan().SequenceEqual(other.rows)
            && MemoryMarshal.AsBytes(elements.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(other.elements.AsSpan())));

    /// <summary>Where the elements of each column begin, and where the last ends.</summary>
    internal ReadOnlySpan<int> Starts => starts;

    /// <summary>The row of each element.</summary>
    internal ReadOnlySpan<int> RowOf => rows;

    /// <summary>The elements, in either type.</summary>
    internal ReadOnlySpan<T> Elements<T>()
        where T : unmanaged
        => (T[])(object)(typeof(T) == typeof(float) ? singles : elements);

    static IEnumerable<(int Row, int Column, double Element)> NotZero(double[] all, int columns)
    {
        for (int i = 0; i < all.Length; i++)
            if (all[i] != 0) yield return (i / columns, i % columns, all[i]);
    }

    IEnumerable<(int Row, int Column, double Element)> All()
    {
        for (int column = 0; column < Columns; column++)
            for (int i = starts[column]; i < starts[column + 1]; i++) yield return (rows[i], column, elements[i]);
    }

    // Within a column they keep their order.
    static (int[] Starts, int[] Rows, double[] Elements) ByColumn(
        int columns, IEnumerable<(int Row, int Column, double Element)> given)
    {
        (int Row, int Column, double Element)[] all = [.. given];
        int[] starts = new int[columns + 1], rows = new int[all.Length];
        double[] elements = new double[all.Length];
        foreach (var one in all) starts[one.Column + 1]++;
        for (int column = 0; column < columns; column++) starts[column + 1] += starts[column];
        int[] next = starts[..columns];
        foreach (var (row, column, element) in all)
        {
            int place = next[column]++;
            (rows[place], elements[place]) = (row, element);
        }
        return (starts, rows, elements);
    }
}

using System.Runtime.InteropServices;

namespace Autograd;

/// <summary>
/// A fixed matrix of which only the elements that are not 0 are kept, column by column: for random recurrent weights of which most are 0.
/// <see cref="Functions.SparseProduct"/> multiplies by it. It does not change and has no gradient.
/// </summary>
public sealed class SparseMatrix
{
    readonly int[] starts, rows;
    readonly double[] elements;
    readonly float[] singles;
    readonly Lazy<SparseMatrix> transposed;

    /// <summary>Keeps the elements of a matrix that are not 0; a NaN is none.</summary>
    /// <param name="matrix"><c>[rows, columns]</c>, of either element type.</param>
    /// <exception cref="ShapeException">It is no matrix.</exception>
    public SparseMatrix(Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Rank != 2) throw new ShapeException($"SparseMatrix: a matrix is needed, this is {matrix.Shape}.");
        double[] all = matrix.ToDoubles();
        (Rows, Columns) = (matrix.Shape[0], matrix.Shape[1]);
        starts = new int[Columns + 1];
        var (places, values) = (new List<int>(), new List<double>());
        for (int column = 0; column < Columns; column++)
        {
            for (int row = 0; row < Rows; row++)
            {
                if (all[row * Columns + column] is not (var element and not 0)) continue;
                places.Add(row);
                values.Add(element);
            }
            starts[column + 1] = places.Count;
        }
        (rows, elements) = ([.. places], [.. values]);
        singles = Array.ConvertAll(elements, element => (float)element);
        transposed = new(() => new SparseMatrix(this));
    }

    SparseMatrix(SparseMatrix other)
    {
        (Rows, Columns) = (other.Columns, other.Rows);
        starts = new int[Columns + 1];
        foreach (int row in other.rows) starts[row + 1]++;
        for (int column = 0; column < Columns; column++) starts[column + 1] += starts[column];
        (rows, elements, singles) = (new int[other.Count], new double[other.Count], new float[other.Count]);
        int[] next = starts[..Columns];
        for (int column = 0; column < other.Columns; column++)
            for (int i = other.starts[column]; i < other.starts[column + 1]; i++)
            {
                int place = next[other.rows[i]]++;
                (rows[place], elements[place], singles[place]) = (column, other.elements[i], other.singles[i]);
            }
        transposed = new(other);
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Number of elements that are not 0.</summary>
    public int Count => rows.Length;

    /// <summary>Rows and columns exchanged; made once.</summary>
    public SparseMatrix Transpose() => transposed.Value;

    /// <summary>The whole matrix, <c>[rows, columns]</c> in double.</summary>
    public Tensor ToTensor()
    {
        double[] all = new double[checked(Rows * Columns)];
        for (int column = 0; column < Columns; column++)
            for (int i = starts[column]; i < starts[column + 1]; i++) all[rows[i] * Columns + column] = elements[i];
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
}

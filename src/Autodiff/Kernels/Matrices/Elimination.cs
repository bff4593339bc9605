using System.Numerics.Tensors;

namespace Autograd.Kernels;

/// <summary>Gaussian elimination with exchanges of rows: the factors P·A = L·U of a square matrix (Golub and Van Loan, section
/// 3.4).</summary>
sealed class Elimination
{
    readonly double[] factors;
    readonly int[] order;
    readonly int n;

    /// <summary>Factors a matrix, row by row in memory.</summary>
    public Elimination(ReadOnlySpan<double> matrix, int size)
    {
        factors = matrix.ToArray();
        n = size;
        order = [.. Enumerable.Range(0, n)];
        for (int column = 0; column < n && SingularColumn < 0; column++) Eliminate(column);
    }

    /// <summary>A column that depends on those before, to the last bit; −1 where there is none.</summary>
    public int SingularColumn { get; private set; } = -1;

    /// <summary>log |det A|.</summary>
    public double LogDeterminant
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < n; i++) sum += Elementary.Log(Math.Abs(factors[i * n + i]));
            return sum;
        }
    }

    /// <summary>x of A·x = b, for every column of b.</summary>
    public void Solve(ReadOnlySpan<double> right, Span<double> x, int columns)
    {
        for (int i = 0; i < n; i++) right.Slice(order[i] * columns, columns).CopyTo(x[(i * columns)..]);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                Subtract(x, i, j, factors[i * n + j], columns);
        for (int i = n - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < n; j++) Subtract(x, i, j, factors[i * n + j], columns);
            var row = x.Slice(i * columns, columns);
            TensorPrimitives.Divide(row, factors[i * n + i], row);
        }
    }

    static void Subtract(Span<double> x, int from, int other, double factor, int columns)
    {
        if (factor == 0) return;
        var row = x.Slice(from * columns, columns);
        TensorPrimitives.MultiplyAdd(x.Slice(other * columns, columns), -factor, row, row);
    }

    void Eliminate(int column)
    {
        int pivot = column;
        for (int i = column + 1; i < n; i++)
            if (Math.Abs(factors[i * n + column]) > Math.Abs(factors[pivot * n + column]))
                pivot = i;
        double largest = factors[pivot * n + column];
        if (largest == 0)
        {
            SingularColumn = column;
            return;
        }
        if (pivot != column) Exchange(pivot, column);
        var top = factors.AsSpan(column * n, n);
        for (int i = column + 1; i < n; i++)
        {
            var row = factors.AsSpan(i * n, n);
            double factor = row[column] /= largest;
            if (factor != 0) TensorPrimitives.MultiplyAdd(top[(column + 1)..], -factor, row[(column + 1)..], row[(column + 1)..]);
        }
    }

    void Exchange(int first, int second)
    {
        (order[first], order[second]) = (order[second], order[first]);
        for (int j = 0; j < n; j++) (factors[first * n + j], factors[second * n + j]) = (factors[second * n + j], factors[first * n + j]);
    }
}

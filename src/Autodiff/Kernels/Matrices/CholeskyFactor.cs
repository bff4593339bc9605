using System.Numerics.Tensors;

namespace Autograd.Kernels;

/// <summary>The lower triangle L of a positive definite matrix L·Lᵀ, by its lower triangle (Golub and Van Loan, section 4.2).</summary>
static class CholeskyFactor
{
    /// <summary>
    /// Fills the factor. Returns the number of a pivot that is not above 0, and what it is; −1 where there is none.
    /// </summary>
    public static (int Pivot, double Value) Fill(ReadOnlySpan<double> matrix, Span<double> factor, int n)
    {
        factor.Clear();
        // Row by row: L[i, j] needs the scalar product of what is done of the rows i and j.
        for (int i = 0; i < n; i++)
        {
            var row = factor.Slice(i * n, i + 1);
            matrix.Slice(i * n, i + 1).CopyTo(row);
            for (int j = 0; j < i; j++)
                row[j] = (row[j] - LaneSum.OfProducts<double>(row[..j], factor.Slice(j * n, j))) / factor[j * n + j];
            double pivot = row[i] - LaneSum.OfSquares<double>(row[..i]);
            if (!(pivot > 0)) return (i, pivot);
            row[i] = Math.Sqrt(pivot);
        }
        return (-1, 0);
    }

    /// <summary>
    /// What the least eigenvalue of the matrix is not below, by a factor of n at most: 1/‖L⁻¹‖², over all elements. A small one need not
    /// show in any pivot.
    /// </summary>
    public static double LeastEigenvalue(ReadOnlySpan<double> factor, int n)
    {
        double[] column = new double[n];
        double squares = 0;
        for (int start = 0; start < n; start++)
        {
            Array.Clear(column);
            for (int i = start; i < n; i++)
            {
                double known = LaneSum.OfProducts(factor.Slice(i * n + start, i - start), column.AsSpan(start, i - start));
                column[i] = ((i == start ? 1 : 0) - known) / factor[i * n + i];
            }
            squares += LaneSum.OfSquares<double>(column);
        }
        return 1 / squares;
    }
}

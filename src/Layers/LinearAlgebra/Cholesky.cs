using System.Numerics.Tensors;

namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    /// <summary>Solves <c>matrix · x = right</c> for a symmetric positive definite matrix, by its Cholesky factor L·Lᵀ.</summary>
    /// <param name="matrix">Symmetric and positive definite, <c>[n, n]</c>; its lower triangle is read.</param>
    /// <param name="right">Right sides, <c>[n, m]</c>.</param>
    /// <returns>x in double, <c>[n, m]</c>.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentException">The matrix is not positive definite to working precision, or an element is not
    /// finite.</exception>
    public static Tensor SolvePositiveDefinite(Tensor matrix, Tensor right)
    {
        int n = Square(nameof(SolvePositiveDefinite), matrix);
        var (rows, columns) = Matrix(nameof(SolvePositiveDefinite), nameof(right), right);
        if (rows != n) throw new ShapeException($"SolvePositiveDefinite: the matrix is {matrix.Shape}, right is {right.Shape}; {n} and {rows} must be equal.");
        double[] factor = FiniteElements(nameof(SolvePositiveDefinite), matrix);
        Factor(factor, n);
        // One row for each right side, so that each is solved along memory.
        double[] x = Transposed(FiniteElements(nameof(SolvePositiveDefinite), right), n, columns);
        for (int i = 0; i < columns; i++)
        {
            SubstituteForward(factor, x.AsSpan(i * n, n));
            SubstituteBackward(factor, x.AsSpan(i * n, n));
        }
        return Tensor.From(Transposed(x, columns, n), [n, columns]);
    }

    // Row by row: L[i, j] needs the scalar product of what is done of the rows i and j.
    static void Factor(double[] matrix, int n)
    {
        for (int i = 0; i < n; i++)
        {
            var row = matrix.AsSpan(i * n, i + 1);
            double original = row[i];
            for (int j = 0; j < i; j++)
                row[j] = (row[j] - TensorPrimitives.Dot<double>(row[..j], matrix.AsSpan(j * n, j))) / matrix[j * n + j];
            double pivot = row[i] - TensorPrimitives.SumOfSquares<double>(row[..i]);
            if (!(pivot > 0))
                throw new ArgumentException(FormattableString.Invariant(
                    $"Cholesky: the matrix [{n}, {n}] is not positive definite: pivot {i} is {pivot:G3} where the diagonal is {original:G3}. In a regression raise the ridge."));
            row[i] = Math.Sqrt(pivot);
        }
    }

    static void SubstituteForward(double[] factor, Span<double> x)
    {
        int n = x.Length;
        for (int i = 0; i < n; i++) x[i] = (x[i] - TensorPrimitives.Dot<double>(factor.AsSpan(i * n, i), x[..i])) / factor[i * n + i];
    }

    static void SubstituteBackward(double[] factor, Span<double> x)
    {
        int n = x.Length;
        for (int i = n - 1; i >= 0; i--)
        {
            x[i] /= factor[i * n + i];
            TensorPrimitives.MultiplyAdd(factor.AsSpan(i * n, i), -x[i], x[..i], x[..i]);
        }
    }

    static double[] Transposed(double[] matrix, int rows, int columns)
    {
        var result = new double[matrix.Length];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                result[j * rows + i] = matrix[i * columns + j];
        return result;
    }
}

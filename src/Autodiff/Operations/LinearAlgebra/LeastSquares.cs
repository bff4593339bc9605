namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// Ridge regression in closed form: the x that minimises Σ‖matrix · x − right‖² + ridge·‖x‖², which is (AᵀA + ridge·I)⁻¹ · Aᵀ · right
    /// (Hoerl and Kennard 1970), over any leading axes. For a bias, add a column of ones; its weight is shrunk like the others.
    /// <para>
    /// Two Cholesky factorisations are used: the first, with a shift, is a preconditioner that makes the columns nearly orthogonal; the
    /// second solves (Fukaya, Kannan, Nakatsukasa, Yamamoto and Yanagisawa 2020). The condition number of A is thus not squared, and ridges
    /// far below ε·‖AᵀA‖ make sense. The result does not depend on the preconditioner, so slopes treat it as constant.
    /// </para>
    /// </summary>
    /// <param name="matrix">A, <c>[…, samples, n]</c>.</param>
    /// <param name="right">Right sides, <c>[…, samples, m]</c>.</param>
    /// <param name="ridge">Weight of the penalty, at least 0; not divided by the number of samples.</param>
    /// <returns>x, <c>[…, n, m]</c>.</returns>
    /// <exception cref="ShapeException">The numbers of samples differ, or there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The ridge is negative or not finite.</exception>
    /// <exception cref="MatrixException">
    /// With this ridge, the columns are linearly dependent to working precision, or an element is not finite.
    /// </exception>
    public static Tensor LeastSquares(Tensor matrix, Tensor right, double ridge = 0)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(right);
        if (matrix.Rank < 2 || right.Rank < 2 || matrix.Shape[^2] != right.Shape[^2] || matrix.Shape[^2] == 0)
            throw new ShapeException(
                $"LeastSquares: the matrix is {ShapeRules.Text(matrix)}, right is {ShapeRules.Text(right)}; both need the same number of "
                + "rows, at least one.");
        Require.NotNegative(nameof(LeastSquares), nameof(ridge), ridge);
        var (a, b) = Matrices.SameBatch(nameof(LeastSquares), Recorder.Actual(matrix), right);
        int samples = a.Shape[^2];
        // The penalty is as many more samples: rows √ridge·I with right sides 0.
        var penalty = BroadcastTo(
            Math.Sqrt(ridge) * Tensor.Identity(a.Shape[^1], a.ElementType), a.Shape.With(a.Rank - 2, a.Shape[^1]));
        var all = Concatenate(-2, a, penalty);
        // Scaled, so that no product of elements underflows or overflows, and no column is small beside the others.
        var scale = Scale(all);
        var columns = Matrices.Transposed(all / scale);
        var factor = Preconditioner(StopGradient(columns));
        var nearlyOrthogonal = TriangularSolve(factor, columns);
        var projected = MatMul(Slice(nearlyOrthogonal, -1, 0, samples), b);
        // Near the identity unless the columns are dependent, where nothing but roundings is left of some.
        var second = CholeskyOperation.Apply(
            MatMul(nearlyOrthogonal, nearlyOrthogonal, transposeRight: true), nameof(LeastSquares), limit: 4 * Rounding(all));
        var inner = TriangularSolve(second, TriangularSolve(second, projected), transposed: true);
        return TriangularSolve(factor, inner, transposed: true) / Matrices.Transposed(scale);
    }

    // The largest magnitude in each column, [..., 1, n]; 1 where that is 0.
    static Tensor Scale(Tensor x)
    {
        if (x.ElementCount == 0) return Tensor.Ones([1, 1], x.ElementType);
        var largest = Max(Abs(StopGradient(x)), -2);
        largest = Reshape(largest, x.Shape.With(x.Rank - 2, 1).Lengths);
        return Where(largest, largest, 1.0);
    }

    // Of products of the columns, relative to their squares.
    static double Rounding(Tensor x) =>
        x.ElementType.Epsilon() * (Math.Sqrt(Math.Max(x.Shape[^1], x.Shape[^2])) + Math.Min(x.Shape[^1], x.Shape[^2]));

    static Tensor Preconditioner(Tensor columns)
    {
        var gram = MatMul(columns, columns, transposeRight: true);
        var trace = Sum(Matrices.Diagonal(gram), -1);
        // A bound of what rounding can take from the smallest eigenvalue; the trace bounds the largest.
        var shift = Rounding(columns) * trace + (columns.ElementType == ElementType.Float32 ? float.Epsilon : double.Epsilon);
        var shifted = gram + Reshape(shift, [.. shift.Shape.Lengths, 1, 1]) * Matrices.IdentityLike(gram);
        return CholeskyOperation.Apply(shifted, nameof(LeastSquares));
    }
}

using static System.FormattableString;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The lower triangle L with L · Lᵀ = matrix, of positive definite matrices <c>[…, n, n]</c>. The symmetric part, ½(matrix +
        /// matrixᵀ), is factored, and the slopes refer to it. Slope (Murray 2016, equation 10): the symmetric part of L⁻ᵀ · Φ(Lᵀ ·
        /// cotangent) · L⁻¹, where Φ takes the lower triangle with half of the diagonal.
        /// </summary>
        /// <exception cref="ShapeException">The matrix is not square.</exception>
        /// <exception cref="MatrixException">A matrix is not positive definite to working precision, or an element is not
        /// finite.</exception>
        public static Tensor Cholesky(Tensor matrix)
        {
            Matrices.CheckSquare(nameof(Cholesky), matrix);
            return CholeskyOperation.Apply(matrix, nameof(Cholesky));
        }

        /// <summary>
        /// The x with matrix · x = right for positive definite matrices, by <see cref="Cholesky"/>: half the work of <see cref="Solve"/>,
        /// and
        /// an error where the matrix is indefinite.
        /// </summary>
        /// <param name="matrix">Positive definite, <c>[…, n, n]</c>; its symmetric part counts.</param>
        /// <param name="right">Right sides, <c>[…, n, m]</c>.</param>
        /// <exception cref="ShapeException">The shapes do not fit.</exception>
        /// <exception cref="MatrixException">A matrix is not positive definite to working precision, or an element is not
        /// finite.</exception>
        public static Tensor SolvePositiveDefinite(Tensor matrix, Tensor right)
        {
            Matrices.CheckSquare(nameof(SolvePositiveDefinite), matrix);
            Matrices.CheckRight(nameof(SolvePositiveDefinite), matrix, right);
            var factor = CholeskyOperation.Apply(matrix, nameof(SolvePositiveDefinite));
            return TriangularSolve(factor, TriangularSolve(factor, right), transposed: true);
        }
    }
}

namespace Autograd.Operations
{
    /// <summary>Of a symmetric operand whose eigenvalues have to be above a limit.</summary>
    sealed class CholeskyOperation(string caller, double limit) : MatrixOperation
    {
        readonly double limit = limit;

        public override string Name => nameof(Functions.Cholesky);

        public override string Caller => caller;

        public static Tensor Apply(Tensor matrix, string caller, double limit = 0) =>
            Dispatcher.Apply(new CholeskyOperation(caller, limit), Matrices.Symmetric(matrix));

        public override bool IsSameAs(RecordedOperation other) => other is CholeskyOperation same && limit.Equals(same.limit);

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
        {
            var inner = Matrices.HalfLower(Functions.MatMul(call.Result, cotangent, transposeLeft: true));
            return Matrices.Symmetric(BetweenInverses(call.Result, inner, transposed: true));
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
            Functions.MatMul(call.Result, Matrices.HalfLower(BetweenInverses(call.Result, tangents[0]!, transposed: false)));

        protected override void Compute(MatrixOfBatch matrix, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> result)
        {
            matrix.CheckFinite(first);
            var (pivot, value) = CholeskyFactor.Fill(first, result, matrix.Rows);
            if (pivot >= 0)
                throw matrix.Error(
                    Invariant($"is not positive definite: pivot {pivot} is {value:G3} where the diagonal is ")
                    + Invariant($"{first[pivot * matrix.Rows + pivot]:G3}; in a regression raise the ridge"));
            if (limit > 0 && CholeskyFactor.LeastEigenvalue(result, matrix.Rows) is var least && !(least > limit))
                throw matrix.Error(
                    Invariant($"is not positive definite to working precision: its least eigenvalue may be as small as {least:G3}, where ")
                    + Invariant($"roundings are {limit:G3}; raise the ridge"));
        }

        // L⁻¹ · x · L⁻ᵀ, or L⁻ᵀ · x · L⁻¹.
        static Tensor BetweenInverses(Tensor factor, Tensor x, bool transposed)
        {
            var left = TriangularSolveOperation.Apply(factor, x, upper: false, transposed);
            return Matrices.Transposed(TriangularSolveOperation.Apply(factor, Matrices.Transposed(left), upper: false, transposed));
        }
    }
}

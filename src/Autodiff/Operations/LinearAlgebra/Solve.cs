namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The x with matrix · x = right, by elimination with row exchanges: <c>[…, n, n]</c> and <c>[…, n, m]</c> give <c>[…, n, m]</c>,
        /// leading axes broadcast. Computed in double, whatever the element type. Slopes (Giles 2008, section 2.3.1): that of right is s =
        /// matrix⁻ᵀ · cotangent, that of the matrix −s · xᵀ. A nearly singular matrix gives numbers as large as its inverse.
        /// </summary>
        /// <param name="matrix">Any nonsingular matrices.</param>
        /// <param name="right">Right-hand sides, one per column. NaN and infinities in them propagate.</param>
        /// <exception cref="ShapeException">The matrix is not square, or the shapes do not fit.</exception>
        /// <exception cref="MatrixException">A matrix is singular, or an element of it is not finite.</exception>
        public static Tensor Solve(Tensor matrix, Tensor right)
        {
            Matrices.CheckSquare(nameof(Solve), matrix);
            Matrices.CheckRight(nameof(Solve), matrix, right);
            var (a, b) = Matrices.SameBatch(nameof(Solve), matrix, right);
            return SolveOperation.Apply(a, b, transposed: false);
        }

        /// <summary>
        /// The inverse matrices, <c>[…, n, n]</c>: <see cref="Solve"/> for the identity. For solving a system, it is slower and less
        /// accurate.
        /// </summary>
        /// <exception cref="ShapeException">The matrix is not square.</exception>
        /// <exception cref="MatrixException">A matrix is singular, or an element is not finite.</exception>
        public static Tensor Inverse(Tensor matrix)
        {
            Matrices.CheckSquare(nameof(Inverse), matrix);
            matrix = Recorder.Actual(matrix);
            return SolveOperation.Apply(matrix, Matrices.IdentityLike(matrix), transposed: false);
        }
    }
}

namespace Autograd.Operations
{
    sealed class SolveOperation(bool transposed) : MatrixOperation
    {
        static readonly SolveOperation Plain = new(false), OfTransposed = new(true);

        public override string Name => nameof(Functions.Solve);

        public bool IsTransposed => transposed;

        /// <summary>For operands of the same leading axes.</summary>
        public static Tensor Apply(Tensor matrix, Tensor right, bool transposed) =>
            Dispatcher.Apply(transposed ? OfTransposed : Plain, matrix, right);

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[1].Shape;

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
        {
            var right = Apply(call[0], cotangents[0]!, !transposed);
            var (left, other) = transposed ? (call.Result, right) : (right, call.Result);
            if (into.Wants(0)) into.Add(0, -Functions.MatMul(left, other, transposeRight: true));
            if (into.Wants(1)) into.Add(1, right);
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            var right = tangents[1];
            if (tangents[0] is { } matrix)
            {
                var moved = Functions.MatMul(matrix, call.Result, transposeLeft: transposed);
                right = right is null ? -moved : right - moved;
            }
            return Apply(call[0], right!, transposed);
        }

        protected override void Compute(MatrixOfBatch matrix, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> result)
        {
            int n = matrix.Rows;
            matrix.CheckFinite(first);
            if (n == 0 || result.IsEmpty) return;
            var elimination = new Elimination(transposed ? Transposed(first, n) : first, n);
            if (elimination.SingularColumn >= 0)
                throw matrix.Error(
                    FormattableString.Invariant($"is singular: its column {elimination.SingularColumn} depends on those before"));
            elimination.Solve(second, result, result.Length / n);
        }

        static double[] Transposed(ReadOnlySpan<double> matrix, int n)
        {
            var result = new double[n * n];
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    result[j * n + i] = matrix[i * n + j];
            return result;
        }
    }
}

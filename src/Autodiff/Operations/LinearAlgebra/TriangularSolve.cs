namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The x with triangle · x = right, or with triangleᵀ · x = right, by substitution. The other half of the matrix is not read and
        /// has no gradient. Slopes are those of <see cref="Solve"/>, restricted to the triangle.
        /// </summary>
        /// <param name="triangle">Matrices, <c>[…, n, n]</c>.</param>
        /// <param name="right">Right sides, <c>[…, n, m]</c>; leading axes broadcast.</param>
        /// <param name="upper">Whether the upper triangle is used; the lower one by default.</param>
        /// <param name="transposed">Whether the transposed triangle stands on the left side.</param>
        /// <exception cref="ShapeException">The matrix is not square, or the shapes do not fit.</exception>
        /// <exception cref="MatrixException">An element of the diagonal is 0, or one of the triangle is not finite.</exception>
        public static Tensor TriangularSolve(Tensor triangle, Tensor right, bool upper = false, bool transposed = false)
        {
            Matrices.CheckSquare(nameof(TriangularSolve), triangle);
            Matrices.CheckRight(nameof(TriangularSolve), triangle, right);
            var (a, b) = Matrices.SameBatch(nameof(TriangularSolve), triangle, right);
            return TriangularSolveOperation.Apply(a, b, upper, transposed);
        }
    }
}

namespace Autograd.Operations
{
    sealed class TriangularSolveOperation(bool upper, bool transposed) : MatrixOperation
    {
        readonly bool upper = upper;
        readonly bool transposed = transposed;

        public override string Name => nameof(Functions.TriangularSolve);

        public (bool IsUpper, bool IsTransposed) Sides => (upper, transposed);

        /// <summary>For operands of the same leading axes.</summary>
        public static Tensor Apply(Tensor triangle, Tensor right, bool upper, bool transposed) =>
            Dispatcher.Apply(new TriangularSolveOperation(upper, transposed), triangle, right);

        public override bool IsSameAs(RecordedOperation other) =>
            other is TriangularSolveOperation same && (upper, transposed) == (same.upper, same.transposed);

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[1].Shape;

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
        {
            var right = Apply(call[0], cotangents[0]!, upper, !transposed);
            var (left, other) = transposed ? (call.Result, right) : (right, call.Result);
            if (into.Wants(0)) into.Add(0, -Triangle(Functions.MatMul(left, other, transposeRight: true)));
            if (into.Wants(1)) into.Add(1, right);
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            var right = tangents[1];
            if (tangents[0] is { } triangle)
            {
                var moved = Functions.MatMul(Triangle(triangle), call.Result, transposeLeft: transposed);
                right = right is null ? -moved : right - moved;
            }
            return Apply(call[0], right!, upper, transposed);
        }

        protected override void Compute(MatrixOfBatch matrix, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> result)
        {
            int n = matrix.Rows;
            for (int i = 0; i < n; i++)
            {
                if (first[i * n + i] == 0)
                    throw matrix.Error(FormattableString.Invariant($"is singular: element {i} of its diagonal is 0"));
                matrix.CheckFinite(upper ? first.Slice(i * n + i, n - i) : first.Slice(i * n, i + 1));
            }
            if (n > 0) TriangularSystem.Solve(first, second, result, (n, result.Length / n), upper, transposed);
        }

        Tensor Triangle(Tensor x) => upper ? Matrices.Upper(x) : Matrices.Lower(x);
    }
}

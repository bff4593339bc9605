namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// matrix = Q · R by reflections (Householder 1958), where the columns of Q are orthonormal and R is an upper triangle whose
        /// diagonal is not negative: of <c>[…, m, n]</c> with m ≥ n, Q is <c>[…, m, n]</c> and R <c>[…, n, n]</c>. Slopes: Walter and
        /// Lehmann 2010; they exist where the columns are linearly independent; elsewhere, a <see cref="MatrixException"/> is thrown.
        /// </summary>
        /// <exception cref="ShapeException">The tensor is not a matrix, or has fewer rows than columns.</exception>
        /// <exception cref="MatrixException">An element is not finite.</exception>
        public static (Tensor Q, Tensor R) Qr(Tensor matrix)
        {
            ArgumentNullException.ThrowIfNull(matrix);
            if (matrix.Rank < 2 || matrix.Shape[^2] < matrix.Shape[^1])
                throw new ShapeException(
                    $"Qr: the matrix is {ShapeRules.Text(matrix)}; [..., m, n] with at least as many rows as columns is needed.");
            return QrOperation.Parts(Dispatcher.Apply(QrOperation.Instance, matrix), matrix.Shape[^2]);
        }
    }
}

namespace Autograd.Operations
{
    /// <summary>Both factors as one result, Q above R.</summary>
    sealed class QrOperation : MatrixOperation
    {
        public static readonly QrOperation Instance = new();

        public override string Name => nameof(Functions.Qr);

        public static (Tensor Q, Tensor R) Parts(Tensor both, int rows) =>
            (Functions.Slice(both, -2, 0, rows), Functions.Slice(both, -2, rows, both.Shape[^1]));

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            return shape.With(shape.Rank - 2, shape[^2] + shape[^1]);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
        {
            var (q, r) = Parts(call.Result, call[0].Shape[^2]);
            var (ofQ, ofR) = Parts(cotangent, call[0].Shape[^2]);
            // Below its diagonal R is 0 and stays it.
            var m = Functions.MatMul(r, Matrices.Upper(ofR), transposeRight: true) - Functions.MatMul(ofQ, q, transposeLeft: true);
            var symmetric = Matrices.Lower(m) + Matrices.Transposed(Matrices.Lower(m, strict: true));
            return TimesInverse(ofQ + Functions.MatMul(q, symmetric), r, transposed: true);
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            var (q, r) = Parts(call.Result, call[0].Shape[^2]);
            var moved = TimesInverse(tangents[0]!, r, transposed: false);
            var inner = Functions.MatMul(q, moved, transposeLeft: true);
            // Without the rotation of Q in its own space, which is skew, an upper triangle is left.
            var lower = Matrices.Lower(inner, strict: true);
            var triangle = inner - lower + Matrices.Transposed(lower);
            return Functions.Concatenate(-2, moved - Functions.MatMul(q, triangle), Functions.MatMul(triangle, r));
        }

        protected override void Compute(MatrixOfBatch matrix, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> result)
        {
            matrix.CheckFinite(first);
            int m = matrix.Rows, n = matrix.Columns;
            if (n > 0) Reflections.Fill(first, result[..(m * n)], result[(m * n)..], m, n);
        }

        // x · R⁻¹ or x · R⁻ᵀ.
        static Tensor TimesInverse(Tensor x, Tensor r, bool transposed) =>
            Matrices.Transposed(TriangularSolveOperation.Apply(r, Matrices.Transposed(x), upper: true, !transposed));
    }
}

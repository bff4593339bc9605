namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Eigenvalues and eigenvectors of symmetric matrices <c>[…, n, n]</c>: matrix · vectors = vectors · diag(values), with the values
        /// <c>[…, n]</c> in ascending order and the vectors as columns of an orthogonal <c>[…, n, n]</c>, the largest component of each
        /// positive. The symmetric part, ½(matrix + matrixᵀ), is used.
        /// <para>
        /// Slopes (Giles 2008, section 3.1): of a value v·vᵀ; those of vectors divide by differences of the values. Where values are equal,
        /// their vectors are not determined, and what depends on them has infinite or NaN slopes; sums over all of the equal values have
        /// correct slopes, to first order.
        /// </para>
        /// </summary>
        /// <exception cref="ShapeException">The matrix is not square.</exception>
        /// <exception cref="MatrixException">An element is not finite.</exception>
        public static (Tensor Values, Tensor Vectors) SymmetricEigen(Tensor matrix)
        {
            Matrices.CheckSquare(nameof(SymmetricEigen), matrix);
            return SymmetricEigenOperation.Parts(SymmetricEigenOperation.Apply(matrix, nameof(SymmetricEigen)));
        }

        /// <summary>
        /// The singular values of matrices, <c>[…, m, n]</c> to <c>[…, min(m, n)]</c>, largest first: the upper eigenvalues of the
        /// symmetric matrix with x and xᵀ beside its diagonal (Golub and Van Loan, section 8.6), so that nothing is squared. Accurate to ε
        /// times the largest one. Slope: u·vᵀ of its vectors; a value of 0 has none, and one of the possible ones is taken.
        /// </summary>
        /// <param name="x">Matrices.</param>
        /// <exception cref="ShapeException">The rank is below 2.</exception>
        /// <exception cref="MatrixException">An element is not finite.</exception>
        public static Tensor SingularValues(Tensor x)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (x.Rank < 2) throw new ShapeException($"SingularValues: x is {ShapeRules.Text(x)}; matrices, [..., m, n], are needed.");
            x = Recorder.Actual(x);
            int m = x.Shape[^2], n = x.Shape[^1], count = Math.Min(m, n), last = x.Rank - 1;
            Tensor Zeros(int size) => Tensor.Zeros([.. x.Shape.Lengths[..^2], size, size], x.ElementType);
            var upper = Concatenate(last, Zeros(m), x);
            var lower = Concatenate(last, Matrices.Transposed(x), Zeros(n));
            var both = Concatenate(last - 1, upper, lower);
            var (values, _) = SymmetricEigenOperation.Parts(
                SymmetricEigenOperation.Apply(both, "SingularValues, x and its transpose beside a diagonal of zeros"));
            return Flip(Slice(values, -1, m + n - count, count), -1);
        }
    }
}

namespace Autograd.Operations
{
    /// <summary>Of a symmetric operand, as one result: a row of values above the vectors.</summary>
    sealed class SymmetricEigenOperation(string caller) : MatrixOperation
    {
        public override string Name => nameof(Functions.SymmetricEigen);

        public override string Caller => caller;

        public static Tensor Apply(Tensor matrix, string caller) =>
            Dispatcher.Apply(new SymmetricEigenOperation(caller), Matrices.Symmetric(matrix));

        public override bool IsSameAs(RecordedOperation other) => other is SymmetricEigenOperation;

        public static (Tensor Values, Tensor Vectors) Parts(Tensor both)
        {
            int n = both.Shape[^1];
            var values = Functions.Slice(both, -2, 0, 1);
            return (Functions.Reshape(values, [.. both.Shape.Lengths[..^2], n]), Functions.Slice(both, -2, 1, n));
        }

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            return shape.With(shape.Rank - 2, shape[^2] + 1);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
        {
            var (values, vectors) = Parts(call.Result);
            var (ofValues, ofVectors) = Parts(cotangent);
            var turned = Functions.OverSlope(Functions.MatMul(vectors, ofVectors, transposeLeft: true), Gaps(values));
            var inner = Matrices.WithDiagonal(ofValues) + turned;
            return Matrices.Symmetric(Functions.MatMul(Functions.MatMul(vectors, inner), vectors, transposeRight: true));
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            var (values, vectors) = Parts(call.Result);
            var inner = Functions.MatMul(Functions.MatMul(vectors, tangents[0]!, transposeLeft: true), vectors);
            var ofValues = Functions.Reshape(Matrices.Diagonal(inner), [.. inner.Shape.Lengths[..^2], 1, inner.Shape[^1]]);
            return Functions.Concatenate(-2, ofValues, Functions.MatMul(vectors, Functions.OverSlope(inner, Gaps(values))));
        }

        protected override void Compute(MatrixOfBatch matrix, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> result)
        {
            matrix.CheckFinite(first);
            int n = matrix.Rows;
            if (!JacobiRotations.Fill(first, result[..n], result[n..], n))
                throw matrix.Error("is no matrix for which the rotations converge");
        }

        // The value of the column less that of the row; infinite on the diagonal, so that quotients are 0.
        static Tensor Gaps(Tensor values)
        {
            var shape = values.Shape;
            var gaps = Functions.Reshape(values, [.. shape.Lengths[..^1], 1, shape[^1]]) - Functions.Reshape(values, [.. shape.Lengths, 1]);
            return Functions.Where(Tensor.Identity(shape[^1], values.ElementType), double.PositiveInfinity, gaps);
        }
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// e to the power of square matrices, Σ matrixᵏ/k!, <c>[…, n, n]</c>: by scaling, a Padé approximation and squaring (Higham 2005).
        /// Slopes: that along a direction E is the upper right block of the exponential of the matrix [[A, E], [0, A]] (Mathias 1996), in
        /// reverse mode with Aᵀ.
        /// </summary>
        /// <exception cref="ShapeException">The matrix is not square.</exception>
        /// <exception cref="MatrixException">An element is not finite.</exception>
        public static Tensor MatrixExponential(Tensor matrix)
        {
            Matrices.CheckSquare(nameof(MatrixExponential), matrix);
            return Dispatcher.Apply(MatrixExponentialOperation.Instance, matrix);
        }
    }
}

namespace Autograd.Operations
{
    sealed class MatrixExponentialOperation : MatrixOperation
    {
        public static readonly MatrixExponentialOperation Instance = new();

        public override string Name => nameof(Functions.MatrixExponential);

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Along(Matrices.Transposed(call[0]), cotangent);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Along(call[0], tangents[0]!);

        protected override void Compute(MatrixOfBatch matrix, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> result)
        {
            matrix.CheckFinite(first);
            if (matrix.Rows > 0) ExponentialSeries.Fill(first, result, matrix.Rows);
        }

        static Tensor Along(Tensor matrix, Tensor direction)
        {
            int n = matrix.Shape[^1];
            var zeros = Tensor.Zeros(matrix.Shape, matrix.ElementType);
            var both = Functions.Concatenate(-2, Functions.Concatenate(-1, matrix, direction), Functions.Concatenate(-1, zeros, matrix));
            return Functions.Slice(Functions.Slice(Dispatcher.Apply(Instance, both), -2, 0, n), -1, n, n);
        }
    }
}

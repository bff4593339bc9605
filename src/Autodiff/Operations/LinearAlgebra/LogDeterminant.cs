namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// log |det matrix|, <c>[…, n, n]</c> to <c>[…]</c>, by elimination; 0 for n = 0. Slope: matrix⁻ᵀ (Giles 2008, section 2.2.4).
        /// </summary>
        /// <exception cref="ShapeException">The matrix is not square.</exception>
        /// <exception cref="MatrixException">A matrix is singular, or an element is not finite.</exception>
        public static Tensor LogDeterminant(Tensor matrix)
        {
            Matrices.CheckSquare(nameof(LogDeterminant), matrix);
            return Dispatcher.Apply(LogDeterminantOperation.Instance, matrix);
        }
    }
}

namespace Autograd.Operations
{
    sealed class LogDeterminantOperation : MatrixOperation
    {
        public static readonly LogDeterminantOperation Instance = new();

        public override string Name => nameof(Functions.LogDeterminant);

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => Shape.Create(operands[0].Shape.Lengths[..^2]);

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            Functions.Reshape(cotangent, [.. cotangent.Shape.Lengths, 1, 1]) * Slope(call[0]);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Functions.Sum(tangents[0]! * Slope(call[0]), -1, -2);

        protected override void Compute(MatrixOfBatch matrix, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> result)
        {
            matrix.CheckFinite(first);
            var elimination = new Elimination(first, matrix.Rows);
            if (elimination.SingularColumn >= 0)
                throw matrix.Error(
                    FormattableString.Invariant($"is singular: its column {elimination.SingularColumn} depends on those before"));
            result[0] = elimination.LogDeterminant;
        }

        static Tensor Slope(Tensor matrix) => SolveOperation.Apply(matrix, Matrices.IdentityLike(matrix), transposed: true);
    }
}

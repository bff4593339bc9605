using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Vectors times a fixed sparse matrix, y[…, j] = Σᵢ x[…, i]·matrix[i, j]: <c>[…, rows]</c> gives <c>[…, columns]</c>. The work is
        /// proportional to the number of nonzero elements. Elements of <paramref name="x"/> that meet only zeros are not read, so an
        /// infinity or a NaN shows only where a nonzero element multiplies it.
        /// </summary>
        /// <param name="x">Vectors, of rank 1 or more.</param>
        /// <param name="matrix">The matrix, which has no gradient.</param>
        /// <exception cref="ShapeException">The last axis is not as long as the matrix has rows.</exception>
        public static Tensor SparseProduct(Tensor x, SparseMatrix matrix)
        {
            ArgumentNullException.ThrowIfNull(matrix);
            return Dispatcher.Apply(new SparseProductOperation(matrix), x);
        }
    }
}

namespace Autograd.Operations
{
    sealed class SparseProductOperation(SparseMatrix matrix) : Operation
    {
        public override string Name => nameof(Functions.SparseProduct);

        public SparseMatrix Matrix => matrix;

        public override bool IsSameAs(RecordedOperation other) => other is SparseProductOperation same && matrix.IsSameAs(same.Matrix);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) => operands[0].Rank > 1;

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            if (shape.Rank == 0 || shape[^1] != matrix.Rows)
                throw new ShapeException(
                    $"{Name}: x is {shape}, the matrix [{matrix.Rows}, {matrix.Columns}]; [..., {matrix.Rows}] is needed.");
            return shape.With(shape.Rank - 1, matrix.Columns);
        }

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(this, call[0]);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            Functions.SparseProduct(cotangent, matrix.Transpose());

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        void Compute<T>(Tensor x, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var source = x.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            if (matrix.Columns == 0) return;
            for (int row = 0; row * matrix.Columns < target.Length; row++)
                MultiplyRow(source.Slice(row * matrix.Rows, matrix.Rows), target.Slice(row * matrix.Columns, matrix.Columns));
        }

        // Two sums for each column, so that one addition need not wait for the last.
        void MultiplyRow<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var starts = matrix.Starts;
            ref T vector = ref MemoryMarshal.GetReference(x), elements = ref MemoryMarshal.GetReference(matrix.Elements<T>());
            ref int rows = ref MemoryMarshal.GetReference(matrix.RowOf);
            for (int column = 0, i = 0; column < y.Length; column++)
            {
                T even = T.Zero, odd = T.Zero;
                int end = starts[column + 1];
                for (; i + 1 < end; i += 2)
                {
                    even += Unsafe.Add(ref elements, i) * Unsafe.Add(ref vector, Unsafe.Add(ref rows, i));
                    odd += Unsafe.Add(ref elements, i + 1) * Unsafe.Add(ref vector, Unsafe.Add(ref rows, i + 1));
                }
                if (i < end) even += Unsafe.Add(ref elements, i) * Unsafe.Add(ref vector, Unsafe.Add(ref rows, i++));
                y[column] = even + odd;
            }
        }
    }
}

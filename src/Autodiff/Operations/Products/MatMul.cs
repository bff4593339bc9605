using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Matrix product. With a right-hand matrix <c>[k, n]</c>, the left operand may have any leading axes: <c>[…, k]</c> gives
        /// <c>[…, n]</c>. With more axes on the right, leading axes are batches and broadcast: <c>[…, m, k] · […, k, n]</c> gives
        /// <c>[…, m, n]</c>. Gradients: cotangent · rightᵀ and leftᵀ · cotangent.
        /// </summary>
        /// <param name="left">Left operand.</param>
        /// <param name="right">Right operand, of rank 2 or more.</param>
        /// <param name="transposeLeft">Whether the left operand's two innermost axes are swapped first (its rank must then be 2 or
        /// more).</param>
        /// <param name="transposeRight">Whether the right operand's two innermost axes are swapped first.</param>
        /// <exception cref="ShapeException">Ranks are too low, or the inner lengths differ.</exception>
        public static Tensor MatMul(Tensor left, Tensor right, bool transposeLeft = false, bool transposeRight = false) =>
            Dispatcher.Apply(MatMulOperation.Of(transposeLeft, transposeRight), left, right);
    }
}

namespace Autograd.Operations
{
    sealed class MatMulOperation(bool transposeLeft, bool transposeRight) : Operation
    {
        static readonly MatMulOperation[] All = [new(false, false), new(false, true), new(true, false), new(true, true)];

        public override string Name => nameof(Functions.MatMul);

        public override OperationForm.MatrixProduct Form { get; } = new(transposeLeft, transposeRight);

        public override bool Broadcasts => true;

        public static MatMulOperation Of(bool transposeLeft, bool transposeRight) =>
            All[(transposeLeft ? 2 : 0) + (transposeRight ? 1 : 0)];

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result)
        {
            // The axes of a matrix are no rows of a batch, but the first of a left matrix that is not transposed.
            if (result.Rank < 2 || (hasRows[1] && operands[1].Rank < 3)) return false;
            if (IsFlat(operands[0], operands[1])) return hasRows[0] && !hasRows[1] && !(transposeLeft && operands[0].Rank == 2);
            return result.Rank > 2 && ShapeRules.BroadcastsByRows(operands, hasRows, result);
        }

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var (left, right) = (operands[0].Shape, operands[1].Shape);
            if (left.Rank < (transposeLeft ? 2 : 1) || right.Rank < 2 || (left.Rank < 2 && right.Rank > 2))
                throw new ShapeException(
                    $"{Name}: left is {ShapeRules.Text(operands[0])}, right is {ShapeRules.Text(operands[1])}; both must be matrices, or "
                    + "left a vector and right a matrix.");
            int inner = transposeLeft ? left[^2] : left[^1];
            int other = transposeRight ? right[^1] : right[^2];
            if (inner != other)
                throw new ShapeException(
                    $"{Name}: left is {ShapeRules.Text(operands[0])}{Flag(transposeLeft)}, right is "
                    + $"{ShapeRules.Text(operands[1])}{Flag(transposeRight)}; {inner} and {other} must be equal.");
            int columns = transposeRight ? right[^2] : right[^1];
            return IsFlat(left, right) ? left.With(left.Rank - 1, columns) : BatchedShape(left, right, columns);
        }

        // In a batch of products an outer product is a product of elements, and a matrix times a vector sums of such products along an
        // axis.
        public override Tensor? Decompose(ReadOnlySpan<Tensor> operands)
        {
            var (left, right) = (operands[0], operands[1]);
            if (left.Rank < 3 || right.Rank != left.Rank) return null;
            int inner = left.Shape[transposeLeft ? ^2 : ^1];
            int rows = left.Shape[transposeLeft ? ^1 : ^2], columns = right.Shape[transposeRight ? ^2 : ^1];
            if (inner == 1) return Matrix(left, rows, 1) * Matrix(right, 1, columns);
            var sums = columns == 1 ? SumOfTerms(left, right, transposeLeft, inner)
                : rows == 1 ? SumOfTerms(right, left, !transposeRight, inner) : null;
            return sums is null ? null : Functions.Reshape(sums, [.. sums.Shape.Lengths[..^1], rows, columns]);
        }

        // The sum goes down the columns of the matrix, or along its rows.
        static Tensor SumOfTerms(Tensor matrix, Tensor vector, bool isDown, int inner) =>
            Functions.Sum(matrix * (isDown ? Matrix(vector, inner, 1) : Matrix(vector, 1, inner)), isDown ? -2 : -1);

        static Tensor Matrix(Tensor x, int rows, int columns)
        {
            var shape = x.Shape.With(x.Rank - 2, rows).With(x.Rank - 1, columns);
            return x.Shape.Equals(shape) ? x : Functions.Reshape(x, shape.Lengths);
        }

        public override Tensor Map(MappedCall call)
        {
            var (left, right) = (call[0], call[1]);
            bool isFlat = call.RankOf(1) == 2 && !transposeLeft;
            if (!isFlat) return Dispatcher.Apply(this, call.AlignAll());
            if (!call.IsMapped[1]) return OfRows(call, rows => Dispatcher.Apply(this, rows, right));
            // A matrix of its own for each: the leading axes of left are the rows of that product.
            int inner = left.Shape[^1], rank = call.RankOf(0);
            int[] leading = left.Shape.Lengths[(left.Rank - rank)..^1].ToArray();
            int rows = Shape.Create(leading).ElementCount;
            var matrices = Functions.Reshape(left, call.IsMapped[0] ? [call.Count, rows, inner] : [rows, inner]);
            var product = Dispatcher.Apply(this, matrices, right);
            return Functions.Reshape(product, [call.Count, .. leading, product.Shape[^1]]);
        }

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], operands[1], result);
            else Compute<double>(operands[0], operands[1], result);
        }

        public override Action Repeated(Tensor[] operands, ReadOnlySpan<bool> isFixed, Tensor result)
        {
            if (!isFixed[1] || !IsFlat(operands[0].Shape, operands[1].Shape)) return base.Repeated(operands, isFixed, result);
            var weights = new PackedWeights(operands[1]);
            return result.ElementType == ElementType.Float32 ? Run<float> : Run<double>;

            void Run<T>()
                where T : unmanaged, IFloatingPointIeee754<T>
                => FlatProduct.Multiply(operands[0].ReadSpan<T>(), weights.Of<T>(transposeRight), result.WriteSpan<T>(), accumulate: false);
        }

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
        {
            var (left, right, cotangent) = (call[0], call[1], cotangents[0]!);
            if (into.Wants(0)) into.Add(0, LeftVjp(right, cotangent));
            if (!into.Wants(1)) return;
            if (!IsFlat(left.Shape, right.Shape)) into.Add(1, RightVjp(left, cotangent));
            else if (transposeRight) into.AddProduct(1, cotangent, left);
            else into.AddProduct(1, left, cotangent);
        }

        /// <summary>
        /// A product with a matrix on the right that is the same for all rows, where the left operand is mapped. A single vector as a
        /// matrix of one row is one of many rows then: what a plan takes for a product.
        /// </summary>
        public static Tensor OfRows(MappedCall call, Func<Tensor, Tensor> product)
        {
            var left = call[0];
            if (left.Rank != 3 || left.Shape[1] != 1) return product(left);
            var rows = product(Functions.Reshape(left, call.Count, left.Shape[2]));
            return Functions.Reshape(rows, call.Count, 1, rows.Shape[1]);
        }

        Tensor LeftVjp(Tensor right, Tensor cotangent) => transposeLeft
            ? Functions.MatMul(right, cotangent, transposeLeft: transposeRight, transposeRight: true)
            : Functions.MatMul(cotangent, right, transposeRight: !transposeRight);

        Tensor RightVjp(Tensor left, Tensor cotangent) => transposeRight
            ? Functions.MatMul(cotangent, left, transposeLeft: true, transposeRight: transposeLeft)
            : Functions.MatMul(left, cotangent, transposeLeft: !transposeLeft);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            var fromLeft = tangents[0] is { } left ? Functions.MatMul(left, call[1], transposeLeft, transposeRight) : null;
            var fromRight = tangents[1] is { } right ? Functions.MatMul(call[0], right, transposeLeft, transposeRight) : null;
            return fromLeft is null ? fromRight : fromRight is null ? fromLeft : fromLeft + fromRight;
        }

        // All leading axes of the left operand are rows of one product.
        bool IsFlat(Shape left, Shape right) => right.Rank == 2 && !transposeLeft;

        static string Flag(bool transposed) => transposed ? " transposed" : "";

        Shape BatchedShape(Shape left, Shape right, int columns)
        {
            var batch = ShapeRules.Broadcast(Name, Shape.Create(left.Lengths[..^2]), Shape.Create(right.Lengths[..^2]));
            return Shape.Create([.. batch.Lengths, transposeLeft ? left[^1] : left[^2], columns]);
        }

        void Compute<T>(Tensor left, Tensor right, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (IsFlat(left.Shape, right.Shape))
                FlatProduct.Multiply(left.ReadSpan<T>(), right, transposeRight, result.WriteSpan<T>(), accumulate: false);
            else
                Batched<T>(left, right, result);
        }

        void Batched<T>(Tensor left, Tensor right, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int leftSize = left.Shape[^2] * left.Shape[^1], rightSize = right.Shape[^2] * right.Shape[^1];
            int m = result.Shape[^2], n = result.Shape[^1], k = transposeLeft ? left.Shape[^2] : left.Shape[^1];
            var batch = Shape.Create(result.Shape.Lengths[..^2]);
            var leftBatch = new BatchWalk(left.Shape, batch);
            var rightBatch = new BatchWalk(right.Shape, batch);
            for (int i = 0; i < batch.ElementCount; i++)
            {
                MatrixProduct.Multiply(
                    left.ReadSpan<T>().Slice(leftBatch.Position(i) * leftSize, leftSize), left.Shape[^1], transposeLeft,
                    right.ReadSpan<T>().Slice(rightBatch.Position(i) * rightSize, rightSize), right.Shape[^1], transposeRight,
                    result.WriteSpan<T>().Slice(i * m * n, m * n), n, m, n, k, accumulate: false);
            }
        }

        /// <summary>Which matrix of a broadcast operand belongs to a matrix of the result.</summary>
        readonly struct BatchWalk(Shape operand, Shape batch)
        {
            public int Position(int index)
            {
                int position = 0, stride = 1;
                for (int i = 1; i <= operand.Rank - 2; i++)
                {
                    int length = operand.Lengths[^(i + 2)];
                    if (length != 1) position += index % batch.Lengths[^i] * stride;
                    stride *= length;
                    index /= batch.Lengths[^i];
                }
                return position;
            }
        }
    }

    /// <summary>A product with a matrix on the right; parameters and watched tensors are packed once per tape at most.</summary>
    static class FlatProduct
    {
        public static void Multiply<T>(ReadOnlySpan<T> left, Tensor right, bool transposeRight, Span<T> result, bool accumulate)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int n = right.Shape[transposeRight ? ^2 : ^1], k = right.Shape[transposeRight ? ^1 : ^2], m = Rows(result, n);
            bool isWorthIt = MatrixProduct.Packs<T>(m, right.Shape[^1], transposeRight);
            if (Recorder.Current?.Packed<T>(right, transposeRight, isWorthIt) is { } packed) Multiply(left, packed, result, accumulate);
            else MatrixProduct.Multiply(
                left, k, false, right.ReadSpan<T>(), right.Shape[^1], transposeRight, result, n, m, n, k, accumulate);
        }

        public static void Multiply<T>(ReadOnlySpan<T> left, PackedMatrix<T> right, Span<T> result, bool accumulate)
            where T : unmanaged, IFloatingPointIeee754<T>
            => MatrixProduct.Multiply(left, right.Rows, 1, right, result, right.Columns, Rows(result, right.Columns), accumulate);

        static int Rows<T>(Span<T> result, int columns) => columns == 0 ? 0 : result.Length / columns;
    }
}

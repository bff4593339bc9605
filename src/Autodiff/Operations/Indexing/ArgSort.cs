namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The indices that sort the elements along an axis, in the shape and element type of x; for <see cref="TakeAlong"/>. Stable: equal
        /// elements, which 0 and −0 are, keep their order. A NaN counts as larger than everything. Slope: 0 everywhere.
        /// </summary>
        /// <param name="x">Argument, of rank 1 or more.</param>
        /// <param name="axis">Axis; −1 is the innermost and the default.</param>
        /// <param name="descending">Whether the largest comes first.</param>
        /// <exception cref="ShapeException">The axis does not exist, or has more elements than the type can count exactly.</exception>
        public static Tensor ArgSort(Tensor x, int axis = -1, bool descending = false) =>
            Ranked(nameof(ArgSort), x, axis, null, descending ? Ranking.Largest : Ranking.Smallest);

        /// <summary>
        /// The elements along an axis, sorted: those at the indices of <see cref="ArgSort"/>. Slope: that of selecting them; at a tie, each
        /// element has that of the place it takes.
        /// </summary>
        /// <inheritdoc cref="ArgSort"/>
        public static Tensor Sort(Tensor x, int axis = -1, bool descending = false) => TakeAlong(x, ArgSort(x, axis, descending), axis);

        /// <summary>
        /// The indices of the largest elements along an axis, the largest first, in the element type of x; for <see cref="TakeAlong"/>. Of
        /// equal elements, the first; a NaN counts as larger than everything. Slope: 0 everywhere.
        /// </summary>
        /// <param name="x">Argument, of rank 1 or more.</param>
        /// <param name="count">How many, from 0 to the length of the axis; that of the axis in the result.</param>
        /// <param name="axis">Axis; −1 is the innermost and the default.</param>
        /// <exception cref="ShapeException">The axis does not exist, or has fewer elements.</exception>
        public static Tensor ArgTopK(Tensor x, int count, int axis = -1) => Ranked(nameof(ArgTopK), x, axis, count, Ranking.Largest);

        /// <summary>
        /// The largest elements along an axis, the largest first: those at the indices of <see cref="ArgTopK"/>. Slope: that of selecting
        /// them.
        /// </summary>
        /// <inheritdoc cref="ArgTopK"/>
        public static Tensor TopK(Tensor x, int count, int axis = -1) => TakeAlong(x, ArgTopK(x, count, axis), axis);

        /// <summary>
        /// The index of the largest element along an axis, which the result does not have; of equal elements, the first, or that of the
        /// first NaN if there is one. In the element type of x. Slope: 0 everywhere.
        /// </summary>
        /// <param name="x">Argument, of rank 1 or more.</param>
        /// <param name="axis">Axis; −1 is the innermost and the default.</param>
        /// <exception cref="ShapeException">The axis does not exist, or has no element.</exception>
        public static Tensor ArgMax(Tensor x, int axis = -1) => ArgExtreme(nameof(ArgMax), x, axis, Ranking.Largest);

        /// <summary>
        /// The index of the smallest element along an axis, which the result does not have; of equal elements, the first, or that of the
        /// first NaN if there is one. In the element type of x. Slope: 0 everywhere.
        /// </summary>
        /// <inheritdoc cref="ArgMax"/>
        public static Tensor ArgMin(Tensor x, int axis = -1) => ArgExtreme(nameof(ArgMin), x, axis, Ranking.SmallestButNaN);

        static Tensor ArgExtreme(string operation, Tensor x, int axis, Ranking ranking)
        {
            var found = Ranked(operation, x, axis, 1, ranking);
            return Reshape(found, Reduction.Without(found.Shape, ShapeRules.Axis(operation, x.Shape, axis), 1).Lengths);
        }

        static Tensor Ranked(string operation, Tensor x, int axis, int? count, Ranking ranking)
        {
            ArgumentNullException.ThrowIfNull(x, operation);
            int position = ShapeRules.Axis(operation, x.Shape, axis), length = x.Shape.Lengths[position];
            return Dispatcher.Apply(new RankOperation(operation, position, count ?? length, ranking), x);
        }
    }
}

namespace Autograd.Operations
{
    /// <summary>What comes first.</summary>
    enum Ranking
    {
        /// <summary>The smallest, and NaN last.</summary>
        Smallest,

        /// <summary>The largest, and NaN before it.</summary>
        Largest,

        /// <summary>The smallest, but NaN before it.</summary>
        SmallestButNaN,
    }

    /// <summary>The numbers of elements along an axis by their size, some from the first on.</summary>
    sealed class RankOperation(string name, int axis, int count, Ranking ranking) : Operation
    {
        readonly int axis = axis;
        readonly int count = count;
        readonly Ranking ranking = ranking;

        public override string Name => name;

        /// <summary>The axis that is ranked, how many of it are named, and in which order.</summary>
        public (int Axis, Ranking Ranking) Order => (axis, ranking);

        /// <inheritdoc cref="Order"/>
        public int Count => count;

        public override bool IsSameAs(RecordedOperation other) =>
            other is RankOperation same && (axis, count, ranking) == (same.axis, same.count, same.ranking);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) => hasRows[0] && axis > 0;

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            int length = shape.Lengths[axis], most = operands[0].ElementType == ElementType.Float32 ? 1 << 24 : int.MaxValue;
            if (count < 0 || count > length)
                throw new ShapeException($"{Name}: axis {axis} of {shape} has {length} elements; {count} of them cannot be named.");
            if (length > most)
                throw new ShapeException($"{Name}: axis {axis} of {shape} is longer than {most}, and its numbers are not exact in float.");
            return shape.With(axis, count);
        }

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(new RankOperation(name, axis + 1, count, ranking), call[0]);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            var x = operands[0];
            var rows = (x.Shape.Lengths[axis], x.Shape.Product(axis + 1, x.Rank));
            if (result.ElementType == ElementType.Float32)
                RankedRows.Fill(x.ReadSpan<float>(), rows, count, ranking, result.WriteSpan<float>());
            else RankedRows.Fill(x.ReadSpan<double>(), rows, count, ranking, result.WriteSpan<double>());
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => null;

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => null;
    }
}

using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Elements of an axis by index, chosen separately at every position of the other axes: <c>[…, n, …]</c> to <c>[…, count, …]</c>.
        /// With count 1 and the labels as indices it picks one logit from each row.
        /// </summary>
        /// <param name="x">Argument, of rank 1 or more.</param>
        /// <param name="indices">The indices in row-major order of the result, each from 0 to n − 1.</param>
        /// <param name="count">How many are chosen at each position.</param>
        /// <param name="axis">Axis; −1 is the innermost and the default.</param>
        /// <exception cref="ShapeException">The number of indices does not fit, or one is out of range.</exception>
        public static Tensor GatherAlong(Tensor x, ReadOnlySpan<int> indices, int count = 1, int axis = -1)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Dispatcher.Apply(new GatherAlongOperation(indices.ToArray(), count, ShapeRules.Axis("GatherAlong", x.Shape, axis)), x);
        }

        /// <summary>The adjoint of <see cref="GatherAlong"/>: adds every element to its position on an axis of zeros.</summary>
        /// <param name="x">Elements, <c>[…, count, …]</c>.</param>
        /// <param name="indices">Where each goes, in row-major order.</param>
        /// <param name="length">Length of the axis in the result.</param>
        /// <param name="axis">Axis; −1 is the innermost and the default.</param>
        public static Tensor ScatterAlong(Tensor x, ReadOnlySpan<int> indices, int length, int axis = -1)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Dispatcher.Apply(
                new ScatterAlongOperation(indices.ToArray(), length, ShapeRules.Axis("ScatterAlong", x.Shape, axis)), x);
        }

        /// <summary>Rows of zeros with a 1 at each label: <c>[n]</c> labels give <c>[n, classes]</c>. Data, without a gradient.</summary>
        /// <exception cref="ShapeException">A label is out of range.</exception>
        public static Tensor OneHot(ReadOnlySpan<int> labels, int classes, ElementType type = ElementType.Float32)
        {
            Require.AtLeast(nameof(OneHot), nameof(classes), classes, 1);
            IndexCheck.InRange(nameof(OneHot), labels, classes, $"there are {classes} classes");
            var elements = new double[Require.Length(nameof(OneHot), nameof(classes), (double)labels.Length * classes)];
            for (int i = 0; i < labels.Length; i++) elements[i * classes + labels[i]] = 1;
            return Tensor.Own(elements, [labels.Length, classes], type);
        }
    }
}

namespace Autograd.Operations
{
    sealed class GatherAlongOperation(int[] indices, int count, int axis) : Operation
    {
        readonly int[] indices = indices;
        readonly int count = count;
        readonly int axis = axis;

        public override string Name => nameof(Functions.GatherAlong);

        /// <summary>The numbers of the elements, in row-major order of the result, and the axis along which they count.</summary>
        public (int[] Indices, int Axis) Places => (indices, axis);

        public override bool IsSameAs(RecordedOperation other) => other is GatherAlongOperation same
            && (count, axis) == (same.count, same.axis) && indices.AsSpan().SequenceEqual(same.indices);

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            Require.AtLeast(Name, "count", count, 0);
            var result = shape.With(axis, count);
            if (result.ElementCount != indices.Length)
                throw new ShapeException(
                    $"{Name}: {indices.Length} indices were given; the operand is {shape} and the result {result}, which needs "
                    + $"{result.ElementCount}.");
            IndexCheck.InRange(Name, indices, shape.Lengths[axis], $"axis {axis} of {shape} is gathered");
            return result;
        }

        public override Tensor Map(MappedCall call) =>
            Dispatcher.Apply(new GatherAlongOperation(AxisPlaces.Repeated(indices, call.Count), count, axis + 1), call[0]);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into) =>
            into.AddAt(0, new ScatterAlongOperation(indices, call[0].Shape.Lengths[axis], axis), cotangents[0]!);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        void Compute<T>(Tensor x, Tensor result)
            where T : unmanaged
        {
            var places = new AxisPlaces(result.Shape, x.Shape.Lengths[axis], axis);
            var source = x.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            for (int i = 0; i < indices.Length; i++) target[i] = source[places.Of(i, indices[i])];
        }
    }

    sealed class ScatterAlongOperation(int[] indices, int length, int axis) : ScatterOperation
    {
        readonly int[] indices = indices;
        readonly int length = length;
        readonly int axis = axis;

        public override string Name => nameof(Functions.ScatterAlong);

        /// <summary>Where each element goes, in row-major order, and the axis along which these count.</summary>
        public (int[] Indices, int Axis) Places => (indices, axis);

        public override bool IsSameAs(RecordedOperation other) => other is ScatterAlongOperation same
            && (length, axis) == (same.length, same.axis) && indices.AsSpan().SequenceEqual(same.indices);

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            if (shape.ElementCount != indices.Length)
                throw new ShapeException($"{Name}: {indices.Length} indices were given for elements {shape}; one for each is needed.");
            IndexCheck.InRange(Name, indices, length, $"axis {axis} of the result has length {length}");
            return shape.With(axis, length);
        }

        public override Tensor Map(MappedCall call) =>
            Dispatcher.Apply(new ScatterAlongOperation(AxisPlaces.Repeated(indices, call.Count), length, axis + 1), call[0]);

        public override void AddTo(Tensor part, Tensor target)
        {
            if (target.ElementType == ElementType.Float32) AddTo<float>(part, target);
            else AddTo<double>(part, target);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            Functions.GatherAlong(cotangent, indices, call[0].Shape.Lengths[axis], axis);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        void AddTo<T>(Tensor part, Tensor target)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var places = new AxisPlaces(part.Shape, length, axis);
            var source = part.ReadSpan<T>();
            var sums = target.WriteSpan<T>();
            for (int i = 0; i < indices.Length; i++) sums[places.Of(i, indices[i])] += source[i];
        }
    }

    /// <summary>Turns positions of the gathered tensor into positions of the full one.</summary>
    readonly struct AxisPlaces(Shape gathered, int fullLength, int axis)
    {
        readonly int inner = gathered.Product(axis + 1, gathered.Rank);
        readonly int block = gathered.Product(axis, gathered.Rank);

        /// <summary>Numbers that are the same in each row.</summary>
        public static int[] Repeated(int[] indices, int rows)
        {
            int[] all = new int[checked(rows * indices.Length)];
            for (int row = 0; row < rows; row++) indices.CopyTo(all, row * indices.Length);
            return all;
        }

        public int Of(int position, int index) => (position / block * fullLength + index) * inner + position % inner;
    }
}

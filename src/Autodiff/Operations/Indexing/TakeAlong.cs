using System.Numerics;
using static System.FormattableString;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Elements of an axis by computed indices, such as those of <see cref="ArgSort"/>: y[…, k, …] = x[…, indices[…, k, …], …]. Within
        /// a recurrence, they may differ at every time step, since they are a value of the step; see <see cref="GatherAlong"/> for indices
        /// that are known beforehand. The indices have no gradient.
        /// </summary>
        /// <param name="x">Argument, of rank 1 or more.</param>
        /// <param name="indices">
        /// Whole numbers from 0 to the length of the axis − 1, in the shape of x except for the length of the axis.
        /// </param>
        /// <param name="axis">Axis; −1 is the innermost and the default.</param>
        /// <exception cref="ShapeException">The shapes do not match, or an index is out of range.</exception>
        public static Tensor TakeAlong(Tensor x, Tensor indices, int axis = -1)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Dispatcher.Apply(new TakeAlongOperation(ShapeRules.Axis(nameof(TakeAlong), x.Shape, axis)), x, indices);
        }

        /// <summary>
        /// The adjoint of <see cref="TakeAlong"/>: adds every element to the position on an axis of zeros that its index specifies.
        /// </summary>
        /// <param name="x">Elements.</param>
        /// <param name="indices">Where each goes, of the same shape: whole numbers from 0 to <paramref name="length"/> − 1.</param>
        /// <param name="length">Length of the axis in the result.</param>
        /// <param name="axis">Axis; −1 is the innermost and the default.</param>
        /// <exception cref="ShapeException">The shapes differ, or an index is out of range.</exception>
        public static Tensor AddAlong(Tensor x, Tensor indices, int length, int axis = -1)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Dispatcher.Apply(new AddAlongOperation(length, ShapeRules.Axis(nameof(AddAlong), x.Shape, axis)), x, indices);
        }
    }
}

namespace Autograd.Operations
{
    sealed class TakeAlongOperation(int axis) : Operation
    {
        readonly int axis = axis;

        public override string Name => nameof(Functions.TakeAlong);

        public int Axis => axis;

        public override bool IsSameAs(RecordedOperation other) => other is TakeAlongOperation same && axis == same.axis;

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            axis > 0 && hasRows[0] && hasRows[1];

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var (x, indices) = (operands[0].Shape, operands[1].Shape);
            if (indices.Rank != x.Rank || x.With(axis, indices.Lengths[axis]) != indices)
                throw new ShapeException(
                    $"{Name}: x is {x}, the indices are {indices}; they may differ in the length of axis {axis} alone.");
            return indices;
        }

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(new TakeAlongOperation(axis + 1), call.SpreadAll());

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], operands[1], result);
            else Compute<double>(operands[0], operands[1], result);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            argument == 0 ? Functions.AddAlong(cotangent, call[1], call[0].Shape.Lengths[axis], axis) : null;

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
            tangents[0] is { } tangent ? Dispatcher.Apply(this, tangent, call[1]) : null;

        void Compute<T>(Tensor x, Tensor indices, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int length = x.Shape.Lengths[axis];
            var places = new AxisPlaces(result.Shape, length, axis);
            ReadOnlySpan<T> source = x.ReadSpan<T>(), numbers = indices.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            for (int i = 0; i < target.Length; i++) target[i] = source[places.Of(i, ComputedIndex.Of(Name, numbers[i], i, length))];
        }
    }

    sealed class AddAlongOperation(int length, int axis) : Operation
    {
        readonly int length = length;
        readonly int axis = axis;

        public override string Name => nameof(Functions.AddAlong);

        public int Axis => axis;

        public override bool IsSameAs(RecordedOperation other) =>
            other is AddAlongOperation same && (length, axis) == (same.length, same.axis);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            axis > 0 && hasRows[0] && hasRows[1];

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var (x, indices) = (operands[0].Shape, operands[1].Shape);
            Require.AtLeast(Name, nameof(length), length, 0);
            if (x != indices) throw new ShapeException($"{Name}: x is {x}, the indices are {indices}; they must have one shape.");
            return x.With(axis, length);
        }

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(new AddAlongOperation(length, axis + 1), call.SpreadAll());

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            Accumulation.Clear(result);
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], operands[1], result);
            else Compute<double>(operands[0], operands[1], result);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            argument == 0 ? Functions.TakeAlong(cotangent, call[1], axis) : null;

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
            tangents[0] is { } tangent ? Dispatcher.Apply(this, tangent, call[1]) : null;

        void Compute<T>(Tensor x, Tensor indices, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var places = new AxisPlaces(x.Shape, length, axis);
            ReadOnlySpan<T> source = x.ReadSpan<T>(), numbers = indices.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            for (int i = 0; i < source.Length; i++) target[places.Of(i, ComputedIndex.Of(Name, numbers[i], i, length))] += source[i];
        }
    }

    /// <summary>A number of a tensor as an index.</summary>
    static class ComputedIndex
    {
        public static int Of<T>(string operation, T number, int position, int count)
            where T : IFloatingPointIeee754<T>
        {
            // Also where it is NaN.
            if (!(number >= T.Zero && number < T.CreateChecked(count)) || !T.IsInteger(number))
                throw new ShapeException(
                    Invariant($"{operation}: index {number} at position {position} is none of an axis of length {count}: ")
                    + Invariant($"a whole number from 0 to {count - 1} is needed."));
            return int.CreateTruncating(number);
        }
    }
}

using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Some positions of an axis: start, start + step, … On the leading axis with step 1 nothing is copied.</summary>
        /// <param name="x">Argument.</param>
        /// <param name="axis">Axis; −1 is the innermost.</param>
        /// <param name="start">First position.</param>
        /// <param name="length">Number of positions; may be 0.</param>
        /// <param name="step">Distance between positions, at least 1. For the other direction see <see cref="Flip"/>.</param>
        /// <exception cref="ShapeException">A position lies outside the axis.</exception>
        public static Tensor Slice(Tensor x, int axis, int start, int length, int step = 1)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Dispatcher.Apply(new SliceOperation(ShapeRules.Axis("Slice", x.Shape, axis), start, length, step), x);
        }

        /// <summary>A range of the leading axis, without a copy.</summary>
        /// <exception cref="ShapeException">The range does not lie within it.</exception>
        public static Tensor Slice(Tensor x, Range range)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (x.Rank == 0) throw new ShapeException("Slice: the operand is a scalar; there is no axis to take a range of.");
            int start = range.Start.GetOffset(x.Shape[0]), end = range.End.GetOffset(x.Shape[0]);
            if (start < 0 || end < start || end > x.Shape[0])
                throw new ShapeException(
                    $"Slice: the range {range} does not lie within the first axis of {x.Shape}, which an index in brackets is of. "
                    + "Slice(x, axis, start, length) takes a part of another one.");
            return Slice(x, 0, start, end - start);
        }

        /// <summary>One position of the leading axis, which is removed; without a copy.</summary>
        /// <exception cref="ShapeException">The position lies outside the axis.</exception>
        public static Tensor At(Tensor x, Index index)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (x.Rank == 0) throw new ShapeException("At: the operand is a scalar; there is no axis to index.");
            return Reshape(Slice(x, 0, index.GetOffset(x.Shape[0]), 1), x.Shape.Lengths[1..]);
        }

        /// <summary>Zeros before and after an axis.</summary>
        /// <param name="x">Argument.</param>
        /// <param name="axis">Axis; −1 is the innermost.</param>
        /// <param name="before">Number of zeros before, at least 0.</param>
        /// <param name="after">Number of zeros after, at least 0.</param>
        public static Tensor Pad(Tensor x, int axis, int before, int after)
        {
            ArgumentNullException.ThrowIfNull(x);
            Require.AtLeast(nameof(Pad), nameof(before), before, 0);
            Require.AtLeast(nameof(Pad), nameof(after), after, 0);
            int position = ShapeRules.Axis("Pad", x.Shape, axis);
            long length = (long)before + x.Shape.Lengths[position] + after;
            if (length > Array.MaxLength)
                throw new ShapeException($"Pad: axis {axis} of {x.Shape} would get the length {length}, with {before} and {after} more.");
            return Dispatcher.Apply(new PadOperation(position, before, 1, (int)length), x);
        }
    }
}

namespace Autograd.Operations
{
    sealed class SliceOperation(int axis, int start, int length, int step) : Operation
    {
        readonly int axis = axis;
        readonly int start = start;
        readonly int length = length;
        readonly int step = step;

        public override string Name => nameof(Functions.Slice);

        public override OperationForm.Part Form => new(axis, start, length, step);

        public override bool IsSameAs(RecordedOperation other) => other is SliceOperation same
            && (axis, start, length, step) == (same.axis, same.start, same.length, same.step);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            hasRows[0] && axis > 0;

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            long last = start + (long)Math.Max(length - 1, 0) * step;
            if (step < 1 || length < 0 || start < 0 || start > shape.Lengths[axis] || (length > 0 && last >= shape.Lengths[axis]))
                throw new ShapeException($"{Name}: start {start}, length {length}, step {step} do not lie within axis {axis} of {shape}.");
            return shape.With(axis, length);
        }

        public override Tensor? View(ReadOnlySpan<Tensor> operands, Shape shape)
        {
            if (axis != 0 || (step != 1 && length > 1)) return null;
            var x = operands[0];
            return new Tensor(x.ElementType, shape, x.Storage, x.Offset + start * x.Shape.Product(1, x.Rank));
        }

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(new SliceOperation(axis + 1, start, length, step), call[0]);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into) =>
            into.AddAt(0, new PadOperation(axis, start, step, call[0].Shape.Lengths[axis]), cotangents[0]!);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        void Compute<T>(Tensor x, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int inner = x.Shape.Product(axis + 1, x.Rank), outer = x.Shape.Product(0, axis), from = x.Shape.Lengths[axis];
            // Neighbouring positions are one run.
            var (runs, run) = step == 1 ? (1, length * inner) : (length, inner);
            var source = x.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            for (int o = 0; o < outer; o++)
                for (int i = 0; i < runs; i++, target = target[run..])
                    source.Slice((o * from + start + i * step) * inner, run).CopyTo(target);
        }
    }

    /// <summary>The adjoint of a slice: the operand at positions start, start + step, … of an axis of a tensor of zeros.</summary>
    sealed class PadOperation(int axis, int start, int step, int length) : ScatterOperation
    {
        readonly int axis = axis;
        readonly int start = start;
        readonly int step = step;
        readonly int length = length;

        public override string Name => nameof(Functions.Pad);

        public override OperationCost Cost => OperationCost.Cheap;

        public override OperationForm.Padding Form => new(axis, start, step, length);

        public override bool IsSameAs(RecordedOperation other) => other is PadOperation same
            && (axis, start, step, length) == (same.axis, same.start, same.step, same.length);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            hasRows[0] && axis > 0;

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape.With(axis, length);

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(new PadOperation(axis + 1, start, step, length), call[0]);

        // What is written once is not cleared before.
        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (step != 1) base.Compute(operands, result);
            else if (result.ElementType == ElementType.Float32) Copy<float>(operands[0], result);
            else Copy<double>(operands[0], result);
        }

        public override void AddTo(Tensor part, Tensor target)
        {
            if (target.ElementType == ElementType.Float32) AddTo<float>(part, target);
            else AddTo<double>(part, target);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            Functions.Slice(cotangent, axis, start, call[0].Shape.Lengths[axis], step);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        void Copy<T>(Tensor part, Tensor result)
            where T : unmanaged
        {
            int inner = part.Shape.Product(axis + 1, part.Rank), before = start * inner, run = part.Shape.Lengths[axis] * inner;
            var source = part.ReadSpan<T>();
            for (var target = result.WriteSpan<T>(); !target.IsEmpty; target = target[(length * inner)..], source = source[run..])
            {
                target[..before].Clear();
                source[..run].CopyTo(target[before..]);
                target[(before + run)..(length * inner)].Clear();
            }
        }

        void AddTo<T>(Tensor part, Tensor target)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int inner = part.Shape.Product(axis + 1, part.Rank), outer = part.Shape.Product(0, axis);
            int count = part.Shape.Lengths[axis];
            var (runs, run) = step == 1 ? (1, count * inner) : (count, inner);
            var source = part.ReadSpan<T>();
            var sums = target.WriteSpan<T>();
            for (int o = 0; o < outer; o++)
                for (int i = 0; i < runs; i++, source = source[run..])
                    Accumulation.Add(sums.Slice((o * length + start + i * step) * inner, run), source[..run]);
        }
    }
}

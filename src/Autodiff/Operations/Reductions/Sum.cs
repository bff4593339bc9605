using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Sum over some axes, or over all if none is named. The empty sum is 0.</summary>
        /// <param name="x">Argument.</param>
        /// <param name="axes">Axes; −1 is the innermost.</param>
        public static Tensor Sum(Tensor x, params ReadOnlySpan<int> axes) =>
            Reduction.Over("Sum", x, axes, keepAxes: false, SumOperation.Apply, Reduction.Ability.Steps);

        /// <summary>
        /// As <see cref="Sum"/>, with the summed axes kept at length 1, so that the result broadcasts against the argument.
        /// </summary>
        public static Tensor SumKeepingAxes(Tensor x, params ReadOnlySpan<int> axes) =>
            Reduction.Over("Sum", x, axes, keepAxes: true, SumOperation.Apply, Reduction.Ability.Steps);

        /// <summary>Sums a tensor down to a shape that broadcasts to it: what undoes broadcasting.</summary>
        /// <exception cref="ShapeException">The shape does not broadcast to the tensor's.</exception>
        public static Tensor SumTo(Tensor x, Shape shape)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(shape);
            if (x.Shape.Equals(shape)) return Unchanged(x);
            if (!ShapeRules.CanBroadcast(shape, x.Shape)) throw new ShapeException($"SumTo: {shape} does not broadcast to {x.Shape}.");
            int added = x.Rank - shape.Rank;
            Span<int> axes = stackalloc int[x.Rank];
            int count = 0;
            for (int i = 0; i < x.Rank; i++)
                if (i < added || (shape.Lengths[i - added] == 1 && x.Shape.Lengths[i] != 1))
                    axes[count++] = i;
            var sum = count == 0 ? x : Sum(x, axes[..count]);
            return sum.Shape.Equals(shape) ? sum : Reshape(sum, shape.Lengths);
        }
    }
}

namespace Autograd.Operations
{
    /// <summary>Sum over neighbouring axes.</summary>
    sealed class SumOperation(int first, int count) : Operation
    {
        readonly int first = first;
        readonly int count = count;

        public override string Name => nameof(Functions.Sum);

        public override OperationForm.AxisSum Form => new(first, count);

        public static Tensor Apply(Tensor x, int first, int count) => Dispatcher.Apply(new SumOperation(first, count), x);

        public override bool IsSameAs(RecordedOperation other) => other is SumOperation same && (first, count) == (same.first, same.count);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            hasRows[0] && first > 0;

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => Reduction.Without(operands[0].Shape, first, count);

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(new SumOperation(first + 1, count), call[0]);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            Functions.BroadcastTo(Reduction.WithOnes(cotangent, call[0].Shape, first, count), call[0].Shape);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Apply(tangents[0]!, first, count);

        void Compute<T>(Tensor x, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int summed = x.Shape.Product(first, first + count);
            int inner = x.Shape.Product(first + count, x.Rank);
            var source = x.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            if (inner == 1) RowLoop.Run<SumOfRow, T>(source, summed, target);
            else SumRows(source, target, summed * inner, inner);
        }

        static void SumRows<T>(ReadOnlySpan<T> source, Span<T> target, int block, int inner)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            target.Clear();
            for (int start = 0; start < target.Length; start += inner, source = source[block..])
                LongSum.AddRows(target.Slice(start, inner), source[..block]);
        }
    }

    readonly struct SumOfRow : IRowFunction
    {
        public T Reduce<T>(ReadOnlySpan<T> row)
            where T : unmanaged, IFloatingPointIeee754<T>
            => LongSum.Of(row);

        public bool ReduceColumns<T>(Span<T> columns, Span<T> results)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            LaneSum.OfColumns(columns, results);
            return true;
        }
    }
}

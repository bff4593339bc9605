using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Rows of a table by index, <c>[rows, …]</c> to <c>[n, …]</c>: an embedding. A row that is selected several times receives the sum
        /// of the gradients.
        /// </summary>
        /// <param name="table">Table, of rank 1 or more.</param>
        /// <param name="indices">Row numbers, each from 0 to rows − 1.</param>
        /// <exception cref="ShapeException">The table is a scalar, or an index is out of range.</exception>
        public static Tensor GatherRows(Tensor table, ReadOnlySpan<int> indices) =>
            Dispatcher.Apply(new GatherRowsOperation(indices.ToArray()), table);

        /// <summary>
        /// The adjoint of <see cref="GatherRows"/>: adds row i of the operand to row <c>indices[i]</c> of a table of zeros.
        /// </summary>
        /// <param name="rows">Rows, <c>[n, …]</c>.</param>
        /// <param name="indices">Where each row goes, n numbers from 0 to <paramref name="count"/> − 1.</param>
        /// <param name="count">Number of rows of the result.</param>
        public static Tensor ScatterRows(Tensor rows, ReadOnlySpan<int> indices, int count) =>
            Dispatcher.Apply(new ScatterRowsOperation(indices.ToArray(), count), rows);
    }
}

namespace Autograd.Operations
{
    sealed class GatherRowsOperation(int[] indices) : Operation
    {
        readonly int[] indices = indices;

        public override string Name => nameof(Functions.GatherRows);

        /// <summary>The number of each row.</summary>
        public int[] Indices => indices;

        public override bool IsSameAs(RecordedOperation other) => other is GatherRowsOperation same
            && indices.AsSpan().SequenceEqual(same.indices);

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            if (shape.Rank == 0) throw new ShapeException($"{Name}: the table is a scalar; it must have rows.");
            IndexCheck.InRange(Name, indices, shape[0], $"the table is {shape}");
            return shape.With(0, indices.Length);
        }

        public override Tensor Map(MappedCall call) => call.Behind(this, 1);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into) =>
            into.AddAt(0, new ScatterRowsOperation(indices, call[0].Shape[0]), cotangents[0]!);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        void Compute<T>(Tensor table, Tensor result)
            where T : unmanaged
        {
            int width = table.Shape.Product(1, table.Rank);
            var source = table.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            // Single elements need no copy of a row.
            if (width == 1)
                for (int i = 0; i < indices.Length; i++) target[i] = source[indices[i]];
            else
                for (int i = 0; i < indices.Length; i++) source.Slice(indices[i] * width, width).CopyTo(target[(i * width)..]);
        }
    }

    sealed class ScatterRowsOperation(int[] indices, int count) : ScatterOperation
    {
        readonly int[] indices = indices;
        readonly int count = count;

        public override string Name => nameof(Functions.ScatterRows);

        /// <summary>Where each row goes.</summary>
        public int[] Indices => indices;

        public override bool IsSameAs(RecordedOperation other) => other is ScatterRowsOperation same && count == same.count
            && indices.AsSpan().SequenceEqual(same.indices);

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            if (shape.Rank == 0 || shape[0] != indices.Length)
                throw new ShapeException($"{Name}: {indices.Length} indices were given for rows {shape}; one for each row is needed.");
            IndexCheck.InRange(Name, indices, count, $"the result has {count} rows");
            return shape.With(0, count);
        }

        public override Tensor Map(MappedCall call) => call.Behind(this, 1);

        public override void AddTo(Tensor part, Tensor target)
        {
            if (target.ElementType == ElementType.Float32) AddTo<float>(part, target);
            else AddTo<double>(part, target);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Functions.GatherRows(cotangent, indices);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        void AddTo<T>(Tensor rows, Tensor target)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int width = rows.Shape.Product(1, rows.Rank);
            var source = rows.ReadSpan<T>();
            var sums = target.WriteSpan<T>();
            if (width == 1)
                for (int i = 0; i < indices.Length; i++) sums[indices[i]] += source[i];
            else
                for (int i = 0; i < indices.Length; i++)
                    Accumulation.Add(sums.Slice(indices[i] * width, width), source.Slice(i * width, width));
        }
    }

    static class IndexCheck
    {
        public static void InRange(string operation, ReadOnlySpan<int> indices, int count, string limit)
        {
            for (int i = 0; i < indices.Length; i++)
                if ((uint)indices[i] >= (uint)count)
                    throw new ShapeException(
                        $"{operation}: index {indices[i]} at position {i} is out of range; {limit}, so it must be from 0 to {count - 1}.");
        }
    }
}

using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The elementwise maximum of the rows that share an index: row r of the result is the maximum of all rows i with <c>indices[i]</c>
        /// = r, <c>[n, …]</c> to <c>[count, …]</c>; −∞ where there is none. Elements that tie share the slope equally. NaN if any of them
        /// is NaN, and so are their slopes.
        /// </summary>
        /// <param name="rows">Rows, <c>[n, …]</c>.</param>
        /// <param name="indices">Where each row belongs, n numbers from 0 to <paramref name="count"/> − 1.</param>
        /// <param name="count">Number of rows of the result.</param>
        /// <exception cref="ShapeException">The number of indices differs from that of the rows, or one is out of range.</exception>
        public static Tensor ScatterRowsMax(Tensor rows, ReadOnlySpan<int> indices, int count) =>
            Dispatcher.Apply(new ScatterRowsMaxOperation(indices.ToArray(), count), rows);
    }
}

namespace Autograd.Operations
{
    sealed class ScatterRowsMaxOperation(int[] indices, int count) : Operation
    {
        readonly int[] indices = indices;
        readonly int count = count;

        public override string Name => nameof(Functions.ScatterRowsMax);

        public int[] Indices => indices;

        public override bool IsSameAs(RecordedOperation other) =>
            other is ScatterRowsMaxOperation same && count == same.count && indices.AsSpan().SequenceEqual(same.indices);

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            Require.AtLeast(Name, nameof(count), count, 0);
            if (shape.Rank == 0 || shape[0] != indices.Length)
                throw new ShapeException($"{Name}: {indices.Length} indices were given for rows {shape}; one for each row is needed.");
            IndexCheck.InRange(Name, indices, count, $"the result has {count} rows");
            return shape.With(0, count);
        }

        public override Tensor Map(MappedCall call) => call.Behind(this, 1);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            Functions.TimesSlope(Functions.GatherRows(cotangent, indices), Shares(call));

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
            Functions.ScatterRows(Functions.TimesSlope(tangents[0]!, Shares(call)), indices, count);

        // NaN beside a NaN, where no element is the largest.
        Tensor Shares(in Call call)
        {
            var isLargest = Functions.Equal(call[0], Functions.GatherRows(call.Result, indices));
            return isLargest / Functions.GatherRows(Functions.ScatterRows(isLargest, indices, count), indices);
        }

        void Compute<T>(Tensor rows, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int width = rows.Shape.Product(1, rows.Rank);
            var source = rows.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            target.Fill(T.NegativeInfinity);
            for (int i = 0; i < indices.Length; i++)
            {
                var largest = target.Slice(indices[i] * width, width);
                TensorPrimitives.Max(largest, source.Slice(i * width, width), largest);
            }
        }
    }
}

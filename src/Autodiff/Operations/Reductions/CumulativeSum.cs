using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Running sum along an axis: y[i] = x[0] + … + x[i]. Its vjp is the running sum from the other end.</summary>
        /// <param name="x">Argument.</param>
        /// <param name="axis">Axis; −1 is the innermost.</param>
        public static Tensor CumulativeSum(Tensor x, int axis) => CumulativeSum(x, axis, fromEnd: false);

        internal static Tensor CumulativeSum(Tensor x, int axis, bool fromEnd)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Dispatcher.Apply(new CumulativeSumOperation(ShapeRules.Axis("CumulativeSum", x.Shape, axis), fromEnd), x);
        }
    }
}

namespace Autograd.Operations
{
    sealed class CumulativeSumOperation(int axis, bool fromEnd) : Operation
    {
        readonly int axis = axis;
        readonly bool fromEnd = fromEnd;

        public override string Name => nameof(Functions.CumulativeSum);

        /// <summary>The axis, and whether the sum runs from its end.</summary>
        public (int Axis, bool FromEnd) Direction => (axis, fromEnd);

        public override bool IsSameAs(RecordedOperation other) => other is CumulativeSumOperation same
            && (axis, fromEnd) == (same.axis, same.fromEnd);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            hasRows[0] && axis > 0;

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(new CumulativeSumOperation(axis + 1, fromEnd), call[0]);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Functions.CumulativeSum(cotangent, axis, !fromEnd);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Functions.CumulativeSum(tangents[0]!, axis, fromEnd);

        void Compute<T>(Tensor x, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int length = x.Shape.Lengths[axis], inner = x.Shape.Product(axis + 1, x.Rank);
            var source = x.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            if (inner == 1)
            {
                RunningSum.OfRows(source, length, target, fromEnd);
                return;
            }
            source.CopyTo(target);
            for (int start = 0; start < x.ElementCount; start += length * inner)
                RunningSum.Accumulate(target.Slice(start, length * inner), inner, fromEnd);
        }
    }
}

using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Repeats axes of length 1, and adds leading ones, up to a shape. Its vjp is <see cref="SumTo"/>.</summary>
        /// <exception cref="ShapeException">The operand does not broadcast to the shape.</exception>
        public static Tensor BroadcastTo(Tensor x, Shape shape)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(shape);
            return x.Shape.Equals(shape) ? Unchanged(x) : Dispatcher.Apply(new BroadcastToOperation(shape), x);
        }

        /// <summary>An axis repeated as a whole several times: <c>[a, b]</c> twice is <c>[a, b, a, b]</c>.</summary>
        /// <param name="x">Argument.</param>
        /// <param name="times">How often, at least 1.</param>
        /// <param name="axis">Axis; −1 is the innermost.</param>
        public static Tensor Repeat(Tensor x, int times, int axis)
        {
            ArgumentNullException.ThrowIfNull(x);
            Require.AtLeast(nameof(Repeat), nameof(times), times, 1);
            int position = ShapeRules.Axis(nameof(Repeat), x.Shape, axis);
            int outer = x.Shape.Product(0, position), block = x.Shape.Product(position, x.Rank);
            var repeated = BroadcastTo(Reshape(x, outer, 1, block), [outer, times, block]);
            return Reshape(repeated, x.Shape.With(position, checked(times * x.Shape.Lengths[position])).Lengths);
        }
    }
}

namespace Autograd.Operations
{
    sealed class BroadcastToOperation(Shape shape) : Operation
    {
        readonly Shape shape = shape;

        public override string Name => nameof(Functions.BroadcastTo);

        public override OperationForm Form => OperationForm.Repetition;

        public override OperationCost Cost => OperationCost.Cheap;

        public override bool Broadcasts => true;

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            ShapeRules.BroadcastsByRows(operands, hasRows, result);

        public override bool IsSameAs(RecordedOperation other) => other is BroadcastToOperation same && shape.Equals(same.shape);

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            if (!ShapeRules.CanBroadcast(operands[0].Shape, shape))
                throw new ShapeException($"{Name}: {operands[0].Shape} does not broadcast to {shape}.");
            return shape;
        }

        public override Tensor Map(MappedCall call) =>
            Functions.BroadcastTo(call.Aligned(0, shape.Rank), [call.Count, .. shape.Lengths]);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        // The sweep sums a cotangent down and spreads a tangent out.
        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => cotangent;

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Functions.BroadcastTo(tangents[0]!, shape);

        static void Compute<T>(Tensor x, Tensor result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            Span<int> lengths = stackalloc int[result.Rank], strides = stackalloc int[result.Rank], same = stackalloc int[result.Rank];
            int axes = BroadcastLoop.Merge(x.Shape, x.Shape, result.Shape, lengths, strides, same);
            BroadcastCopy.Run(x.ReadSpan<T>(), lengths[..axes], strides[..axes], result.WriteSpan<T>());
        }
    }
}

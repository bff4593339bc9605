namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>The same elements in another shape, without a copy. One length may be −1, and is then inferred.</summary>
        /// <exception cref="ShapeException">The number of elements differs.</exception>
        public static Tensor Reshape(Tensor x, params ReadOnlySpan<int> lengths)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Dispatcher.Apply(new ReshapeOperation(ReshapeOperation.Complete(x.Shape, lengths)), x);
        }

        /// <summary>A result that is the argument as it is, though not a parameter itself: that changes, and results do not.</summary>
        internal static Tensor Unchanged(Tensor x) => x is Parameter ? Reshape(x, x.Shape.Lengths) : x;
    }
}

namespace Autograd.Operations
{
    sealed class ReshapeOperation(Shape shape) : ViewOperation
    {
        readonly Shape shape = shape;

        public override string Name => nameof(Functions.Reshape);

        public override OperationForm Form => OperationForm.Renaming;

        /// <summary>Replaces a length of −1 by what remains.</summary>
        public static Shape Complete(Shape from, ReadOnlySpan<int> lengths)
        {
            int open = lengths.IndexOf(-1);
            if (open < 0) return Shape.Create(lengths);
            if (lengths[(open + 1)..].Contains(-1))
                throw new ShapeException("Reshape: more than one length is −1; only one can be inferred.");
            Span<int> completed = stackalloc int[lengths.Length];
            lengths.CopyTo(completed);
            completed[open] = 1;
            int others = Shape.Create(completed).ElementCount;
            if (others == 0 || from.ElementCount % others != 0)
                throw new ShapeException(
                    $"Reshape: {from} has {from.ElementCount} elements; the length −1 cannot be filled in when the others make {others}.");
            completed[open] = from.ElementCount / others;
            return Shape.Create(completed);
        }

        public override bool IsSameAs(RecordedOperation other) => other is ReshapeOperation same && shape.Equals(same.shape);

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var from = operands[0].Shape;
            if (from.ElementCount != shape.ElementCount)
                throw new ShapeException($"{Name}: {from} has {from.ElementCount} elements, {shape} has {shape.ElementCount}.");
            return shape;
        }

        public override Tensor Map(MappedCall call) => Functions.Reshape(call[0], [call.Count, .. shape.Lengths]);

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Functions.Reshape(cotangent, call[0].Shape.Lengths);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Functions.Reshape(tangents[0]!, shape.Lengths);
    }
}

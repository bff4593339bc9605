namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>An axis in reverse order.</summary>
        /// <param name="x">Argument.</param>
        /// <param name="axis">Axis; −1 is the innermost.</param>
        public static Tensor Flip(Tensor x, int axis)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Dispatcher.Apply(new FlipOperation(ShapeRules.Axis("Flip", x.Shape, axis)), x);
        }

        /// <summary>
        /// Sequences <c>[time, batch, …]</c> in reverse order, each within its own length; what lies beyond a length stays in place.
        /// </summary>
        /// <param name="x">Sequences, time first.</param>
        /// <param name="lengths">The length of each sequence of the batch, from 0 to the length of the time axis.</param>
        /// <exception cref="ShapeException">The rank is below 2, or a length is missing or does not lie within the time axis.</exception>
        public static Tensor ReverseSequences(Tensor x, ReadOnlySpan<int> lengths) =>
            Dispatcher.Apply(new ReverseSequencesOperation(lengths.ToArray()), x);
    }
}

namespace Autograd.Operations
{
    sealed class FlipOperation(int axis) : Operation
    {
        readonly int axis = axis;

        public override string Name => nameof(Functions.Flip);

        /// <summary>The axis that is reversed.</summary>
        public int Axis => axis;

        public override bool IsSameAs(RecordedOperation other) => other is FlipOperation same && axis == same.axis;

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) => hasRows[0] && axis > 0;

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(new FlipOperation(axis + 1), call[0]);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        // Reversing is its own inverse and its own adjoint.
        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Dispatcher.Apply(this, cotangent);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        void Compute<T>(Tensor x, Tensor result)
            where T : unmanaged
        {
            int length = x.Shape.Lengths[axis], inner = x.Shape.Product(axis + 1, x.Rank);
            var source = x.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            for (int start = 0; start < source.Length; start += length * inner)
            {
                if (inner == 1) ReversedCopy.Run(source.Slice(start, length), target.Slice(start, length));
                else
                    for (int i = 0; i < length; i++)
                        source.Slice(start + i * inner, inner).CopyTo(target[(start + (length - 1 - i) * inner)..]);
            }
        }
    }

    sealed class ReverseSequencesOperation(int[] lengths) : Operation
    {
        readonly int[] lengths = lengths;

        public override string Name => nameof(Functions.ReverseSequences);

        /// <summary>The length of each sequence.</summary>
        public int[] Lengths => lengths;

        public override bool IsSameAs(RecordedOperation other) => other is ReverseSequencesOperation same
            && lengths.AsSpan().SequenceEqual(same.lengths);

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var shape = operands[0].Shape;
            if (shape.Rank < 2 || shape[1] != lengths.Length)
                throw new ShapeException(
                    $"{Name}: {lengths.Length} lengths were given for {shape}; [time, batch, ...] needs one for each sequence of the "
                    + "batch.");
            foreach (int length in lengths)
                if (length < 0 || length > shape[0])
                    throw new ShapeException($"{Name}: length {length} does not lie within the time axis of {shape}.");
            return shape;
        }

        public override Tensor Map(MappedCall call) => call.Behind(this, 2);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        // Reversing is its own inverse and its own adjoint.
        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Dispatcher.Apply(this, cotangent);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        void Compute<T>(Tensor x, Tensor result)
            where T : unmanaged
        {
            int time = x.Shape[0], batch = lengths.Length, inner = x.Shape.Product(2, x.Rank);
            var source = x.ReadSpan<T>();
            var target = result.WriteSpan<T>();
            for (int t = 0; t < time; t++)
            {
                for (int b = 0; b < batch; b++)
                {
                    int from = t < lengths[b] ? lengths[b] - 1 - t : t;
                    source.Slice((from * batch + b) * inner, inner).CopyTo(target[((t * batch + b) * inner)..]);
                }
            }
        }
    }
}

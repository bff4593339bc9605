namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Tensors end to end along an axis; their other lengths must be equal.</summary>
        /// <param name="axis">Axis; −1 is the innermost.</param>
        /// <param name="parts">At least one tensor.</param>
        /// <exception cref="ShapeException">There are no tensors, or their other lengths differ.</exception>
        public static Tensor Concatenate(int axis, params ReadOnlySpan<Tensor> parts)
        {
            if (parts.Length == 0) throw new ShapeException("Concatenate: no tensors were given.");
            ArgumentNullException.ThrowIfNull(parts[0]);
            return Dispatcher.Apply(new ConcatenateOperation(ShapeRules.Axis("Concatenate", parts[0].Shape, axis)), parts);
        }
    }
}

namespace Autograd.Operations
{
    class ConcatenateOperation(int axis) : Operation
    {
        const int BlockBytes = 16 * 1024;

        readonly int axis = axis;

        public override string Name => nameof(Functions.Concatenate);

        public override OperationForm.Join Form => new(axis);

        public override bool IsSameAs(RecordedOperation other) => other is ConcatenateOperation same && axis == same.axis;

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            axis > 0 && !hasRows.Contains(false);

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var first = operands[0].Shape;
            int total = 0;
            for (int i = 0; i < operands.Length; i++)
            {
                var shape = operands[i].Shape;
                if (shape.Rank != first.Rank || shape.With(axis, 0) != first.With(axis, 0))
                    throw new ShapeException(
                        $"{Name}: operand 0 is {first}, operand {i} is {shape}; all lengths but that of axis {axis} must be equal.");
                total = checked(total + shape.Lengths[axis]);
            }
            return first.With(axis, total);
        }

        public override Tensor Map(MappedCall call) => Dispatcher.Apply(new ConcatenateOperation(axis + 1), call.SpreadAll());

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands, result);
            else Compute<double>(operands, result);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
        {
            int start = 0;
            for (int i = 0; i < argument; i++) start += call[i].Shape.Lengths[axis];
            return Functions.Slice(cotangent, axis, start, call[argument].Shape.Lengths[axis]);
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            var parts = new Tensor[tangents.Length];
            for (int i = 0; i < parts.Length; i++) parts[i] = tangents[i] ?? Tensor.Zeros(call[i].Shape, call[i].ElementType);
            // Not this operation: where the parts are joined, their tangents need not be.
            return Functions.Concatenate(axis, parts);
        }

        unsafe void Compute<T>(ReadOnlySpan<Tensor> operands, Tensor result)
            where T : unmanaged
        {
            int rows = result.Shape.Product(0, axis), row = result.Shape.Product(axis, result.Rank);
            if (row == 0) return;
            // Blocks stay in the first-level cache, so that the result is written to memory from beginning to end.
            int block = Math.Max(BlockBytes / sizeof(T) / row, 1);
            fixed (T* target = result.WriteSpan<T>())
                for (int first = 0; first < rows; first += block)
                    CopyBlock(operands, target + (nint)first * row, row, first, Math.Min(block, rows - first));
        }

        unsafe void CopyBlock<T>(ReadOnlySpan<Tensor> operands, T* target, int row, int first, int rows)
            where T : unmanaged
        {
            foreach (var operand in operands)
            {
                int run = operand.Shape.Product(axis, operand.Rank);
                fixed (T* source = operand.ReadSpan<T>()) StridedRows.Copy(source + (nint)first * run, run, target, row, run, rows);
                target += run;
            }
        }
    }

    /// <summary>Parts of a leading axis that lie side by side in one memory: the whole is there already.</summary>
    sealed class JoinOperation() : ConcatenateOperation(0)
    {
        static readonly JoinOperation Instance = new();

        /// <summary>The parts end to end, without a copy where that can be.</summary>
        public static Tensor Apply(ReadOnlySpan<Tensor> parts) => AreJoined(parts) ? Dispatcher.Apply(Instance, parts)
            : Functions.Concatenate(0, parts);

        public override Tensor View(ReadOnlySpan<Tensor> operands, Shape shape) =>
            new(operands[0].ElementType, shape, operands[0].Storage, operands[0].Offset);

        static bool AreJoined(ReadOnlySpan<Tensor> parts)
        {
            int next = parts[0].Offset;
            foreach (var part in parts)
            {
                if (part.Storage is null || part.Storage != parts[0].Storage || part.Offset != next) return false;
                next += part.ElementCount;
            }
            return true;
        }
    }
}

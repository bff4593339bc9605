namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Tensors of equal shape side by side along a new axis: the steps of a sequence become <c>[time, …]</c>.</summary>
        /// <param name="parts">At least one tensor.</param>
        /// <param name="axis">Position of the new axis in the result; 0 by default.</param>
        /// <exception cref="ShapeException">There are no tensors, or their shapes differ.</exception>
        public static Tensor Stack(ReadOnlySpan<Tensor> parts, int axis = 0)
        {
            if (parts.Length == 0) throw new ShapeException("Stack: no tensors were given.");
            var stacked = Dispatcher.Apply(StackOperation.Instance, parts);
            return MoveAxis(stacked, 0, ShapeRules.Axis("Stack", stacked.Shape, axis));
        }

        /// <summary>
        /// The parts along an axis, which is removed; the steps of a sequence <c>[time, …]</c>. Along the leading axis, nothing is copied.
        /// </summary>
        /// <param name="x">Argument.</param>
        /// <param name="axis">Axis; 0 by default.</param>
        public static Tensor[] Unstack(Tensor x, int axis = 0)
        {
            ArgumentNullException.ThrowIfNull(x);
            return Dispatcher.Split(UnstackOperation.Instance, MoveAxis(x, ShapeRules.Axis("Unstack", x.Shape, axis), 0));
        }

        /// <summary>One axis moved to another position, the others kept in order.</summary>
        public static Tensor MoveAxis(Tensor x, int from, int to)
        {
            ArgumentNullException.ThrowIfNull(x);
            from = ShapeRules.Axis("MoveAxis", x.Shape, from);
            to = ShapeRules.Axis("MoveAxis", x.Shape, to);
            if (from == to) return Unchanged(x);
            var order = Enumerable.Range(0, x.Rank).Where(axis => axis != from).ToList();
            order.Insert(to, from);
            return Permute(x, [.. order]);
        }
    }
}

namespace Autograd.Operations
{
    sealed class StackOperation : Operation
    {
        public static readonly StackOperation Instance = new();

        public override string Name => nameof(Functions.Stack);

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            var first = operands[0].Shape;
            for (int i = 1; i < operands.Length; i++)
                if (!operands[i].Shape.Equals(first))
                    throw new ShapeException(
                        $"{Name}: operand 0 is {first}, operand {i} is {operands[i].Shape}; the shapes must be equal.");
            return Shape.Create([operands.Length, .. first.Lengths]);
        }

        public override Tensor Map(MappedCall call) => Functions.Stack(call.SpreadAll(), 1);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands, result);
            else Compute<double>(operands, result);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Functions.At(cotangent, argument);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
        {
            var zeros = Tensor.Zeros(call[0].Shape, call[0].ElementType);
            var parts = new Tensor[tangents.Length];
            for (int i = 0; i < parts.Length; i++) parts[i] = tangents[i] ?? zeros;
            return Dispatcher.Apply(this, parts);
        }

        static void Compute<T>(ReadOnlySpan<Tensor> operands, Tensor result)
            where T : unmanaged
        {
            var target = result.WriteSpan<T>();
            foreach (var operand in operands)
            {
                operand.ReadSpan<T>().CopyTo(target);
                target = target[operand.ElementCount..];
            }
        }
    }

    sealed class UnstackOperation : SplitOperation
    {
        public static readonly UnstackOperation Instance = new();

        public override string Name => nameof(Functions.Unstack);

        public override Tensor[] Split(Tensor operand)
        {
            if (operand.Rank == 0) throw new ShapeException($"{Name}: the operand is a scalar; there is no axis to take apart.");
            var shape = Shape.Create(operand.Shape.Lengths[1..]);
            var parts = new Tensor[operand.Shape[0]];
            for (int i = 0; i < parts.Length; i++)
                parts[i] = new Tensor(operand.ElementType, shape, operand.Storage, operand.Offset + i * shape.ElementCount);
            return parts;
        }

        public override Tensor[] MapAll(MappedCall call) => Functions.Unstack(call[0], 1);

        public override void Pull(in Call call, ReadOnlySpan<Tensor?> cotangents, CotangentSink into)
        {
            Tensor? zeros = null;
            var all = new Tensor[cotangents.Length];
            for (int i = 0; i < all.Length; i++)
                all[i] = cotangents[i] ?? (zeros ??= Tensor.Zeros(call.Results[i].Shape, call.Results[i].ElementType));
            into.Add(0, Functions.Stack(all));
        }

        public override void Push(in Call call, ReadOnlySpan<Tensor?> tangents, TangentSink into)
        {
            var parts = Functions.Unstack(tangents[0]!);
            for (int i = 0; i < parts.Length; i++) into.Add(i, parts[i]);
        }
    }
}

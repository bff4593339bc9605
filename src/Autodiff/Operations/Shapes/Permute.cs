namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Axes in another order: axis i of the result is axis <c>order[i]</c> of the operand.</summary>
        /// <exception cref="ShapeException">The order does not name every axis once.</exception>
        public static Tensor Permute(Tensor x, params ReadOnlySpan<int> order)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (order.Length != x.Rank)
                throw new ShapeException(
                    $"Permute: {order.Length} axes are named, the operand is {x.Shape}; every axis must be named once.");
            var positions = new int[order.Length];
            for (int i = 0; i < order.Length; i++) positions[i] = ShapeRules.Axis("Permute", x.Shape, order[i]);
            if (order.Length > 0) ShapeRules.Axes("Permute", x.Shape, positions);
            var operation = new PermuteOperation(positions);
            return operation.MovesNothing(x.Shape) ? Reshape(x, operation.Infer([x]).Lengths) : Dispatcher.Apply(operation, x);
        }

        /// <summary>The two innermost axes swapped. Matrix products take flags instead, which cost nothing.</summary>
        public static Tensor Transpose(Tensor x)
        {
            ArgumentNullException.ThrowIfNull(x);
            if (x.Rank < 2) throw new ShapeException($"Transpose: the operand is {x.Shape}; at least two axes are needed.");
            return SwapAxes(x, -2, -1);
        }

        /// <summary>Two axes swapped.</summary>
        public static Tensor SwapAxes(Tensor x, int first, int second)
        {
            ArgumentNullException.ThrowIfNull(x);
            int[] order = [.. Enumerable.Range(0, x.Rank)];
            first = ShapeRules.Axis("SwapAxes", x.Shape, first);
            second = ShapeRules.Axis("SwapAxes", x.Shape, second);
            (order[first], order[second]) = (order[second], order[first]);
            return Permute(x, order);
        }
    }
}

namespace Autograd.Operations
{
    sealed class PermuteOperation(int[] order) : Operation
    {
        readonly int[] order = order;

        public override string Name => nameof(Functions.Permute);

        /// <summary>For each axis of the result that of the operand.</summary>
        public int[] Order => order;

        public override bool IsSameAs(RecordedOperation other) => other is PermuteOperation same
            && order.AsSpan().SequenceEqual(same.order);

        public override bool IsRowwise(ReadOnlySpan<Shape> operands, ReadOnlySpan<bool> hasRows, Shape result) =>
            hasRows[0] && order.Length > 0 && order[0] == 0;

        /// <summary>Whether the elements stay where they are: only axes of length 1 change their places.</summary>
        public bool MovesNothing(Shape shape)
        {
            int last = -1;
            foreach (int axis in order)
            {
                if (shape[axis] == 1) continue;
                if (axis < last) return false;
                last = axis;
            }
            return true;
        }

        public override Shape Infer(ReadOnlySpan<Tensor> operands)
        {
            Span<int> lengths = stackalloc int[order.Length];
            for (int i = 0; i < order.Length; i++) lengths[i] = operands[0].Shape.Lengths[order[i]];
            return Shape.Create(lengths);
        }

        public override Tensor Map(MappedCall call) =>
            Dispatcher.Apply(new PermuteOperation([0, .. order.Select(axis => axis + 1)]), call[0]);

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result)
        {
            if (result.ElementType == ElementType.Float32) Compute<float>(operands[0], result);
            else Compute<double>(operands[0], result);
        }

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent)
        {
            var inverse = new int[order.Length];
            for (int i = 0; i < order.Length; i++) inverse[order[i]] = i;
            return Dispatcher.Apply(new PermuteOperation(inverse), cotangent);
        }

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Dispatcher.Apply(this, tangents[0]!);

        void Compute<T>(Tensor x, Tensor result)
            where T : unmanaged
        {
            if (result.ElementCount == 0) return;
            new PermutedCopy(x.Shape.Lengths, order).Run(x.ReadSpan<T>(), result.WriteSpan<T>());
        }
    }
}

namespace Autograd.Scan;

/// <summary>
/// A product of a step with a leaf that all rows share: the gradient of each row is the sum over time of leftᵀ · (cotangent of the product).
/// </summary>
/// <param name="Leaf">Number of the leaf.</param>
/// <param name="Left">Number of the left operand in the step that is made.</param>
/// <param name="Perturbation">Which perturbation is added to the product.</param>
/// <param name="IsTransposed">Whether the leaf was transposed.</param>
/// <param name="IsBias">Whether the leaf is the bias of the product.</param>
internal readonly record struct SharedProduct(int Leaf, int Left, int Perturbation, bool IsTransposed, bool IsBias);

/// <summary>
/// A step in which the gradients of leaves that all rows share can be told apart by rows: to each product with such a leaf a perturbation is
/// added, which is 0 and whose gradient is the product's cotangent at each step; and where a leaf is used in any other way, another one
/// stands in its place, a copy for each row.
/// </summary>
/// <param name="Step">The step; its leaves are followed by the perturbations and the copies.</param>
/// <param name="Products">The products.</param>
/// <param name="Perturbations">Shapes of the perturbations.</param>
/// <param name="Copies">Numbers of the leaves that are copied.</param>
internal sealed record SharedLeaves(TracedFunction Step, SharedProduct[] Products, Shape[] Perturbations, int[] Copies)
{
    /// <summary>Makes the step.</summary>
    /// <param name="step">The step of a recurrence.</param>
    /// <param name="shared">Numbers of the leaves whose gradients are needed by rows.</param>
    public static SharedLeaves Of(TracedFunction step, int[] shared) => new Builder(step, shared).Build();

    sealed class Builder(TracedFunction step, int[] shared)
    {
        readonly List<SharedProduct> products = [];
        readonly List<Shape> perturbations = [];
        readonly List<int> copies = [];
        readonly List<TracedValue> computed = [];
        readonly List<TracedCall> calls = [];
        readonly int[] numbers = [.. Enumerable.Range(0, step.Values.Length)];

        public SharedLeaves Build()
        {
            var product = Array.ConvertAll(step.Calls, FindProducts);
            int more = perturbations.Count + copies.Count;
            for (int i = 0; i < step.Calls.Length; i++) Add(step.Calls[i], product[i], step.FirstComputed + more);
            Tensor[] leaves = [.. step.Leaves, .. perturbations.Select(shape => Symbol(shape)), .. copies.Select(leaf => step.Leaves[leaf - step.FirstLeaf])];
            TracedValue[] values = [.. step.Values[..step.FirstComputed], .. leaves[step.Leaves.Length..].Select(leaf => new TracedValue(leaf.Shape, leaf.ElementType)), .. computed];
            var made = step with { Values = values, Calls = [.. calls], Leaves = leaves, Results = Array.ConvertAll(step.Results, result => numbers[result]) };
            var renumbered = products.Select(one => one with { Left = numbers[one.Left] });
            return new(made, [.. renumbered], [.. perturbations], [.. copies]);
        }

        Tensor Symbol(Shape shape) => new(step.Values[0].Type, shape, null);

        // Notes the uses of shared leaves. Returns the perturbation of a product with one, or −1.
        int FindProducts(TracedCall call)
        {
            int perturbation = -1;
            for (int i = 0; i < call.Operands.Length; i++)
            {
                if (Array.IndexOf(shared, call.Operands[i]) < 0) continue;
                if (!IsProduct(call, i))
                {
                    if (!copies.Contains(call.Operands[i])) copies.Add(call.Operands[i]);
                    continue;
                }
                if (perturbation < 0)
                {
                    perturbation = perturbations.Count;
                    perturbations.Add(step.Values[call.First].Shape);
                }
                bool isTransposed = call.Operation is MatMulOperation { TransposesRight: true };
                products.Add(new(call.Operands[i], call.Operands[0], perturbation, isTransposed, i == 2));
            }
            return perturbation;
        }

        // With the leaf on the right of what is computed.
        bool IsProduct(TracedCall call, int operand) => operand > 0
            && !(call.Operands[0] >= step.FirstLeaf && call.Operands[0] < step.FirstComputed)
            && step.Values[call.First].Type == step.Values[0].Type
            && call.Operation is AffineOperation or MatMulOperation { TransposesLeft: false }
            && (operand == 2 || step.Values[call.Operands[1]].Shape.Rank == 2);

        void Add(TracedCall call, int perturbation, int firstComputed)
        {
            int[] operands = [.. call.Operands.Select((operand, i) => NumberOf(call, operand, i))];
            int first = firstComputed + computed.Count;
            calls.Add(call with { Operands = operands, First = first });
            for (int i = 0; i < call.Results; i++)
            {
                numbers[call.First + i] = first + i;
                computed.Add(step.Values[call.First + i]);
            }
            if (perturbation < 0) return;
            numbers[call.First] = firstComputed + computed.Count;
            computed.Add(step.Values[call.First]);
            calls.Add(new(BinaryOperation<AddFunction>.Instance, [first, step.FirstComputed + perturbation], numbers[call.First], 1));
        }

        int NumberOf(TracedCall call, int operand, int position)
        {
            int copy = IsProduct(call, position) ? -1 : copies.IndexOf(operand);
            return copy < 0 ? numbers[operand] : step.FirstComputed + perturbations.Count + copy;
        }
    }
}

namespace Autograd.Scan;

/// <summary>
/// A product of a step with a leaf that all rows share: the gradient of each row is the sum over time of leftᵀ · (cotangent of the
/// product); that of a bias the sum of the cotangents.
/// </summary>
/// <param name="Leaf">Number of the leaf.</param>
/// <param name="Left">Number of the left operand in the step that is made.</param>
/// <param name="Perturbation">Which perturbation is added to it.</param>
/// <param name="IsTransposed">Whether the leaf was transposed.</param>
/// <param name="IsBias">Whether the leaf is not multiplied but added.</param>
readonly record struct SharedProduct(int Leaf, int Left, int Perturbation, bool IsTransposed, bool IsBias);

/// <summary>
/// A step in which the gradients of leaves that all rows share can be told apart by rows: to each product with such a
/// leaf a perturbation is
/// added, or to the sum of which it is a part, which is 0 and whose gradient is the product's cotangent at each step; and where a leaf is
/// used in any other way, another one stands in its place, a copy for each row.
/// </summary>
/// <param name="Step">The step; its leaves are followed by the perturbations and the copies.</param>
/// <param name="Products">The products.</param>
/// <param name="Perturbations">Shapes of the perturbations.</param>
/// <param name="Copies">Numbers of the leaves that are copied.</param>
sealed record SharedLeaves(TracedFunction Step, SharedProduct[] Products, Shape[] Perturbations, int[] Copies)
{
    /// <summary>Makes the step.</summary>
    /// <param name="step">The step of a recurrence.</param>
    /// <param name="shared">Numbers of the leaves whose gradients are needed by rows.</param>
    public static SharedLeaves Of(TracedFunction step, int[] shared) => new Builder(step, shared).Build();

    sealed class Builder(TracedFunction step, int[] shared)
    {
        readonly List<SharedProduct> products = [];
        readonly List<int> targets = [];
        readonly List<int> copies = [];
        readonly List<TracedValue> computed = [];
        readonly List<TracedCall> calls = [];
        readonly int[] numbers = [.. Enumerable.Range(0, step.Values.Length)];
        readonly TracedCall?[] onlyUsers = OnlyUsers(step);

        public SharedLeaves Build()
        {
            foreach (var call in step.Calls) FindUses(call);
            Shape[] perturbations = [.. targets.Select(target => step.Values[target].Shape)];
            int more = perturbations.Length + copies.Count;
            foreach (var call in step.Calls) Add(call, step.FirstComputed + more);
            Tensor[] leaves = [.. step.Leaves, .. perturbations.Select(shape => new Tensor(step.Values[0].Type, shape, null)),
                .. copies.Select(leaf => step.Leaves[leaf - step.FirstLeaf])];
            var moreValues = leaves[step.Leaves.Length..].Select(leaf => new TracedValue(leaf.Shape, leaf.ElementType));
            var made = step with
            {
                Values = [.. step.Values[..step.FirstComputed], .. moreValues, .. computed],
                Calls = [.. calls],
                Leaves = leaves,
                Results = Array.ConvertAll(step.Results, result => numbers[result]),
            };
            var renumbered = products.Select(one => one with { Left = numbers[one.Left] });
            return new(made, [.. renumbered], perturbations, [.. copies]);
        }

        // For each value the call that uses it, if that is the only use.
        static TracedCall?[] OnlyUsers(TracedFunction step)
        {
            var uses = new int[step.Values.Length];
            var users = new TracedCall?[uses.Length];
            foreach (int result in step.Results) uses[result] = 2;
            foreach (var call in step.Calls)
                foreach (int operand in call.Operands)
                    users[operand] = ++uses[operand] == 1 ? call : null;
            return users;
        }

        void FindUses(TracedCall call)
        {
            for (int i = 0; i < call.Operands.Length; i++)
            {
                if (Array.IndexOf(shared, call.Operands[i]) < 0) continue;
                if (IsProduct(call, i) || IsBias(call, i)) products.Add(ProductOf(call, i));
                else if (!copies.Contains(call.Operands[i])) copies.Add(call.Operands[i]);
            }
        }

        SharedProduct ProductOf(TracedCall call, int operand)
        {
            int target = SumOf(call.First), perturbation = targets.IndexOf(target);
            if (perturbation < 0)
            {
                perturbation = targets.Count;
                targets.Add(target);
            }
            bool isTransposed = FormOf(call) is OperationForm.MatrixProduct { TransposesRight: true };
            return new(call.Operands[operand], call.Operands[0], perturbation, isTransposed, !IsProduct(call, operand) || operand == 2);
        }

        // The value or, where it is only added to others, the sum, whose cotangent is its own.
        int SumOf(int value)
        {
            while (onlyUsers[value] is { } sum && FormOf(sum) == OperationForm.Addition && step.Values[sum.First] == step.Values[value])
                value = sum.First;
            return value;
        }

        static OperationForm? FormOf(TracedCall call) => (call.Operation as Operation)?.Form;

        // With the leaf on the right of what is computed, or as the bias of that.
        bool IsProduct(TracedCall call, int operand) => operand > 0
            && !(call.Operands[0] >= step.FirstLeaf && call.Operands[0] < step.FirstComputed)
            && step.Values[call.First].Type == step.Values[0].Type
            && FormOf(call) is OperationForm.MatrixProduct { TransposesLeft: false }
            && (operand == 2 || step.Values[call.Operands[1]].Shape.Rank == 2);

        bool IsBias(TracedCall call, int operand)
        {
            var (leaf, sum) = (step.Values[call.Operands[operand]], step.Values[call.First]);
            return FormOf(call) == OperationForm.Addition && sum.Type == step.Values[0].Type && leaf.Shape.Rank == 1
                && sum.Shape[^1] == leaf.Shape[0];
        }

        void Add(TracedCall call, int firstComputed)
        {
            int[] operands = [.. call.Operands.Select((operand, i) => NumberOf(call, operand, i))];
            int first = firstComputed + computed.Count;
            calls.Add(call with { Operands = operands, First = first });
            for (int i = 0; i < call.Results; i++)
            {
                numbers[call.First + i] = first + i;
                computed.Add(step.Values[call.First + i]);
            }
            int perturbation = targets.IndexOf(call.First);
            if (perturbation < 0) return;
            numbers[call.First] = firstComputed + computed.Count;
            computed.Add(step.Values[call.First]);
            calls.Add(new(BinaryOperation<AddFunction>.Instance, [first, step.FirstComputed + perturbation], numbers[call.First], 1));
        }

        int NumberOf(TracedCall call, int operand, int position)
        {
            int copy = IsProduct(call, position) || IsBias(call, position) ? -1 : copies.IndexOf(operand);
            return copy < 0 ? numbers[operand] : step.FirstComputed + targets.Count + copy;
        }
    }
}

namespace Autograd.Scan;

/// <summary>Computes what a plan needs once for each run; see <see cref="LoopInvariant"/>.</summary>
static class LoopInvariants
{
    /// <summary>The leaves, and behind them what is computed from them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="leaves">Those of the program, and whatever is computed from them already.</param>
    /// <param name="isBackward">Whether what the backward step needs is computed too.</param>
    public static Tensor[] With(ScanPlan plan, Tensor[] leaves, bool isBackward)
    {
        var program = plan.Graph.Program;
        var missing = plan.Graph.Invariants.AsSpan(leaves.Length - program.Leaves);
        int count = 0;
        while (count < missing.Length && (isBackward || !missing[count].Value.IsBackward)) count++;
        if (count == 0) return leaves;
        var all = new Tensor[leaves.Length + count];
        leaves.CopyTo(all, 0);
        foreach (var invariant in missing[..count])
        {
            var operands = Array.ConvertAll(
                invariant.Operands,
                operand => operand.Role == Role.Leaf ? all[operand.Index] : operand.ConstantTensor(program.ElementType));
            all[invariant.Value.Index] = Compute(invariant.Operation, operands, invariant.Value.Shape, program.ElementType);
        }
        return all;
    }

    // Nothing here is recorded: how a gradient follows from its leaves is in the program of the step.
    static Tensor Compute(Operation operation, Tensor[] operands, Shape shape, ElementType type)
    {
        if (operation.View(operands, shape) is { } view) return view;
        var result = Dispatcher.AllocateUnpooled(type, shape);
        if (shape.ElementCount > 0) operation.Compute(operands, result);
        return result;
    }
}

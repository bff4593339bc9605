using System.Numerics;

namespace Autograd.Scan;

/// <summary>
/// The operations of a pass that run their own code, with the tensors they read and write. What they give is a view or is computed at each
/// step.
/// </summary>
sealed class ScanCalls<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Dictionary<StepValue, Tensor> tensors = [];
    readonly Dictionary<OperationAction, (Tensor[] Operands, Tensor? Result)> calls = new(ReferenceEqualityComparer.Instance);
    readonly ScanWorkspace<T> workspace;
    readonly Tensor[] leaves;

    public ScanCalls(ScanPass pass, ScanWorkspace<T> workspace, Tensor[] leaves)
    {
        this.workspace = workspace;
        this.leaves = leaves;
        foreach (var action in pass.Actions)
            if (action is OperationAction operation)
                Prepare(operation);
    }

    public Tensor TensorOf(StepValue value)
    {
        if (tensors.TryGetValue(value, out var tensor)) return tensor;
        tensor = value.Role switch
        {
            Role.Leaf => leaves[value.Index],
            Role.Constant => value.ConstantTensor(ElementTypes.Of<T>()),
            _ => workspace.TensorOf(value),
        };
        tensors.Add(value, tensor);
        return tensor;
    }

    public void Run(OperationAction action)
    {
        var (operands, result) = calls[action];
        if (result is not null) action.Value.Operation!.Compute(operands, result);
    }

    void Prepare(OperationAction action)
    {
        var operation = action.Value.Operation!;
        var operands = new Tensor[action.Operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            var tensor = TensorOf(action.Operands[i]);
            var shape = action.Value.Operands[i].Shape;
            // A sum of rows may be asked for as a column.
            operands[i] = tensor.Shape.Equals(shape) ? tensor : new Tensor(tensor.ElementType, shape, tensor.Storage, tensor.Offset);
        }
        if (operation.View(operands, action.Value.Shape) is { } view)
        {
            tensors.Add(action.Value, view);
            calls.Add(action, (operands, null));
            return;
        }
        var result = TensorOf(action.Value);
        calls.Add(action, (operands, action.Value.Shape.ElementCount > 0 ? result : null));
    }
}

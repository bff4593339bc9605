namespace Autograd;

public sealed partial class Tape
{
    /// <summary>What was recorded since a position: each operation with its operands and its result, in order.</summary>
    internal IEnumerable<(Operation Operation, Tensor[] Operands, Tensor Result)> Recorded(int since)
    {
        for (int entry = since; entry < Position; entry++)
            yield return (memory.OperationOf(entry), memory.OperandsOf(entry).ToArray(), memory.ResultOf(entry));
    }
}

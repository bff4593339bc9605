namespace Autograd.Scan;

/// <summary>Whether values are the same operation on the same operands.</summary>
sealed class SameComputation : IEqualityComparer<StepValue>
{
    public static readonly SameComputation Instance = new();

    public bool Equals(StepValue? x, StepValue? y) => x!.Shape.Equals(y!.Shape) && x.Operands.AsSpan().SequenceEqual(y.Operands)
        && x.Operation!.IsSameAs(y.Operation!);

    public int GetHashCode(StepValue value)
    {
        HashCode hash = default;
        hash.Add(value.Operation!.GetType());
        foreach (var operand in value.Operands) hash.Add(operand.Number);
        return hash.ToHashCode();
    }
}

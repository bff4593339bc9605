namespace Autograd.PropertyTests;

/// <summary>One function and the point, in double, at which it is judged.</summary>
sealed record Trial(Func<IReadOnlyList<Tensor>, Tensor> Function, params Tensor[] Inputs)
{
    /// <summary>The longest sum in it: no operation adds up more terms than its largest operand has elements.</summary>
    public int Terms => Math.Max(1, Inputs.Max(input => input.ElementCount));

    public override string ToString() => string.Join("; ", Inputs.Select((input, i) => $"input {i}: {input}"));
}

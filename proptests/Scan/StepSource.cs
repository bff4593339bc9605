namespace Autograd.PropertyTests;

/// <summary>Where a value of a random step comes from.</summary>
enum StepSource
{
    Input,
    State,
    Parameter,
    Captured,
    Constant,
    Computed,
}

/// <summary>A value of a random step.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Index">Which one of its source.</param>
/// <param name="Text">How it is computed, for reading.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Bound">About how large its elements may be.</param>
/// <param name="Operands">Numbers of the values it is computed from.</param>
sealed record StepLine(StepSource Source, int Index, string Text, Shape Shape, double Bound, int[] Operands)
{
    public Func<Tensor[], ElementType, Tensor>? Apply { get; init; }

    /// <summary>Whether it depends on the input or a state as it is written, so that the scan computes it.</summary>
    public bool IsInner { get; init; }

    public override string ToString() => $"{Text} {Shape}";
}

/// <summary>A tensor that a random step uses from outside.</summary>
/// <param name="Value">In double; the numbers are exact in float too.</param>
/// <param name="IsTracked">Whether its gradient is asked for.</param>
/// <param name="IsComputed">Whether the step sees a function of it that the tape recorded before.</param>
sealed record CapturedTensor(Tensor Value, bool IsTracked, bool IsComputed);

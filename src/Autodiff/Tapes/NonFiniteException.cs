namespace Autograd;

/// <summary>An operation produced a NaN or an infinity from finite operands, on a tape that looks for them.</summary>
public sealed class NonFiniteException : ArithmeticException
{
    internal NonFiniteException(string message, string operation, int? step)
        : base(message)
    {
        Operation = operation;
        Step = step;
    }

    /// <summary>The operation.</summary>
    public string Operation { get; }

    /// <summary>The time step of a recurrence in which it happened; null outside of one.</summary>
    public int? Step { get; }
}

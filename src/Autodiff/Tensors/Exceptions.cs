namespace Autograd;

/// <summary>
/// Shapes, ranks, axes or indices are not valid for the operation. The message names the operation, the operands and their shapes.
/// </summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Creates the exception with a message.</summary>
    public ShapeException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and an inner exception.</summary>
    public ShapeException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>Element types were mixed, or a tensor was accessed as a type that it does not hold. Nothing is promoted silently.</summary>
public sealed class ElementTypeException : ArgumentException
{
    /// <summary>Creates the exception with a message.</summary>
    public ElementTypeException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and an inner exception.</summary>
    public ElementTypeException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>
/// A tape was misused: two tapes on one thread, one tape used from two threads, or a gradient of something it did not record. Also thrown
/// when a parameter is written while it is being read, or between its use on a tape and the tape's sweep.
/// </summary>
public sealed class TapeException : InvalidOperationException
{
    /// <summary>Creates the exception with a message.</summary>
    public TapeException(string message)
        : base(message)
    {
    }
}

/// <summary>
/// A value was read from a tensor that has a shape but no data, or a parameter was to be changed while such tensors stand for values. A
/// cell whose step does either cannot be traced, and runs operation by operation.
/// </summary>
public sealed class SymbolicReadException : InvalidOperationException
{
    internal SymbolicReadException(string message)
        : base(message)
        => TensorOwner.NoteRefusal(message);
}

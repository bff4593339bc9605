namespace Autograd;

/// <summary>
/// Shapes, ranks, axes or indices do not fit the operation. The message names the operation, the operands and their shapes.
/// </summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Creates the exception with its message.</summary>
    public ShapeException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message, and the one that it explains.</summary>
    public ShapeException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>Two element types were mixed, or one was asked for that a tensor does not have. Nothing is promoted silently.</summary>
public sealed class ElementTypeException : ArgumentException
{
    /// <summary>Creates the exception with its message.</summary>
    public ElementTypeException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message, and the one that it explains.</summary>
    public ElementTypeException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>
/// A tape was misused: two on one thread, one from two threads, or a gradient of something it did not record. Or a parameter was written
/// while it was read, or between its use on a tape and the tape's sweep.
/// </summary>
public sealed class TapeException : InvalidOperationException
{
    /// <summary>Creates the exception with its message.</summary>
    public TapeException(string message)
        : base(message)
    {
    }
}

/// <summary>
/// A value was read from a tensor that has a shape but no data. A step that does so cannot be traced, and runs operation by operation.
/// </summary>
public sealed class SymbolicReadException : InvalidOperationException
{
    internal SymbolicReadException(string message)
        : base(message)
    {
    }
}

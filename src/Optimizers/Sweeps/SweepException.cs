namespace Autograd.Optimizers;

/// <summary>The file of a sweep belongs to another one, or is damaged.</summary>
public sealed class SweepException : Exception
{
    /// <summary>Creates the exception with a message.</summary>
    public SweepException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public SweepException(string message, Exception cause)
        : base(message, cause)
    {
    }
}

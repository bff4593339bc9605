namespace Autograd.Distributed;

/// <summary>MPI is missing, was started in a way that does not fit, or has reported an error.</summary>
public sealed class MpiException : Exception
{
    internal MpiException(string message)
        : base(message)
    {
    }
}

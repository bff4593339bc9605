namespace Autograd.Distributed;

/// <summary>MPI is missing, was started in an unsuitable way, or has reported an error.</summary>
public sealed class MpiException : Exception
{
    internal MpiException(string message)
        : base(message)
    {
    }
}

namespace Autograd;

/// <summary>
/// A matrix does not have a required property: it is singular, or not positive definite, or an element is not finite. The message names the
/// operation, the shape, and which matrix of a batch it is.
/// </summary>
public sealed class MatrixException : ArgumentException
{
    /// <summary>Creates the exception with a message.</summary>
    public MatrixException(string message)
        : base(message)
    {
    }
}

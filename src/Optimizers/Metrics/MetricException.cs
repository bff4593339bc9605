namespace Autograd.Optimizers;

/// <summary>A metric was read that has no value: nothing was added, or what it divides by is 0.</summary>
public sealed class MetricException : InvalidOperationException
{
    /// <summary>Creates the exception with its message.</summary>
    public MetricException(string message)
        : base(message)
    {
    }

    internal static MetricException Empty(string metric) => new($"{metric}: nothing was added that counts; it has no value.");
}

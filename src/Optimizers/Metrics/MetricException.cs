namespace Autograd.Optimizers;

/// <summary>A metric was read that has no value: nothing was added, or its denominator is 0.</summary>
public sealed class MetricException : InvalidOperationException
{
    /// <summary>Creates the exception with a message.</summary>
    public MetricException(string message)
        : base(message)
    {
    }

    internal static MetricException Empty(string metric) => new($"{metric}: nothing was added that counts; it has no value.");
}

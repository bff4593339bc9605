using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// The norm of the gradients of a training step exceeds <see cref="TrainingLoop.LargestGradient"/>. The step was not made.
/// </summary>
public sealed class ExplodingGradientException : DivergenceException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="norm">The norm of its gradients.</param>
    /// <param name="largest">The largest norm allowed.</param>
    public ExplodingGradientException(long step, double norm, double largest)
        : base(Invariant(
            $"TrainingLoop: the gradients of step {step} have the norm {norm}, more than {largest}; nothing was changed."))
    {
        Step = step;
        Norm = norm;
        Largest = largest;
    }

    /// <summary>The step, from 0.</summary>
    public long Step { get; }

    /// <summary>The norm of its gradients.</summary>
    public double Norm { get; }

    /// <summary>The largest norm allowed.</summary>
    public double Largest { get; }
}

using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>The loss of a training step is NaN or infinite. The step was not made: parameters and optimizer are as before it.</summary>
public sealed class NonFiniteLossException : DivergenceException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="loss">Its loss.</param>
    public NonFiniteLossException(long step, double loss)
        : base(Invariant(
            $"TrainingLoop: the loss of step {step} is {loss}; nothing was changed. ")
            + "TrainingLoop.PostMortem, or DetectsNonFinite of a tape, shows where it begins.")
    {
        Step = step;
        Loss = loss;
    }

    /// <summary>The step, from 0.</summary>
    public long Step { get; }

    /// <summary>Its loss.</summary>
    public double Loss { get; }
}

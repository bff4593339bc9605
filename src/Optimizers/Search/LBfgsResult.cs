namespace Autograd.Optimizers;

/// <summary>What <see cref="LBfgs"/> has reached; the parameters hold it.</summary>
/// <param name="Loss">The lowest loss.</param>
/// <param name="LargestGradient">The largest magnitude of an element of its gradient.</param>
/// <param name="Iterations">Steps done.</param>
/// <param name="Evaluations">How often the loss and its gradient were computed.</param>
/// <param name="End">Why it ended.</param>
public readonly record struct LBfgsResult(double Loss, double LargestGradient, int Iterations, int Evaluations, LBfgsEnd End);

/// <summary>Why <see cref="LBfgs"/> ended.</summary>
public enum LBfgsEnd
{
    /// <summary>The gradient is within the tolerance.</summary>
    Converged,

    /// <summary>All iterations were done.</summary>
    IterationsDone,

    /// <summary>No step makes the loss smaller: it is at the limit of rounding, or the gradient is wrong.</summary>
    NoProgress,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

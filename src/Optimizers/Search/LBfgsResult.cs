namespace Autograd.Optimizers;

/// <summary>The result of <see cref="LBfgs"/>; the parameters hold the point.</summary>
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

    /// <summary>The number of iterations was reached.</summary>
    IterationsDone,

    /// <summary>No step reduces the loss: it is at the limit of rounding, or the gradient is wrong.</summary>
    NoProgress,

    /// <summary>The operation was cancelled.</summary>
    Cancelled,
}

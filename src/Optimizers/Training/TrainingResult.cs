using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>The outcome of a run of <see cref="TrainingLoop"/>.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Steps">Steps done, those of earlier runs included.</param>
/// <param name="Best">The best validation, to which the parameters belong; null if there was no validation, or all were NaN.</param>
/// <param name="BestStep">The number of steps at the best validation; null in the same cases.</param>
public sealed record TrainingResult(TrainingEnd End, long Steps, double? Best, long? BestStep)
{
    /// <summary>In one line, independent of the culture: <c>StepsDone after 500 steps; best 0.25 at step 400</c>.</summary>
    public override string ToString() => Invariant($"{End} after {Steps} steps")
        + (Best is { } best ? Invariant($"; best {best:G6} at step {BestStep}") : "");
}

/// <summary>Why a run of <see cref="TrainingLoop"/> ended.</summary>
public enum TrainingEnd
{
    /// <summary>All steps are done.</summary>
    StepsDone,

    /// <summary>Early stopping ended it.</summary>
    StoppedEarly,

    /// <summary>The operation was cancelled.</summary>
    Cancelled,
}

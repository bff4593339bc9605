using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>How a run of <see cref="TrainingLoop"/> went.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Steps">Steps done, those of earlier runs included.</param>
/// <param name="Best">The best validation, which the parameters belong to; null where nothing was validated, or all was NaN.</param>
/// <param name="BestStep">The number of steps after which it was best; null likewise.</param>
public sealed record TrainingResult(TrainingEnd End, long Steps, double? Best, long? BestStep)
{
    /// <summary>The same in every country: <c>StepsDone after 500 steps; best 0.25 at step 400</c>.</summary>
    public override string ToString() => Invariant($"{End} after {Steps} steps")
        + (Best is { } best ? Invariant($"; best {best:G6} at step {BestStep}") : "");
}

/// <summary>Why a run of <see cref="TrainingLoop"/> ended.</summary>
public enum TrainingEnd
{
    /// <summary>All steps are done.</summary>
    StepsDone,

    /// <summary>Early stopping said that it no longer helps.</summary>
    StoppedEarly,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

namespace Autograd.Optimizers;

/// <summary>How far a training has come, after a step.</summary>
/// <param name="Step">Steps done, those of earlier runs included.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">The loss of this step's batch, before the step; over micro-batches their mean.</param>
/// <param name="MeanLoss">The mean of the losses since the last step that was to be validated.</param>
/// <param name="LearningRate">The rate of this step.</param>
/// <param name="Validation">What the validation after this step gave; null without one.</param>
/// <param name="Best">The best validation so far; null before the first that is not NaN.</param>
/// <param name="Elapsed">The time since the run began.</param>
public readonly record struct TrainingProgress(
    long Step, long Steps, double Loss, double MeanLoss, double LearningRate, double? Validation, double? Best, TimeSpan Elapsed)
{
    /// <summary>
    /// Calls something at each report, on the thread that reports and before it goes on. (The framework's <see cref="Progress{T}"/> posts
    /// reports to other threads, where they may arrive late and in another order.)
    /// </summary>
    public static IProgress<TrainingProgress> To(Action<TrainingProgress> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new Receiver(report);
    }

    sealed class Receiver(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}

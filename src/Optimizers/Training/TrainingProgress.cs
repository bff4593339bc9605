using System.Runtime.ExceptionServices;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>The progress of training, after a step.</summary>
/// <param name="Step">Steps done, those of earlier runs included.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">The loss of this step's batch, before the step; over micro-batches their mean.</param>
/// <param name="MeanLoss">The mean of the losses since the last step at which a validation was due.</param>
/// <param name="LearningRate">The rate of this step.</param>
/// <param name="Validation">The result of the validation after this step; null without one.</param>
/// <param name="Best">The best validation so far; null before the first that is not NaN.</param>
/// <param name="Elapsed">The time since the run began.</param>
public readonly record struct TrainingProgress(
    long Step, long Steps, double Loss, double MeanLoss, double LearningRate, double? Validation, double? Best, TimeSpan Elapsed)
{
    /// <summary>The numbers in one line, independent of the culture: <c>step 100 of 500: loss 0.25, mean 0.31, rate 0.001, …</c></summary>
    public override string ToString() => Invariant($"step {Step} of {Steps}: loss {Loss:G6}, mean {MeanLoss:G6}, rate {LearningRate:G6}")
        + (Validation is { } validation ? Invariant($", validation {validation:G6}") : "")
        + (Best is { } best ? Invariant($", best {best:G6}") : "") + Invariant($", {Elapsed.TotalSeconds:F1} s");

    /// <summary>
    /// Calls a function at each report, on the reporting thread and before it continues. (The framework's <see cref="Progress{T}"/> posts
    /// reports to other threads, where they may arrive late and out of order.)
    /// </summary>
    public static IProgress<TrainingProgress> To(Action<TrainingProgress> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new Receiver(report);
    }

    /// <summary>
    /// Passes each report on to several receivers, in their order. If one throws, a log on a full disk for example, the others still
    /// receive it; the first exception is then rethrown.
    /// </summary>
    public static IProgress<TrainingProgress> To(params ReadOnlySpan<IProgress<TrainingProgress>> receivers)
    {
        var all = receivers.ToArray();
        foreach (var receiver in all) ArgumentNullException.ThrowIfNull(receiver);
        return To(progress =>
        {
            ExceptionDispatchInfo? first = null;
            foreach (var receiver in all)
            {
                try
                {
                    receiver.Report(progress);
                }
#pragma warning disable CA1031 // It is thrown, when the others have been told.
                catch (Exception error)
#pragma warning restore CA1031
                {
                    first ??= ExceptionDispatchInfo.Capture(error);
                }
            }
            first?.Throw();
        });
    }

    sealed class Receiver(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}

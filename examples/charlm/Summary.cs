using System.Globalization;
using Autograd.Optimizers;

namespace Autograd.Charlm;

/// <summary>How a training went, as a line of JSON for other programs; nats are those of the best epoch.</summary>
public sealed class Summary(TrainingLoop loop, int parameters) : ISaved
{
    double trainNats = double.NaN;
    TimeSpan elapsed;

    /// <summary>Takes note of a step.</summary>
    public void Observe(TrainingProgress at)
    {
        elapsed = at.Elapsed;
        if (at.Validation is not null && loop.Best.BestObservation == loop.Best.Observations) trainNats = at.MeanLoss;
    }

    /// <summary>JSON has no NaN: a run that was stopped before its first validation has nats of <c>null</c>.</summary>
    public string ToJson() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"validation_nats":{{Number(loop.Best.Value)}},"train_nats":{{Number(trainNats)}},"steps":{{loop.Steps}},"seconds":"""
        + $$"""{{elapsed.TotalSeconds:F2}},"parameters":{{parameters}}}""");

    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("nats in training", () => trainNats, value => trainNats = value);
    }

    static string Number(double? nats) =>
        nats is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "null";
}

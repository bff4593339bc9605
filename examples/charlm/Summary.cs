using System.Globalization;
using System.Text;
using Autograd.Optimizers;

namespace Autograd.Charlm;

/// <summary>
/// How a training went: the record of the run, and a line of JSON for other programs. Nats are those of the best epoch.
/// </summary>
public sealed class Summary(TrainingLoop loop, Options options, string text) : ISaved
{
    readonly RunRecord record = new("Character model", options.Configuration) { DataHash = RunRecord.Hash(Encoding.UTF8.GetBytes(text)) };
    double trainNats = double.NaN;
    TimeSpan elapsed;

    /// <summary>Takes note of a step.</summary>
    public void Observe(TrainingProgress at)
    {
        elapsed = at.Elapsed;
        record.Report(at);
        if (at.Validation is not null && loop.Best.BestObservation == loop.Best.Observations) trainNats = at.MeanLoss;
    }

    /// <summary>Takes note of what the model writes after an epoch.</summary>
    public void AddSample(TrainingProgress at, string sample) => record.AddSample($"Epoch {at.Step / loop.ValidateEvery}", sample);

    /// <summary>Saves the record, and compares it with that of the run which this one repeats.</summary>
    /// <returns>What came of the comparison; null where there is none.</returns>
    /// <exception cref="InvalidOperationException">It is not the same run.</exception>
    public string? Finish()
    {
        record.Finish(loop.Optimizer.Parameters);
        if (options.Record is { } folder) record.Save(folder);
        if (options.Replay is not { } before) return null;
        record.ThrowIfUnlike(before);
        return $"The same to the bit as the run that was recorded: parameters {record.ParameterHash}";
    }

    /// <summary>JSON has no NaN: a run that was stopped before its first validation has nats of <c>null</c>.</summary>
    public string ToJson() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"validation_nats":{{Number(loop.Best.Value)}},"train_nats":{{Number(trainNats)}},"steps":{{loop.Steps}},"seconds":"""
        + $$"""{{elapsed.TotalSeconds:F2}},"parameters":{{loop.Optimizer.Parameters.Sum(one => one.Shape.ElementCount)}}}""");

    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("nats in training", () => trainNats, value => trainNats = value);
    }

    static string Number(double? nats) =>
        nats is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "null";
}

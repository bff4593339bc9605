using System.Diagnostics.Metrics;

namespace Autograd.Optimizers;

/// <summary>
/// The numbers of a training run as .NET metrics, which <c>dotnet-counters monitor --counters Autograd.Training</c> shows while it runs,
/// and OpenTelemetry exports:
/// <code>
/// using var meter = new TrainingMeter();
/// loop.Run(10_000, meter);
/// </code>
/// Instruments: <c>autograd.training.steps</c> (a counter), <c>.loss</c>, <c>.learning_rate</c>, <c>.validation</c> (gauges), and
/// <c>.step.duration</c> in seconds (a histogram).
/// </summary>
public sealed class TrainingMeter : IProgress<TrainingProgress>, IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Autograd.Training";

    const string Prefix = "autograd.training.";

    readonly Meter meter = new(Name);
    readonly Counter<long> steps;
    readonly Gauge<double> loss, rate, validation;
    readonly Histogram<double> duration;
    TrainingProgress? before;

    /// <summary>Creates the instruments.</summary>
    public TrainingMeter()
    {
        steps = meter.CreateCounter<long>($"{Prefix}steps", "{step}");
        loss = meter.CreateGauge<double>($"{Prefix}loss");
        rate = meter.CreateGauge<double>($"{Prefix}learning_rate");
        validation = meter.CreateGauge<double>($"{Prefix}validation");
        duration = meter.CreateHistogram<double>($"{Prefix}step.duration", "s");
    }

    /// <summary>Records a report.</summary>
    public void Report(TrainingProgress value)
    {
        steps.Add(1);
        loss.Record(value.Loss);
        rate.Record(value.LearningRate);
        if (value.Validation is { } judged) validation.Record(judged);
        // The clock begins anew with each run.
        bool goesOn = before is { } last && last.Step == value.Step - 1 && last.Elapsed <= value.Elapsed;
        duration.Record((value.Elapsed - (goesOn ? before!.Value.Elapsed : default)).TotalSeconds);
        before = value;
    }

    /// <summary>Ends the meter.</summary>
    public void Dispose() => meter.Dispose();
}

using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>One run of a sweep, as its function sees it.</summary>
/// <typeparam name="T">What differs between settings.</typeparam>
public sealed class SweepRun<T>
{
    readonly List<(long Step, double Value)> curve = [];

    internal SweepRun(string name, T setting, int seed, CancellationToken cancellation)
    {
        Name = name;
        Setting = setting;
        Seed = seed;
        Cancellation = cancellation;
    }

    /// <summary>The name of the setting.</summary>
    public string Name { get; }

    /// <summary>The setting.</summary>
    public T Setting { get; }

    /// <summary>The seed, from 0. All settings have the same seeds.</summary>
    public int Seed { get; }

    /// <summary>The key of the seed, from which all that is random in the run is to come.</summary>
    public RandomKey Key => new((ulong)Seed);

    /// <summary>To be given to whatever takes long.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The number of parameters, for the table; null until somebody says it.</summary>
    public long? ParameterCount { get; set; }

    /// <summary>For a <see cref="TrainingLoop"/>: its validations become the curve of this run.</summary>
    public IProgress<TrainingProgress> Progress => TrainingProgress.To(at =>
    {
        if (at.Validation is { } value) Report(at.Step, value);
    });

    /// <summary>Adds a point to the curve of this run.</summary>
    /// <param name="step">The step.</param>
    /// <param name="value">What was reached there.</param>
    public void Report(long step, double value) => curve.Add((step, value));

    internal IReadOnlyList<(long Step, double Value)> Curve => curve;
}

/// <summary>How a run of a sweep went.</summary>
/// <param name="Setting">The name of its setting.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Value">What it reached; NaN for one that failed.</param>
/// <param name="ParameterCount">The number of parameters; null if the run has not said it.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Curve">What it reached at which steps.</param>
/// <param name="Error">Type and message of the exception that it threw; null for one that went well.</param>
public sealed record SweepResult(
    string Setting, int Seed, double Value, long? ParameterCount, double Seconds, IReadOnlyList<(long Step, double Value)> Curve,
    string? Error)
{
    /// <summary>Setting, seed and what was reached.</summary>
    public override string ToString() => Invariant($"{Setting}, seed {Seed}: ") + (Error ?? Invariant($"{Value:G6}"));
}

/// <summary>How far a sweep has come.</summary>
/// <param name="Finished">Runs that are finished, those of earlier times included.</param>
/// <param name="Runs">Runs in all.</param>
/// <param name="Latest">The run that has just finished.</param>
public readonly record struct SweepProgress(int Finished, int Runs, SweepResult Latest)
{
    /// <summary>How many of how many, and the latest.</summary>
    public override string ToString() => Invariant($"{Finished} of {Runs}: {Latest}");
}

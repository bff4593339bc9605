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

    /// <summary>The key of the seed, from which everything random in the run should be drawn.</summary>
    public RandomKey Key => new((ulong)Seed);

    /// <summary>To be passed on to anything that takes long.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The number of parameters, for the table; null until it is set.</summary>
    public long? ParameterCount { get; set; }

    /// <summary>For a <see cref="TrainingLoop"/>: its validations become the curve of this run.</summary>
    public IProgress<TrainingProgress> Progress => TrainingProgress.To(at =>
    {
        if (at.Validation is { } value) Report(at.Step, value);
    });

    /// <summary>Adds a point to the curve of this run.</summary>
    /// <param name="step">The step.</param>
    /// <param name="value">The value there.</param>
    public void Report(long step, double value) => curve.Add((step, value));

    internal IReadOnlyList<(long Step, double Value)> Curve => curve;
}

/// <summary>The outcome of a run of a sweep.</summary>
/// <param name="Setting">The name of its setting.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Value">Its result; NaN for a run that failed.</param>
/// <param name="ParameterCount">The number of parameters; null if the run did not set it.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Curve">Its values at the steps where it reported them.</param>
/// <param name="Error">Type and message of the exception that it threw; null for a run that succeeded.</param>
public sealed record SweepResult(
    string Setting, int Seed, double Value, long? ParameterCount, double Seconds, IReadOnlyList<(long Step, double Value)> Curve,
    string? Error)
{
    /// <summary>Setting, seed and result.</summary>
    public override string ToString() => Invariant($"{Setting}, seed {Seed}: ") + (Error ?? Invariant($"{Value:G6}"));
}

/// <summary>The progress of a sweep.</summary>
/// <param name="Finished">Number of finished runs, those from the file included.</param>
/// <param name="Runs">Runs in all.</param>
/// <param name="Latest">The run that has just finished.</param>
public readonly record struct SweepProgress(int Finished, int Runs, SweepResult Latest)
{
    /// <summary>How many of how many, and the latest.</summary>
    public override string ToString() => Invariant($"{Finished} of {Runs}: {Latest}");
}

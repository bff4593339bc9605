namespace Autograd;

/// <summary>How a recurrence runs.</summary>
public readonly record struct ScanOptions
{
    /// <summary>Threads at most; 0 for as many as pay: one for short runs, and one where all processors are at work.</summary>
    public int Threads { get; init; }

    /// <summary>Number of the first step, where the sequence is a part of a longer one.</summary>
    public int FirstStep { get; init; }

    /// <summary>Whether the plan is interpreted, as it is where no code can be made.</summary>
    public bool Interprets { get; init; }

    /// <summary>
    /// Whether the states after all steps are of no use: <see cref="ScanOutcome.All"/> is empty, and a run that is not recorded keeps those
    /// of a few steps.
    /// </summary>
    public bool ForgetsStates { get; init; }

    /// <summary>Ends the run between chunks of its steps; nothing is recorded then.</summary>
    public CancellationToken Cancellation { get; init; }
}

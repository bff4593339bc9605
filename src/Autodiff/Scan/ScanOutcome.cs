namespace Autograd;

/// <summary>What a scan gave; or why it could not run, so that the step has to be run operation by operation.</summary>
public readonly record struct ScanOutcome
{
    readonly Tensor[]? results;
    readonly int states;

    internal ScanOutcome(Tensor[]? results, int states, string? reason)
    {
        this.results = results;
        this.states = states;
        Reason = reason;
    }

    /// <summary>Why it could not run; null if it did. Nothing else is there otherwise.</summary>
    public string? Reason { get; }

    /// <summary>Why threads that were asked for had nothing to do, or not always; null where they had, or were not.</summary>
    public string? Unshared { get; internal init; }

    /// <summary>Threads that worked on it at most.</summary>
    internal int Threads { get; init; }

    /// <summary>The outputs of all steps, <c>[time, …]</c>.</summary>
    public Tensor Outputs => results![0];

    /// <summary>The states after the last step.</summary>
    public ReadOnlySpan<Tensor> Final => results.AsSpan(1, states);

    /// <summary>The states after all steps, <c>[time, …]</c> each; none if they were forgotten.</summary>
    public ReadOnlySpan<Tensor> All => results.AsSpan(1 + states);
}

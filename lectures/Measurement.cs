namespace Autograd.Lectures;

/// <summary>One measured number of a verdict.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">The number.</param>
/// <param name="Limit">What was to be reached, in words or symbols.</param>
/// <param name="Holds">Whether it was.</param>
/// <param name="IsClaim">Whether it is a lecture's claim that may not show here, rather than what must hold.</param>
public sealed record Measurement(string What, double Value, string Limit, bool Holds, bool IsClaim = false)
{
    /// <summary>The number in five digits, whole numbers in full; the same on every machine.</summary>
    public string Number => Numbers.Short(Value);
}

/// <summary>How a demonstration ended.</summary>
public enum Outcome
{
    /// <summary>All that was measured holds.</summary>
    Holds,

    /// <summary>All that must hold does, but a claim of the lecture does not show.</summary>
    NotShown,

    /// <summary>Something that must hold does not, or nothing was measured.</summary>
    Deviates,

    /// <summary>The demonstration ended with an error.</summary>
    Error,

    /// <summary>It was stopped before its end.</summary>
    Stopped,
}

/// <summary>The outcome of one demonstration, with the reason if it is not that all holds.</summary>
public sealed record Verdict(Outcome Outcome, string Reason)
{
    /// <summary>What to print.</summary>
    public override string ToString() => Outcome switch
    {
        Outcome.Holds => "holds",
        Outcome.NotShown => "not shown",
        Outcome.Deviates => "DEVIATES",
        Outcome.Error => "ERROR",
        _ => "stopped",
    };
}

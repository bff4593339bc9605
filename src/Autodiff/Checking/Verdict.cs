namespace Autograd;

/// <summary>The outcome of a comparison or of a whole check.</summary>
public enum Verdict
{
    /// <summary>The numbers agree.</summary>
    Pass,

    /// <summary>They disagree by more than the error of the numeric derivative, or cannot be right.</summary>
    Fail,

    /// <summary>
    /// The numeric derivative is not accurate enough here to tell which is wrong; or, for a whole check, nothing depends on a parameter.
    /// </summary>
    Inconclusive,

    /// <summary>For a test: it was not run, because it cannot be, or would show nothing.</summary>
    Skipped,
}

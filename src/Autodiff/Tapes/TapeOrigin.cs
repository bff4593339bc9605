using static System.FormattableString;

namespace Autograd.Tapes;

/// <summary>Where a tape's scope begins in the source.</summary>
readonly record struct TapeOrigin(string File, int Line)
{
    public override string ToString() => string.IsNullOrEmpty(File) ? "" : Invariant($" (begun at {Path.GetFileName(File)}:{Line})");
}

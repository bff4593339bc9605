namespace Autograd.Interop;

/// <summary>
/// A test that exchanges files with other programs in the folder that the variable <c>AUTOGRAD_INTEROP</c> names. Without it, or without a
/// file that another program should have written, it is skipped, and the runner says so.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class PeerFactAttribute : FactAttribute
{
    const string Variable = "AUTOGRAD_INTEROP";

    /// <param name="pattern">Names of files that must be there; none by default.</param>
    public PeerFactAttribute(string? pattern = null)
    {
        if (Folder is null) Skip = $"{Variable} names no folder; run .ci/interop.";
        else if (pattern is not null && Files(pattern).Length == 0)
            Skip = $"No other program has written {pattern} to the folder of {Variable}.";
    }

    static string? Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder && Directory.Exists(folder) ? folder
        : null;

    /// <summary>A file of the folder.</summary>
    internal static string PathOf(string file) => Path.Combine(Folder!, file);

    /// <summary>Files and folders that are there, in the order of their names.</summary>
    internal static string[] Files(string pattern) =>
        [.. Directory.EnumerateFileSystemEntries(Folder!, pattern).Order(StringComparer.Ordinal)];
}

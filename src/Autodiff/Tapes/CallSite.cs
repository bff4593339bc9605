using System.Diagnostics;
using static System.FormattableString;

namespace Autograd.Tapes;

/// <summary>Where an operation was called from: the equation that was written.</summary>
/// <param name="Type">The type that has it, with its namespace: of an equation of a cell, the cell.</param>
/// <param name="Method">The method that has it.</param>
/// <param name="File">The file, where symbols are at hand.</param>
/// <param name="Line">The line there.</param>
internal sealed record CallSite(string Type, string Method, string? File, int Line)
{
    const string Core = "Autograd.Autodiff,";

    /// <summary>The first frame outside of this assembly; null where there is none.</summary>
    public static CallSite? Find()
    {
        foreach (var frame in new StackTrace(fNeedFileInfo: true).GetFrames())
            if (frame.HasMethod() && DiagnosticMethodInfo.Create(frame) is { } method && !IsOfCore(method))
                return new(method.DeclaringTypeName ?? "", method.Name, frame.GetFileName(), frame.GetFileLineNumber());
        return null;
    }

    /// <summary>The first frame outside of this assembly, with the line read once for each place: it is expensive to find.</summary>
    public static CallSite? Find(Dictionary<(string, string, int), CallSite?> known)
    {
        foreach (var frame in new StackTrace(fNeedFileInfo: false).GetFrames())
        {
            if (!frame.HasMethod() || DiagnosticMethodInfo.Create(frame) is not { } method || IsOfCore(method)) continue;
            var key = (method.DeclaringTypeName ?? "", method.Name, frame.GetILOffset());
            return known.TryGetValue(key, out var site) ? site : known[key] = Find();
        }
        return null;
    }

    /// <summary>Type, method, and where known file and line: <c>Cells.MinimalCell.Step, cell.cs:12</c>.</summary>
    public override string ToString() => File is null ? Invariant($"{Type}.{Method}") : Invariant($"{Type}.{Method}, {File}:{Line}");

    static bool IsOfCore(DiagnosticMethodInfo method) => method.DeclaringAssemblyName.StartsWith(Core, StringComparison.Ordinal);
}

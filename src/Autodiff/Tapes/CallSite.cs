using System.Diagnostics;
using static System.FormattableString;

namespace Autograd.Tapes;

/// <summary>Where an operation was called from: the equation that was written.</summary>
/// <param name="Type">The type that has it, with its namespace.</param>
/// <param name="Method">The method that has it.</param>
/// <param name="Cell">The type whose step it is part of: the first method of that name from here outwards. Null without one.</param>
/// <param name="File">The file, where symbols are at hand.</param>
/// <param name="Line">The line there.</param>
sealed record CallSite(string Type, string Method, string? Cell, string? File, int Line)
{
    const string Core = "Autograd.Autodiff,", Step = "Step";

    /// <summary>The first frame outside of this assembly; null where there is none.</summary>
    public static CallSite? Find() => Read(new StackTrace(fNeedFileInfo: true)) is var (type, method, cell, frame)
        ? new(type, method, cell, frame.GetFileName(), frame.GetFileLineNumber()) : null;

    /// <summary>The first frame outside of this assembly, with the line read once for each place: it is expensive to find.</summary>
    public static CallSite? Find(Dictionary<(string, string, string?, int), CallSite?> known)
    {
        if (Read(new StackTrace(fNeedFileInfo: false)) is not var (type, method, cell, frame)) return null;
        var key = (type, method, cell, frame.GetILOffset());
        return known.TryGetValue(key, out var site) ? site : known[key] = Find();
    }

    /// <summary>Type, method, and where known file and line: <c>Cells.MinimalCell.Step, cell.cs:12</c>.</summary>
    public override string ToString() => File is null ? Invariant($"{Type}.{Method}") : Invariant($"{Type}.{Method}, {File}:{Line}");

    static (string Type, string Method, string? Cell, StackFrame Frame)? Read(StackTrace trace)
    {
        (string Type, string Method, string? Cell, StackFrame Frame)? found = null;
        foreach (var frame in trace.GetFrames())
        {
            if (!frame.HasMethod() || DiagnosticMethodInfo.Create(frame) is not { } method
                || method.DeclaringAssemblyName.StartsWith(Core, StringComparison.Ordinal)) continue;
            var (type, name) = (Written(method.DeclaringTypeName ?? ""), Written(method.Name));
            found ??= (type, name, null, frame);
            if (name == Step) return found.Value with { Cell = type };
        }
        return found;
    }

    // The name as it was written: Program.Main for Program+<>c.<Main>b__0.
    static string Written(string name)
    {
        if (name.IndexOf("+<", StringComparison.Ordinal) is > 0 and var nested) return name[..nested];
        string inner = name.TrimStart('<');
        return inner.Length < name.Length && inner.IndexOf('>', StringComparison.Ordinal) is > 0 and var end ? inner[..end] : name;
    }
}

using System.Text.Json;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>The finished runs of a sweep, one line of JSON each. An incomplete last line is removed.</summary>
sealed class SweepFile : IDisposable
{
    readonly LineFile file;

    SweepFile(LineFile file, List<SweepResult> found)
    {
        this.file = file;
        Found = found;
    }

    public IReadOnlyList<SweepResult> Found { get; }

    public static SweepFile Open(string path, IReadOnlyCollection<string> settings, int seeds)
    {
        var file = LineFile.Continue(path, isAlone: true, out var lines);
        try
        {
            var found = new List<SweepResult>();
            var seen = new HashSet<(string, int)>();
            for (int i = 0; i < lines.Count; i++)
            {
                var result = Read(path, i, lines[i]);
                if (!settings.Contains(result.Setting))
                    throw new SweepException(Invariant(
                        $"Sweep: line {i + 1} of {path} is of a setting {result.Setting}, which this sweep has not; name another file."));
                // Seeds beyond those asked for stay in the file.
                if (result.Seed < seeds && seen.Add((result.Setting, result.Seed))) found.Add(result);
            }
            return new(file, found);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Add(SweepResult result) => file.Add(json => SweepLine.Write(json, result), isSafe: true);

    public void Dispose() => file.Dispose();

    static SweepResult Read(string path, int line, ReadOnlyMemory<byte> text)
    {
        try
        {
            return SweepLine.Read(text);
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or FormatException or InvalidOperationException
            or IndexOutOfRangeException)
        {
            throw new SweepException(Invariant($"Sweep: line {line + 1} of {path} is no run of a sweep: {damage.Message}"), damage);
        }
    }
}

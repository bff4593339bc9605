using Autograd.Data;

namespace Autograd.Lectures;

/// <summary>
/// Texts and music that are too large for the repository: files in the folder that the variable <c>AUTOGRAD_DATA</c> names.
/// </summary>
public static class DataFile
{
    /// <summary>The path of a file, or null if the variable names no folder that holds it.</summary>
    public static string? Find(string name) =>
        Environment.GetEnvironmentVariable("AUTOGRAD_DATA") is { } folder && Path.Combine(folder, name) is var path && File.Exists(path)
            ? path : null;

    /// <summary>This project's own C# sources as one text, or null if the program runs without them.</summary>
    public static string? OwnSources()
    {
        string? root = Starts.SelectMany(Above).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "Autograd.sln")));
        if (root is null) return null;
        char slash = Path.DirectorySeparatorChar;
        var files = Directory.EnumerateFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{slash}obj{slash}", StringComparison.Ordinal) && !file.Contains($"{slash}bin{slash}",
                StringComparison.Ordinal));
        return Corpus.LoadFiles(files.Order(StringComparer.Ordinal));
    }

    static string[] Starts => [AppContext.GetData("EntryPointFileDirectoryPath") as string ?? AppContext.BaseDirectory,
        Directory.GetCurrentDirectory()];

    static IEnumerable<string> Above(string start)
    {
        for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder)) yield return folder;
    }
}

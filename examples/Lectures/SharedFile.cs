namespace Autograd.Lectures;

/// <summary>Texts and music that are too large for the repository and may lie beside it, in <c>../shared/data</c>.</summary>
public static class SharedFile
{
    /// <summary>The full path of a file, or null if there is none above the program or above the current directory.</summary>
    public static string? Find(string name)
    {
        string[] starts = [AppContext.GetData("EntryPointFileDirectoryPath") as string ?? AppContext.BaseDirectory, Directory.GetCurrentDirectory()];
        return starts.SelectMany(Above).Select(folder => Path.Combine(folder, "shared", "data", name)).FirstOrDefault(File.Exists);
    }

    static IEnumerable<string> Above(string start)
    {
        for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder)) yield return folder;
    }
}

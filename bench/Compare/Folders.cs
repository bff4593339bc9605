namespace Autograd.Bench;

/// <summary>Where the project's files are.</summary>
static class Folders
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory) ?? Find(Directory.GetCurrentDirectory())
        ?? throw new UsageException("the project's folder was not found; run this from within it.");

    /// <summary>A script for another library.</summary>
    public static string Peer(string name) => Path.Combine(Root, "bench", "peers", name);

    static string? Find(string start)
    {
        for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Autograd.sln")))
                return folder;
        return null;
    }
}

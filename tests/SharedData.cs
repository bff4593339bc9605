namespace Autograd.Tests;

/// <summary>Finds data sets that are too large for the repository and may lie beside it, in <c>../shared/data</c>.</summary>
static class SharedData
{
    /// <summary>The full path of a data file, or null if there is none beside this repository or above it.</summary>
    internal static string? Path(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = System.IO.Path.Combine(folder.FullName, "shared", "data", file);
            if (File.Exists(path)) return path;
        }
        return null;
    }
}

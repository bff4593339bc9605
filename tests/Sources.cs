using System.Runtime.CompilerServices;

namespace Autograd.Tests;

/// <summary>Where the repository is. A test that reads it asks for <see cref="Need.Sources"/>.</summary>
static class Sources
{
    /// <summary>The folder of the solution; null when the tests run on a machine without the sources.</summary>
    public static string? Root { get; } = Find();

    /// <summary>A folder in it.</summary>
    public static string Folder(params string[] parts) =>
        Path.Combine([Root ?? throw new InvalidOperationException("The test does not say that it needs the sources."), .. parts]);

    static string? Find([CallerFilePath] string here = "")
    {
        foreach (string start in new[] { AppContext.BaseDirectory, here, Environment.CurrentDirectory })
        {
            for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
                if (File.Exists(Path.Combine(folder, "Autograd.sln")))
                    return folder;
        }
        return null;
    }
}

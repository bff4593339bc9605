using System.Diagnostics;

namespace Autograd.Bench;

/// <summary>
/// The table beside libtorch and ONNX Runtime, which a project outside of the solution makes, and the page that is drawn from all tables
/// that were kept.
/// </summary>
static class PeerTableCommand
{
    // Peers that allocate by the C library keep what they free, and what is larger than it keeps comes in pages of 2 MB: new pages of 4 KB
    // for every large tensor would take up to four times as long as what is measured.
    const string Tunables = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=1073741824";

    static string Project => Path.Combine(Folders.Root, "bench", "PeerTable");

    static string History => Path.Combine(Folders.Root, "bench", "history");

    /// <exception cref="PeerException">Its packages are not there.</exception>
    public static void Run(IEnumerable<string> arguments)
    {
        // Not restored by the way: it is a large download.
        if (!File.Exists(Path.Combine(Project, "obj", "project.assets.json")))
            throw new PeerException("libtorch and ONNX Runtime are missing (1.3 GB): dotnet restore bench/PeerTable");
        string[] run = ["run", "-c", "Release", "--project", Project, "--", "--history", History, .. arguments];
        var start = new ProcessStartInfo("dotnet", run);
        start.Environment["GLIBC_TUNABLES"] = Tunables;
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new PeerException($"bench/PeerTable ended with code {process.ExitCode}.");
    }

    /// <summary>Writes <c>docs/speed.md</c> anew.</summary>
    public static void WritePage()
    {
        string page = Path.Combine(Folders.Root, "docs", "speed.md");
        Examples.WholeFile.Write(page, SpeedPage.Of(Directory.GetFiles(History, "peers-*.json").Order().Select(File.ReadAllText)));
        Console.WriteLine(page);
    }
}

namespace Autograd.Hostile;

/// <summary>What the values of one call need and leave: a tape, a folder, a token that is cancelled when the call lasts.</summary>
sealed class Kept : IDisposable
{
    static int names;
    readonly CancellationTokenSource source = new(TimeSpan.FromSeconds(1));
    Tape? tape;

    public CancellationToken Token => source.Token;

    public string NewName() => $"p{Interlocked.Increment(ref names)}";

    public Tape Tape() => tape ??= new Tape();

    /// <summary>A path in the folder of this process: of a folder that is there, or of a file that is not.</summary>
    public string Path(string name) =>
        name.Contains("folder", StringComparison.OrdinalIgnoreCase) || name.Contains("directory", StringComparison.OrdinalIgnoreCase)
            ? Folder.Path
            : System.IO.Path.Combine(Folder.Path, "file");

    public void Dispose()
    {
        tape?.Dispose();
        // One that a member began would record what comes after, and refuse what wants none.
        Autograd.Tape.Current?.Dispose();
        source.Dispose();
    }

    /// <summary>The folder in which everything is written.</summary>
    public static class Folder
    {
        public static string Path { get; } = Create();

        /// <summary>As it was in the beginning, so that what finds a file there does not depend on what came before.</summary>
        public static void Clear()
        {
            Directory.Delete(Path, recursive: true);
            Directory.CreateDirectory(Path);
        }

        static string Create()
        {
            var folder = Directory.CreateTempSubdirectory("hostile");
            AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
            return folder.FullName;
        }
    }
}

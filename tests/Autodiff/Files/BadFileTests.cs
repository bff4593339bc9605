using System.Diagnostics;
using Autograd.Data;
using Autograd.Onnx;
using Autograd.Optimizers;

namespace Autograd.Tests.Autodiff;

/// <summary>
/// Paths that lead to no plain file, files that may not be written, disks that are full: an error with the file's name, and no change.
/// </summary>
public sealed class BadFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("autograd").FullName;

    public static TheoryData<string> Formats => ["snapshot", "safetensors", "npy", "npz"];

    static readonly Dictionary<string, Action<string>> readers = new()
    {
        ["checksum of a snapshot"] = path => Snapshot.Verify(path),
        ["text"] = path => Corpus.Load(path),
        ["texts"] = path => Corpus.LoadFiles(path),
        ["series"] = path => SeriesTable.Load(path),
        ["chorales"] = path => Chorales.Load(path),
        ["record of a run"] = path => RunRecord.Load(path),
        ["onnx"] = path => OnnxRecurrent.Read(path),
    };

    /// <summary>What is read, and not written or not by the same class.</summary>
    public static TheoryData<string> Readers => [.. readers.Keys];

    string At(string name) => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static void Write(string format, string path, double value = 1)
    {
        var tensor = Tensor.Full([3], value);
        if (format == "snapshot") Snapshot.Save(path, ("", Part(() => tensor, _ => { })));
        else if (format == "safetensors") Safetensors.Write(path, [("w", tensor)]);
        else if (format == "npy") Npy.Write(path, tensor);
        else Npz.Write(path, [("w", tensor)]);
    }

    static Tensor Read(string format, string path)
    {
        var read = Tensor.Zeros([3]);
        if (format == "snapshot") Snapshot.Load(path, ("", Part(() => read, value => read = value)));
        else if (format == "safetensors") read = Safetensors.Read(path)["w"];
        else if (format == "npy") read = Npy.Read(path);
        else read = Npz.Read(path)["w"];
        return read;
    }

    static void MakePipe(string path)
    {
        using var make = Process.Start("mkfifo", path);
        make.WaitForExit();
        Assert.Equal(0, make.ExitCode);
    }

    static ISaved Part(Func<Tensor> save, Action<Tensor> load) => SavedState.Of(state => state.Add("w", save, load));

    [Theory, MemberData(nameof(Formats))]
    public void DirectoriesAndLinksAreNamed(string format)
    {
        Directory.CreateDirectory(At("folder"));
        Expect.Mentions(Assert.Throws<IOException>(() => Write(format, At("folder"))), At("folder"), "directory");
        Expect.Mentions(Assert.Throws<IOException>(() => Read(format, At("folder"))), At("folder"), "directory");
        Write(format, At("x"));
        File.CreateSymbolicLink(At("link"), At("x"));
        Expect.Mentions(Assert.Throws<IOException>(() => Write(format, At("link"), 2)), At("link"), "link to", At("x"));
        File.CreateSymbolicLink(At("y.saving"), At("x"));
        Expect.Mentions(Assert.Throws<IOException>(() => Write(format, At("y"), 2)), At("y.saving"), "link");
        // A link to a file is read as the file.
        Assert.Equal([1, 1, 1], Read(format, At("link")).ToDoubles());
        File.CreateSymbolicLink(At("broken"), At("missing"));
        Expect.Mentions(Assert.Throws<FileNotFoundException>(() => Read(format, At("broken"))), At("broken"));
        Expect.Mentions(Assert.Throws<FileNotFoundException>(() => Read(format, At("missing"))), At("missing"));
        Expect.Mentions(Assert.Throws<DirectoryNotFoundException>(() => Write(format, At("no/x"))), At("no"));
        Assert.Equal([1, 1, 1], Read(format, At("x")).ToDoubles());
    }

    // Nobody writes to the pipe: who opened it would wait for ever.
    [NeedsTheory(Need.Linux), MemberData(nameof(Formats))]
    public void PipesAndDevicesAreNamed(string format)
    {
        MakePipe(At("pipe"));
        foreach (string path in (string[])[At("pipe"), "/dev/zero", "/dev/null"])
        {
            Expect.Mentions(Assert.Throws<IOException>(() => Read(format, path)), path, "device or a pipe");
            Expect.Mentions(Assert.Throws<IOException>(() => Write(format, path)), path, "device or a pipe");
        }
    }

    [NeedsTheory(Need.Linux), MemberData(nameof(Readers))]
    public void WhoOnlyReadsNamesThemToo(string format)
    {
        MakePipe(At("pipe"));
        File.CreateSymbolicLink(At("link"), At("pipe"));
        // First of all what ends at once: where nothing is refused, the others are read for ever.
        foreach (string path in (string[])["/dev/null", At("link"), At("pipe"), "/dev/zero"])
            Expect.Mentions(Assert.Throws<IOException>(() => readers[format](path)), path, "device or a pipe");
        Expect.Mentions(Assert.ThrowsAny<IOException>(() => readers[format](folder)), folder, "directory");
        Expect.Mentions(Assert.Throws<FileNotFoundException>(() => readers[format](At("missing"))), At("missing"));
    }

    // Which the superuser could write all the same: the rename asks for no permission of the file.
    [Theory, MemberData(nameof(Formats))]
    public void AFileThatMayOnlyBeReadStays(string format)
    {
        Write(format, At("x"));
        File.SetAttributes(At("x"), FileAttributes.ReadOnly);
        Expect.Mentions(Assert.Throws<UnauthorizedAccessException>(() => Write(format, At("x"), 2)), At("x"), "only be read");
        Assert.Equal([1, 1, 1], Read(format, At("x")).ToDoubles());
        File.SetAttributes(At("x"), FileAttributes.Normal);
        Write(format, At("x"), 2);
        Assert.Equal([2, 2, 2], Read(format, At("x")).ToDoubles());
    }

    [Theory, MemberData(nameof(Formats))]
    public void AFileInUseIsNamed(string format)
    {
        Write(format, At("x"));
        using (new FileStream(At("x.saving"), FileMode.Create, FileAccess.Write, FileShare.None))
            Expect.Mentions(Assert.Throws<IOException>(() => Write(format, At("x"), 2)), At("x.saving"), "used by another process");
        using (new FileStream(At("x"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Expect.Mentions(Assert.Throws<IOException>(() => Read(format, At("x"))), At("x"), "used by another process");
        Assert.Equal([1, 1, 1], Read(format, At("x")).ToDoubles());
    }

    // Names are keys, never paths.
    [Fact]
    public void NamesOfTensorsLeadNowhere()
    {
        foreach (string name in (string[])["../x", "/etc/x", "..", "C:\\x", "a/../../b"])
        {
            Safetensors.Write(At("x"), [(name, Tensor.Ones([1]))]);
            Assert.Equal([name], Safetensors.Read(At("x")).Keys);
            using (var archive = System.IO.Compression.ZipFile.Open(At("y"), System.IO.Compression.ZipArchiveMode.Create))
            {
                Npy.Write(At("z"), Tensor.Ones([1]));
                System.IO.Compression.ZipFileExtensions.CreateEntryFromFile(archive, At("z"), name + ".npy");
            }
            Assert.Equal([name], Npz.Read(At("y")).Keys);
            File.Delete(At("y"));
        }
        Assert.Equal(["x", "z"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void AParameterThatIsChangedMeanwhileIsNotSaved()
    {
        var parameter = new Parameter("w", Tensor.Ones([3]));
        var part = SavedState.Of(state => state.Add("w", parameter));
        Snapshot.Save(At("x"), ("", part));
        byte[] before = File.ReadAllBytes(At("x"));
        using (parameter.Change<float>()) Expect.Mentions(Assert.ThrowsAny<TapeException>(() => Snapshot.Save(At("x"), ("", part))), "w");
        Assert.Equal(before, File.ReadAllBytes(At("x")));
    }
}

using System.Diagnostics;
using Autograd.Examples;
using Autograd.Tests.Autodiff;

namespace Autograd.Tests.Examples;

/// <summary>How lectures, bench and the planted errors keep their pages and tables.</summary>
public sealed class WholeFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("autograd").FullName;

    string At(string name) => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void AFileIsReplacedAndNothingIsLeftBesideIt()
    {
        WholeFile.Write(At("page"), "a longer text");
        WholeFile.Write(At("page"), "söme");
        Assert.Equal("söme"u8, File.ReadAllBytes(At("page")));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void ALinkStaysALink()
    {
        File.WriteAllText(At("text"), "before");
        File.CreateSymbolicLink(At("link"), At("text"));
        Expect.Mentions(Assert.Throws<IOException>(() => WholeFile.Write(At("link"), "after")), At("link"), "link to", At("text"));
        Assert.Equal(At("text"), new FileInfo(At("link")).LinkTarget);
        Assert.Equal("before", File.ReadAllText(At("text")));
    }

    [NeedsFact(Need.Linux)]
    public void APipeStaysAPipe()
    {
        using (var make = Process.Start("mkfifo", At("pipe"))) make.WaitForExit();
        for (int i = 0; i < 2; i++)
            Expect.Mentions(Assert.Throws<IOException>(() => WholeFile.Write(At("pipe"), "after")), At("pipe"), "device or a pipe");
        Assert.Equal([At("pipe")], Directory.GetFiles(folder));
    }
}

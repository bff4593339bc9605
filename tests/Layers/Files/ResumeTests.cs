using System.Diagnostics;
using Autograd.Resume;

namespace Autograd.Tests.Layers;

/// <summary>Runs that go on in other processes: some of what <c>.ci/resume</c> does at length.</summary>
public class ResumeTests
{
    [Fact]
    public void EveryOptimizerHasARow() => Assert.Empty(Trial.Missing);

    [Fact]
    public void TheFirstRowsHaveSomethingOfEach()
    {
        var first = Trial.All.Take(10).ToArray();
        Assert.Equal(Trial.All.Select(trial => trial.Optimizer).Distinct().Order(), first.Select(trial => trial.Optimizer).Order());
        Assert.Equal(3, first.Select(trial => trial.Data).Distinct().Count());
        Assert.Equal(3, first.Select(trial => trial.Kind).Distinct().Count());
        Assert.Equal(2, first.Select(trial => trial.Driver).Distinct().Count());
        Assert.Equal(Trial.All.Count, Trial.All.Distinct().Count());
    }

    [Fact]
    public void ResumedRunsHaveTheHashOfThoseThatWereNeverStopped() => Succeeds("table", "10", "2");

    [Fact]
    public void AKilledProcessLeavesAWholeFile() => Succeeds("kill", "5");

    // No file may be longer than a limit, which is what a full disk is to a program. (Pages of code are files too, unless that is turned
    // off.)
    [NeedsFact(Need.Linux)]
    public void AFullDiskLeavesTheFileAsItWas()
    {
        string folder = Directory.CreateTempSubdirectory("autograd").FullName;
        try
        {
            Run(0, "bash", "-c", $"trap '' XFSZ; ulimit -f 1000; DOTNET_EnableWriteXorExecute=0 dotnet {Program} full {folder}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Examples end with it too, whatever they do.
    [NeedsFact(Need.FullDisk)]
    public void AProgramThatPrintsIntoAFullDiskEndsWithOneLine()
    {
        string said = Run(1, "bash", "-c", $"dotnet {Program} --help 2>&1 > /dev/full");
        Assert.Matches(@"^Autograd\.Resume: [^\n]+\n$", said);
        // Where the line finds no room either, the exit code stays.
        Run(1, "bash", "-c", $"dotnet {Program} --help > /dev/full 2>&1");
    }

    // A state that does not come back, a moment that is not saved: the table must see them.
    [Fact]
    public void TheHashIsOfEverything()
    {
        string file = Path.GetTempFileName();
        var run = new Run(Trial.All[0], 1);
        string before = run.Hash(file);
        Assert.Equal(before, run.Hash(file));
        run.To(1);
        Assert.NotEqual(before, run.Hash(file));
        File.Delete(file);
    }

    // On a processor without AVX2 sums of products are rounded twice, unless the program asks for the same bits; narrower vectors change
    // nothing.
    [NeedsFact(Need.FusedProducts)]
    public void AResumeWhereBitsMayDifferSaysSo()
    {
        string file = Path.GetTempFileName();
        Snapshot.Save(file, ("run", new Run(Trial.All[0], 1)));
        Assert.Contains("are the same", Run(0, "dotnet", Program, "origin", file));
        Assert.Contains("bits may differ", Run(0, "env", "DOTNET_EnableAVX2=0", "dotnet", Program, "origin", file));
        Assert.Contains("are the same", Run(0, "env", "DOTNET_EnableAVX2=0", "dotnet", Program, "origin", file, "--reproducible"));
        Assert.Contains("are the same", Run(0, "env", "DOTNET_PreferredVectorBitWidth=128", "dotnet", Program, "origin", file));
        File.Delete(file);
    }

    static string Program => typeof(Trial).Assembly.Location;

    static void Succeeds(params string[] arguments) => Run(0, "dotnet", [Program, .. arguments]);

    static string Run(int code, string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == code, $"{string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}{errors.Result}");
        return output;
    }
}

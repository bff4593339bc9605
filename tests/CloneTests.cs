using System.Diagnostics;

namespace Autograd.Tests;

/// <summary>What a project is follows from its place in the clone, wherever the clone lies.</summary>
public class CloneTests
{
    const string Project = "<Project Sdk=\"Microsoft.NET.Sdk\" />";

    [Theory]
    [InlineData("src/Some", "Autograd.Some", "true", "")]
    [InlineData("tests/Some", "Some", "false", "Analyzers")]
    [InlineData("examples/Some", "Some", "false", "Analyzers")]
    public void OnlyWhatIsInSourcesIsALibrary(string place, string name, string isPackable, string references)
    {
        var root = Directory.CreateTempSubdirectory("clone");
        try
        {
            // The names of folders that mean something, above the clone.
            var clone = root.CreateSubdirectory("src/lectures/clone");
            File.Copy(Path.Combine(ReadmeTests.Repository, "Directory.Build.props"), Path.Combine(clone.FullName, "Directory.Build.props"));
            string project = Path.Combine(clone.CreateSubdirectory(place).FullName, "Some.csproj");
            File.WriteAllText(project, Project);
            Assert.Equal(name, Evaluate(project, "-getProperty:AssemblyName"));
            Assert.Equal(isPackable, Evaluate(project, "-getProperty:IsPackable"));
            Assert.Contains(references, Evaluate(project, "-getItem:ProjectReference"), StringComparison.Ordinal);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    static string Evaluate(string project, string what)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", project, what]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output.Trim();
    }
}

using System.Text.RegularExpressions;

namespace Autograd.Mutants;

/// <summary>A copy of the repository in which all mutants of a sample stand behind one switch.</summary>
sealed class Tree(string root, string folder)
{
    static readonly string[] Libraries = ["Autodiff", "Layers", "Optimizers", "Data"];

    /// <summary>The test projects, with the assemblies that their tests run from.</summary>
    public static readonly (string Project, string Assembly)[] Suites =
    [
        ("tests/Autograd.Tests.csproj", "Autograd.Tests"),
        ("proptests/Autograd.PropertyTests.csproj", "Autograd.PropertyTests"),
        ("tests/Hostile/Autograd.Hostile.csproj", "Autograd.Hostile"),
    ];

    static readonly string[] Copied = ["src", "tests", "proptests", "bench", "examples", "lectures", "docs", "published", ".ci"];

    public string Folder => folder;

    public string AssemblyOf((string Project, string Assembly) suite) =>
        Path.Combine(folder, Path.GetDirectoryName(suite.Project)!, "bin", "Release", "net10.0", suite.Assembly + ".dll");

    /// <summary>All places of the libraries where an error can be planted, one list a line of code.</summary>
    public IReadOnlyList<IReadOnlyList<Mutant>> Lines() =>
    [
        .. Libraries.SelectMany(library => Sources(Path.Combine(root, "src", library)))
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .SelectMany(file => Sites.In(file, File.ReadAllText(Path.Combine(root, file))).GroupBy(mutant => mutant.Line))
            .Select(line => line.ToList()),
    ];

    /// <summary>Lays the tree anew, without mutants.</summary>
    public void Lay()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(root)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        foreach (string part in Copied.Where(part => Directory.Exists(Path.Combine(root, part))))
            Copy(Path.Combine(root, part), Path.Combine(folder, part));
        foreach (string library in Libraries) Plant("Mutation.cs", Path.Combine("src", library));
        foreach (var (project, _) in Suites)
        {
            Plant("Runner.cs", Path.GetDirectoryName(project)!);
            string path = Path.Combine(folder, project);
            string text = File.ReadAllText(path);
            int at = text.IndexOf("<RootNamespace>", StringComparison.Ordinal);
            File.WriteAllText(path, text.Insert(at, "<GenerateProgramFile>false</GenerateProgramFile>"));
        }
    }

    /// <summary>Writes the sources with the given mutants behind the switch; the numbers are those of the keys.</summary>
    public void Write(IReadOnlyDictionary<int, Mutant> mutants, IEnumerable<string> files)
    {
        var byFile = mutants.ToLookup(mutant => mutant.Value.File);
        foreach (string file in files)
        {
            string text = File.ReadAllText(Path.Combine(root, file));
            foreach (var (number, mutant) in byFile[file].OrderByDescending(mutant => mutant.Value.Start))
                text = text.Remove(mutant.Start, mutant.Length).Insert(mutant.Start, mutant.Switched(number));
            File.WriteAllText(Path.Combine(folder, file), text);
        }
    }

    /// <summary>Builds the test projects and returns the places that did not compile.</summary>
    public async Task<IReadOnlyList<(string File, int Line)>> BuildAsync(CancellationToken cancellation)
    {
        var errors = new List<(string, int)>();
        foreach (var (project, _) in Suites)
        {
            var (code, output) = await Command.RunAsync("dotnet", [
                "build", Path.Combine(folder, project), "-c", "Release", "-v", "quiet", "-p:TreatWarningsAsErrors=false",
                "-p:RunAnalyzers=false",
                "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false", "-p:WarningLevel=0"], folder, [], null,
                    cancellation);
            if (code == 0) continue;
            foreach (Match match in Regex.Matches(output, @"^(\S.*?\.cs)\((\d+),\d+\): error", RegexOptions.Multiline))
                errors.Add((Path.GetRelativePath(folder, match.Groups[1].Value).Replace('\\', '/'), int.Parse(match.Groups[2].Value)));
            if (errors.Count == 0) throw new InvalidOperationException("The tree does not build:\n" + output);
            break;
        }
        return errors;
    }

    void Plant(string name, string where) =>
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Planted", name), Path.Combine(folder, where, name));

    static IEnumerable<string> Sources(string path) =>
        Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories).Where(file => !IsBuilt(file));

    static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => !IsBuilt(file)))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    static bool IsBuilt(string file) => file.Split(Path.DirectorySeparatorChar) is var parts
        && (parts.Contains("bin") || parts.Contains("obj"));
}

using System.Reflection;
using System.Text.RegularExpressions;
using Autograd.Tests.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Autograd.Tests;

/// <summary>What the documents show compiles as it stands, and the custom cell is the one in the examples and in the template.</summary>
public partial class ReadmeTests
{
    internal const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using Autograd;
        global using Autograd.Data;
        global using Autograd.Distributed;
        global using Autograd.Layers;
        global using Autograd.Optimizers;
        global using static Autograd.Functions;
        """;

    const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    public static TheoryData<string, int> Blocks()
    {
        var blocks = new TheoryData<string, int>();
        foreach (string document in (string[])["README.md", "CONTRIBUTING.md"])
            for (int i = 0; i < CodeOf(document).Count; i++)
                blocks.Add(document, i);
        return blocks;
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Every_code_block_compiles(string document, int block)
    {
        // The README's stand alone, in a project with the implicit usings of .NET and what is declared above them.
        string usings = document == "README.md" ? ImplicitUsings : Usings;
        var code = CodeOf(document);
        AnalyzerTests.WhatIsMarkedIsFound(
            Compile("Autograd.Tests", [usings, .. code[..block].Where(earlier => !IsProgram(Parse(earlier))), code[block]]));
    }

    [Fact]
    public void The_custom_cell_is_that_of_the_example_and_the_template_and_has_at_most_25_lines()
    {
        string cell = CodeOf("README.md").Single(code => code.Contains("class TwoSpeedCell"));
        string body = cell[cell.IndexOf("/// <summary>", StringComparison.Ordinal)..].Trim();
        Assert.All(
            (string[])["examples/custom-cell.cs", "templates/autograd-cell/TwoSpeedCell.cs"],
            file => Assert.Contains(body, File.ReadAllText(Path.Combine(Repository, file))));
        body = body[body.IndexOf("sealed class", StringComparison.Ordinal)..];
        Assert.InRange(body.Trim().Split('\n').Length, 1, 25);
    }

    // It refers to packages by their version, as the projects of others do.
    [Fact]
    public void The_template_refers_to_the_packages_that_are_packed_with_it()
    {
        string version = Version().Match(File.ReadAllText(Path.Combine(Repository, "Directory.Build.props"))).Groups[1].Value;
        string template = File.ReadAllText(Path.Combine(Repository, "templates", "autograd-cell", "CellProject.csproj"));
        var versions = PackageVersion().Matches(template).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(versions);
        Assert.All(versions, one => Assert.Equal(version, one));
    }

    /// <summary>Code as a program, if it has statements, or as a library.</summary>
    internal static CSharpCompilation Compile(string name, params string[] texts)
    {
        SyntaxTree[] trees = [.. texts.Select(Parse)];
        var options = new CSharpCompilationOptions(
            trees.Any(IsProgram) ? OutputKind.ConsoleApplication
            : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        return CSharpCompilation.Create(name, trees, References, options);
    }

    internal static IEnumerable<Diagnostic> Errors(Compilation compilation) =>
        compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    static bool IsProgram(SyntaxTree tree) => tree.GetCompilationUnitRoot().Members.Any(member => member is GlobalStatementSyntax);

    static SyntaxTree Parse(string code) => CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Preview));

    /// <summary>All that these tests run with but themselves. The same for every compilation: the compiler reads them once.</summary>
    internal static IReadOnlyList<PortableExecutableReference> References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Autograd.Tests", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    internal static List<string> CodeOf(string document) =>
        [.. CodeBlock().Matches(File.ReadAllText(Path.Combine(Repository, document))).Select(match => match.Groups[1].Value)];

    internal static string Repository
    {
        get
        {
            for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
                if (File.Exists(Path.Combine(folder, "Autograd.sln")))
                    return folder;
            // Built outside of the repository: the working directory decides.
            return Directory.GetCurrentDirectory();
        }
    }

    [GeneratedRegex("<Version>(.*?)</Version>")]
    private static partial Regex Version();

    [GeneratedRegex("Include=\"Autograd[^\"]*\" Version=\"(.*?)\"")]
    private static partial Regex PackageVersion();

    [GeneratedRegex("```csharp\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}

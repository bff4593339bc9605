using System.Diagnostics;
using Autograd.Tests.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Autograd.Tests;

/// <summary>
/// The blocks of a guide are one program, which is compiled and run in a folder of its own: statements in their order, and the types they
/// declare. A block says by <c>Check(…)</c> what must be true.
/// </summary>
public class GuideTests
{
    const string Folder = "docs/guides", Checks = """
        global using System.IO;
        global using static Checks;
        static class Checks
        {
            public static int Count { get; private set; }

            public static void Check(bool holds, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(holds))] string what = "")
            {
                if (!holds) throw new System.Exception("It does not hold that " + what);
                Count++;
            }
        }
        """;

    public static TheoryData<string> Guides =>
        [.. Directory.EnumerateFiles(Path.Combine(ReadmeTests.Repository, Folder), "*.md").Select(file => Path.GetFileName(file)).Order()];

    [Theory, MemberData(nameof(Guides))]
    public void TheBlocksOfAGuideAreAProgramThatRuns(string guide) =>
        Assert.StartsWith("checked", LastLine(Run(ReadmeTests.CodeOf($"{Folder}/{guide}"))), StringComparison.Ordinal);

    // A program that ends before its checks, or whose checks do not hold, does not pass.
    [Theory]
    [InlineData("Check(1 == 2);", "It does not hold that 1 == 2")]
    [InlineData("int i = \"\";", "CS0029")]
    [InlineData("return;", "no check")]
    [InlineData("var tape = new Tape();", "AG0001")]
    [InlineData("Check(x.Rank == 1); // AG0001", "AG0001")]
    public void AGuideThatIsWrongIsFound(string block, string message)
    {
        var error = Assert.ThrowsAny<Exception>(
            () => Assert.StartsWith("checked", LastLine(Run(["var x = Tensor.Ones([2]);", block])), StringComparison.Ordinal));
        Assert.Contains(message == "no check" ? "" : message, error.Message, StringComparison.Ordinal);
    }

    static string LastLine(string output) => output.TrimEnd()[(output.TrimEnd().LastIndexOf('\n') + 1)..];

    static string Run(IEnumerable<string> blocks)
    {
        string folder = Directory.CreateTempSubdirectory("guide").FullName, name = $"Guide{Guid.NewGuid():N}";
        // Beside what it refers to.
        string program = Path.Combine(AppContext.BaseDirectory, $"{name}.dll"),
            own = Path.ChangeExtension(typeof(GuideTests).Assembly.Location, null);
        try
        {
            var compilation = ReadmeTests.Compile(name, ReadmeTests.Usings, Checks, Program(blocks));
            AnalyzerTests.WhatIsMarkedIsFound(compilation);
            Assert.True(compilation.Emit(program).Success);
            string[] arguments = ["exec", "--runtimeconfig", own + ".runtimeconfig.json", "--depsfile", own + ".deps.json", program];
            using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output + errors.Result);
            return output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            File.Delete(program);
        }
    }

    static string Program(IEnumerable<string> blocks)
    {
        var members = blocks.SelectMany(block =>
            CSharpSyntaxTree.ParseText(block, new CSharpParseOptions(LanguageVersion.Preview)).GetCompilationUnitRoot().Members).ToList();
        var statements = members.Where(member => member is GlobalStatementSyntax).Select(member => member.ToFullString());
        var types = members.Where(member => member is not GlobalStatementSyntax).Select(member => member.ToFullString());
        return string.Join("\n", [.. statements, "if (Checks.Count > 0) Console.WriteLine($\"checked {Checks.Count}\");", .. types]);
    }
}

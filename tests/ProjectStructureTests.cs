using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Autograd.Tests;

/// <summary>What the projects may refer to; the folders of the core are kept by <see cref="FloorTests"/>.</summary>
public class ProjectStructureTests
{
    static readonly string[] Projects = ["Autodiff", "Layers", "Optimizers", "Data"];

    public static TheoryData<string> Names => [.. Projects];

    [Theory, MemberData(nameof(Names))]
    public void AssembliesReferToTheCoreOnly(string project)
    {
        var own = Assembly.Load($"Autograd.{project}").GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => name.StartsWith("Autograd.", StringComparison.Ordinal));
        Assert.Empty(own.Except(project == "Autodiff" ? [] : ["Autograd.Autodiff"]));
    }

    [Theory, MemberData(nameof(Names))]
    public void ProjectFilesReferToTheCoreOnly(string project)
    {
        if (Sources() is not { } sources) return;
        var file = XDocument.Load(Path.Combine(sources, project, $"{project}.csproj"));
        // The rules travel with the core, which does not use them.
        var references = file.Descendants("ProjectReference")
            .Where(reference => reference.Attribute("ReferenceOutputAssembly")?.Value != "false")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.Equal(project == "Autodiff" ? [] : ["Autodiff"], references);
    }

    [Fact]
    public void NoPublicMemberIsUnfinished()
    {
        if (Sources() is not { } sources) return;
        foreach (string file in Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories))
            Assert.DoesNotContain("NotImplementedException", File.ReadAllText(file), StringComparison.Ordinal);
    }

    // The compiler stops inlining after so much code. A loop that becomes part of a large method, as guided by what has run, may be left
    // with a call for each operator of its vectors: a softmax of 10,000 took ten times as long from its second second on.
    [Fact]
    public void LoopsCompiledAtOnceAreNoPartOfOthers()
    {
        const BindingFlags all = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
            | BindingFlags.NonPublic;
        var loops = Projects.SelectMany(project => Assembly.Load($"Autograd.{project}").GetTypes())
            .SelectMany(type => type.GetMethods(all))
            .Where(method => method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization))
            .ToArray();
        Assert.NotEmpty(loops);
        Assert.All(loops, loop => Assert.True(
            loop.MethodImplementationFlags.HasFlag(MethodImplAttributes.NoInlining), $"{loop.DeclaringType}.{loop.Name}"));
    }

    [Fact]
    public void NoLineIsWiderThanAPage()
    {
        if (Sources() is not { } sources) return;
        string root = Path.GetDirectoryName(sources)!;
        var wide = CodeFiles(sources).SelectMany(file => File.ReadLines(file).Index()
            .Where(line => line.Item.Length > 140 || line.Item.EndsWith(' '))
            .Select(line => $"{Path.GetRelativePath(root, file)}({line.Index + 1})"));
        Assert.True(!wide.Any(), string.Join("\n", wide));
    }

    /// <summary>A type that is not public says nothing of it, and no member says that it is private.</summary>
    [Fact]
    public void AccessIsWrittenOnlyWhereItIsNotTheDefault()
    {
        if (Sources() is not { } sources) return;
        var written = CodeFiles(sources).SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes()
            .OfType<MemberDeclarationSyntax>()
            .Where(member => member.Modifiers.Any(member.Parent is TypeDeclarationSyntax and not InterfaceDeclarationSyntax
                ? SyntaxKind.PrivateKeyword : SyntaxKind.InternalKeyword)
                // Which need the word to mean what they mean, or the language asks for it.
                && !member.Modifiers.Any(SyntaxKind.ProtectedKeyword) && !member.Modifiers.Any(SyntaxKind.PartialKeyword))
            .Select(member => $"{Path.GetFileName(file)}: {member.ToString().Split('\n')[0]}"));
        Assert.True(!written.Any(), string.Join("\n", written));
    }

    // It throws, but only when such a module is made, which may be rarely.
    [Fact]
    public void NoPartIsMadeWithoutAName()
    {
        if (Sources() is not { } sources) return;
        var unnamed = CodeFiles(sources).SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes()
            .OfType<InvocationExpressionSyntax>()
            .Where(call => call is
            {
                Expression: IdentifierNameSyntax { Identifier.Text: "Part" },
                ArgumentList.Arguments: [{ Expression: ObjectCreationExpressionSyntax made }],
            } && made.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Identifier.Text != "Unnamed")
            .Select(call => $"{Path.GetFileName(file)}: {call}"));
        Assert.True(!unnamed.Any(), string.Join("\n", unnamed));
    }

    [Fact]
    public void ThePublicTypesOfTheCoreLiveInOneNamespace()
    {
        var types = Assembly.Load("Autograd.Autodiff").GetExportedTypes();
        Assert.All(types, type => Assert.Equal("Autograd", type.Namespace));
        Assert.Contains(types, type => type.Name == "Tensor");
    }

    // Null when the tests run on a machine without the sources.
    static string? Sources([CallerFilePath] string here = "")
    {
        foreach (string start in new[] { AppContext.BaseDirectory, here, Environment.CurrentDirectory })
        {
            for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
                if (File.Exists(Path.Combine(folder, "Autograd.sln")))
                    return Path.Combine(folder, "src");
        }
        return null;
    }

    static IEnumerable<string> CodeFiles(string sources)
    {
        string root = Path.GetDirectoryName(sources)!;
        string[] folders = ["src", "tests", "proptests", "bench", "examples", "lectures", "published", "templates"];
        return folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any());
    }
}

using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Autograd.Tests;

/// <summary>
/// The folders of the core are floors: code refers to its own floor and to those below, over all pairs, as the compiler understands it.
/// </summary>
public class FloorTests
{
    // From the ground up.
    static readonly string[] Floors =
        ["Kernels", "Tensors", "Files", "Threads", "Dispatch", "Randomness", "Operations", "Tapes", "Transforms", "Charts", "Checking",
            "Scan"];

    // C# wants operators and indexers in the type itself. This file is a facade of functions, and no other may do as it does.
    const string Facade = "Tensor.Operators.cs";

    static readonly Lazy<CSharpCompilation> Core = new(() => Compile(Folder));

    [NeedsFact(Need.Sources)]
    public void NothingRefersUpwards()
    {
        var core = Core.Value;
        var upwards = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var tree in core.SyntaxTrees)
            if (Path.GetFileName(tree.FilePath) != Facade)
                upwards.UnionWith(Upwards(core.GetSemanticModel(tree)));
        Assert.True(upwards.Count == 0, "Upward references:\n" + string.Join("\n", upwards));
    }

    [NeedsFact(Need.Sources)]
    public void EveryFolderIsAFloorAndTheNamespaceOfItsInternals()
    {
        var core = Core.Value;
        foreach (var tree in core.SyntaxTrees.Where(tree => FloorNameOf(tree.FilePath).Length > 0))
        {
            string floor = FloorNameOf(tree.FilePath);
            Assert.Contains(floor, Floors);
            foreach (var type in Types(core.GetSemanticModel(tree)).Where(type => type.ContainingType is null))
                Assert.Equal(type.DeclaredAccessibility == Accessibility.Public ? "Autograd"
                    : $"Autograd.{floor}", type.ContainingNamespace.ToDisplayString());
        }
    }

    // References that are planted are found.
    [NeedsFact(Need.Sources)]
    public void UpwardReferencesAreFound()
    {
        var core = Core.Value;
        (string Floor, string Type)[] upwards =
            [("Kernels", "Tensor"), ("Tensors", "Functions"), ("Operations", "Tape"), ("Tapes", "Autograd.Scan.ScanPlan"),
                ("Dispatch", "RandomKey")];
        SyntaxTree[] planted =
        [
            .. upwards.Select(upward => CSharpSyntaxTree.ParseText(
                $"namespace Autograd.{upward.Floor}; static class Planted {{ static string F() => nameof({upward.Type}) + "
                + $"typeof({upward.Type}); }}", Options, Path.Combine(Folder, upward.Floor, "Planted.cs"))),
        ];
        var all = core.AddSyntaxTrees(planted);
        Assert.All(planted, tree => Assert.NotEmpty(Upwards(all.GetSemanticModel(tree))));
    }

    // It writes some into programs; of those that are there it asks what they do.
    [NeedsFact(Need.Sources)]
    public void TheCompilerAsksNoOperationWhichItIs()
    {
        var trees = Core.Value.SyntaxTrees.Where(tree => FloorNameOf(tree.FilePath) == "Scan").ToArray();
        Assert.NotEmpty(trees);
        var asked = trees.SelectMany(tree => Asked(Core.Value.GetSemanticModel(tree)));
        Assert.True(!asked.Any(), string.Join("\n", asked));

        static IEnumerable<string> Asked(SemanticModel model) =>
            model.SyntaxTree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => !IsWritten(name) && model.GetSymbolInfo(name).Symbol is INamedTypeSymbol { IsAbstract: false } type
                && type.ContainingNamespace.ToDisplayString() == "Autograd.Operations" && IsOperation(type))
            .Select(name => $"{Path.GetFileName(model.SyntaxTree.FilePath)}: {name}");
    }

    // So an outsider could write what Layers is made of.
    [Fact]
    public void LayersUseTheCoreAsOutsidersDo()
    {
        var friends = Assembly.Load("Autograd.Autodiff").GetCustomAttributes<InternalsVisibleToAttribute>()
            .Select(friend => friend.AssemblyName);
        Assert.DoesNotContain("Autograd.Layers", friends);
    }

    static CSharpParseOptions Options { get; } = new(LanguageVersion.Preview);

    static IEnumerable<string> Upwards(SemanticModel model)
    {
        int floor = FloorOf(model.SyntaxTree.FilePath);
        if (floor < 0) yield break;
        foreach (var name in model.SyntaxTree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (model.GetSymbolInfo(name).Symbol is not { } symbol || symbol is INamespaceSymbol) continue;
            // Of a type in several files the lowest counts, of a member its own.
            int other = symbol.DeclaringSyntaxReferences.Select(reference => FloorOf(reference.SyntaxTree.FilePath)).DefaultIfEmpty(-1)
                .Min();
            if (other > floor)
                yield return $"{Floors[floor]}/{Path.GetFileName(model.SyntaxTree.FilePath)} refers to {symbol.ToDisplayString()} in "
                + $"{Floors[other]}";
        }
    }

    // new X(…), X.Instance, X.Of(…), but not where they are compared with what is there.
    static bool IsWritten(SyntaxNode name)
    {
        if (name.Parent is ObjectCreationExpressionSyntax) return true;
        if (name.Parent is not MemberAccessExpressionSyntax) return false;
        var whole = name.AncestorsAndSelf().SkipWhile(node => node.Parent is MemberAccessExpressionSyntax or InvocationExpressionSyntax)
            .First();
        return whole.Parent is not (BinaryExpressionSyntax or ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax });
    }

    static bool IsOperation(INamedTypeSymbol? type) =>
        type is not null && (type.Name == nameof(RecordedOperation) || IsOperation(type.BaseType));

    static IEnumerable<INamedTypeSymbol> Types(SemanticModel model) =>
        model.SyntaxTree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        .Select(declaration => model.GetDeclaredSymbol(declaration)!);

    static int FloorOf(string file) => Array.IndexOf(Floors, FloorNameOf(file));

    static string FloorNameOf(string file) =>
        file.Length > 0 && Path.GetRelativePath(Folder, file).Split(Path.DirectorySeparatorChar) is [var floor, _, ..] ? floor : "";

    static CSharpCompilation Compile(string core)
    {
        string[] floors =
            [.. Directory.GetDirectories(core).Select(folder => Path.GetFileName(folder)!).Where(folder => folder is not ("bin" or "obj"))];
        var trees = floors.SelectMany(floor => Directory.EnumerateFiles(Path.Combine(core, floor), "*.cs", SearchOption.AllDirectories))
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Options, file))
            .Append(CSharpSyntaxTree.ParseText(Usings(floors), Options));
        var references = ReadmeTests.References
            .Where(reference => !Path.GetFileName(reference.FilePath!).StartsWith("Autograd.", StringComparison.Ordinal));
        var compilation = CSharpCompilation.Create(
            "Core", trees, references,
            new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        var errors = compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5).ToList();
        Assert.True(errors.Count == 0, "The core does not compile as it stands: " + string.Join("\n", errors));
        return compilation;
    }

    static string Usings(string[] floors)
    {
        string[] implied =
            ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
            "System.Threading.Tasks"];
        return string.Concat(implied.Concat(floors.Select(floor => $"Autograd.{floor}")).Select(name => $"global using {name};\n"));
    }

    static string Folder => Sources.Folder("src", "Autodiff");
}

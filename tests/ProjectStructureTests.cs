using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Autograd.Tests;

/// <summary>What the projects may refer to; the folders of the core are kept by <see cref="FloorTests"/>.</summary>
public partial class ProjectStructureTests
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

    [NeedsTheory(Need.Sources), MemberData(nameof(Names))]
    public void ProjectFilesReferToTheCoreOnly(string project)
    {
        var file = XDocument.Load(Sources.Folder("src", project, $"{project}.csproj"));
        // The rules travel with the core, which does not use them.
        var references = file.Descendants("ProjectReference")
            .Where(reference => reference.Attribute("ReferenceOutputAssembly")?.Value != "false")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.Equal(project == "Autodiff" ? [] : ["Autodiff"], references);
    }

    [NeedsFact(Need.Sources)]
    public void NoPublicMemberIsUnfinished()
    {
        foreach (string file in Directory.EnumerateFiles(Sources.Folder("src"), "*.cs", SearchOption.AllDirectories))
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

    [NeedsFact(Need.Sources)]
    public void NoLineIsWiderThanAPage()
    {
        var wide = CodeFiles().SelectMany(file => File.ReadLines(file).Index()
            .Where(line => line.Item.Length > 140 || line.Item.EndsWith(' '))
            .Select(line => $"{Path.GetRelativePath(Sources.Folder(), file)}({line.Index + 1})"));
        Assert.True(!wide.Any(), string.Join("\n", wide));
    }

    // From a pipe or a device, which only one class refuses, reading might never end.
    [NeedsFact(Need.Sources)]
    public void FilesAreReadInOnePlace()
    {
        var others = CodeFiles("src").Where(file => Path.GetFileName(file) != "PlainFile.cs")
            .SelectMany(file => Reading().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match}"));
        Assert.True(!others.Any(), string.Join("\n", others));
    }

    /// <summary>A type that is not public says nothing of it, and no member says that it is private.</summary>
    [NeedsFact(Need.Sources)]
    public void AccessIsWrittenOnlyWhereItIsNotTheDefault()
    {
        var written = CodeFiles().SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes()
            .OfType<MemberDeclarationSyntax>()
            .Where(member => member.Modifiers.Any(member.Parent is TypeDeclarationSyntax and not InterfaceDeclarationSyntax
                ? SyntaxKind.PrivateKeyword : SyntaxKind.InternalKeyword)
                // Which need the word to mean what they mean, or the language asks for it.
                && !member.Modifiers.Any(SyntaxKind.ProtectedKeyword) && !member.Modifiers.Any(SyntaxKind.PartialKeyword))
            .Select(member => $"{Path.GetFileName(file)}: {member.ToString().Split('\n')[0]}"));
        Assert.True(!written.Any(), string.Join("\n", written));
    }

    /// <summary>
    /// A constructor that only takes over its parameters is a primary constructor whose parameters are used directly; any other assigns
    /// one field or property per line. What a call returns may be taken apart at once.
    /// </summary>
    [NeedsFact(Need.Sources)]
    public void ConstructorsAssignOneMemberPerLine()
    {
        var several = CodeFiles("src").SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot()
            .DescendantNodes().OfType<ConstructorDeclarationSyntax>()
            .SelectMany(constructor => constructor.DescendantNodes().OfType<AssignmentExpressionSyntax>()
                .Where(assignment => assignment is { Left: TupleExpressionSyntax targets, Right: not InvocationExpressionSyntax }
                    && targets.Arguments.All(target => IsMember(target.Expression, constructor))))
            .Select(assignment => $"{Path.GetFileName(file)}: {assignment}"));
        Assert.True(!several.Any(), string.Join("\n", several));
    }

    /// <summary>By <see cref="ConstructorsAssignOneMemberPerLine"/>: no parameter has a field of its name, unless it needs one.</summary>
    [NeedsFact(Need.Sources)]
    public void ParametersOfPrimaryConstructorsAreUsedDirectly()
    {
        var repeated = CodeFiles("src").SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot()
            .DescendantNodes().OfType<TypeDeclarationSyntax>()
            // No member of a ref struct can use a parameter that is a span.
            .Where(type => type.ParameterList is not null && !type.Modifiers.Any(SyntaxKind.RefKeyword))
            .SelectMany(type => type.Members.OfType<FieldDeclarationSyntax>()
                // One that changes is more than the parameter, and others see one that is not private.
                .Where(field => field.Modifiers is [{ RawKind: (int)SyntaxKind.ReadOnlyKeyword }])
                .SelectMany(field => field.Declaration.Variables)
                .Where(field => field.Initializer?.Value is IdentifierNameSyntax { Identifier.Text: var parameter }
                    && parameter == field.Identifier.Text
                    && type.ParameterList!.Parameters.Any(one => one.Identifier.Text == parameter)
                    && !IsPassedToBase(type, parameter) && !IsReadOfAnother(type, parameter)))
            .Select(field => $"{Path.GetFileName(file)}: {field}"));
        Assert.True(!repeated.Any(), string.Join("\n", repeated));
    }

    // It throws, but only when such a module is made, which may be rarely.
    [NeedsFact(Need.Sources)]
    public void NoPartIsMadeWithoutAName()
    {
        var unnamed = CodeFiles().SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes()
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

    static bool IsMember(ExpressionSyntax target, ConstructorDeclarationSyntax constructor) => target switch
    {
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } => true,
        IdentifierNameSyntax { Identifier.Text: var name } =>
            constructor.ParameterList.Parameters.All(parameter => parameter.Identifier.Text != name)
            && !constructor.DescendantNodes().Any(node => node is VariableDeclaratorSyntax variable && variable.Identifier.Text == name
                || node is SingleVariableDesignationSyntax designation && designation.Identifier.Text == name),
        _ => false,
    };

    // The base class keeps it too: it would be there twice, which the compiler warns of.
    static bool IsPassedToBase(TypeDeclarationSyntax type, string parameter) =>
        type.BaseList?.Types.OfType<PrimaryConstructorBaseTypeSyntax>().Any(call => call.ArgumentList.DescendantNodes()
            .OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == parameter)) == true;

    // As in other.name, other?.name and other is { name: … }: a parameter can be read of one object only.
    static bool IsReadOfAnother(TypeDeclarationSyntax type, string field) =>
        type.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == field && name.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Name == name && access.Expression is not ThisExpressionSyntax,
            MemberBindingExpressionSyntax or NameColonSyntax { Parent: SubpatternSyntax } => true,
            _ => false,
        });

    static IEnumerable<string> CodeFiles() =>
        CodeFiles("src", "tests", "proptests", "bench", "examples", "lectures", "published", "templates");

    static IEnumerable<string> CodeFiles(params string[] folders) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Sources.Folder(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any());

    [GeneratedRegex(@"\bFile\.(ReadAll\w+|ReadLines\w*|Open(Read|Text|Handle)?)\(")]
    private static partial Regex Reading();
}

using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Autograd.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Autograd.Tests.Analyzers;

/// <summary>Each rule: ten programs that are right, without a diagnostic of any rule, and ten that are wrong, with that rule's.</summary>
public partial class AnalyzerTests
{
    internal const string Before = """
        using System.Threading.Tasks;
        class Case
        {
            Tensor kept = Tensor.Ones([2]); readonly List<Tensor> list = []; Tensor[] array = new Tensor[3];
            static readonly Parameter w = new("w", Tensor.Ones([2]));
            static readonly Recurrent<Tensor> rnn = Recurrent.Over(new GruCell(2, 2, new RandomKey(1)));
            static Tensor Use(Tensor x) => x;
            static Task Wait() => Task.CompletedTask;
        """;

    public static TheoryData<string, int> Wrong => Cases(RuleCases.Wrong);

    public static TheoryData<string, int> Right => Cases(RuleCases.Right);

    [Theory, MemberData(nameof(Wrong))]
    public async Task WhatIsWrongIsFound(string rule, int number) =>
        Assert.Equal([rule], (await Found(RuleCases.Wrong[rule][number])).Distinct());

    [Theory, MemberData(nameof(Right))]
    public async Task WhatIsRightIsNot(string rule, int number) => Assert.Empty(await Found(RuleCases.Right[rule][number]));

    [Fact]
    public void EachRuleHasTenOfEachAndAPage()
    {
        var rules = All.SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id).Order().ToArray();
        Assert.Equal(rules, RuleCases.Wrong.Keys.Order());
        Assert.Equal(rules, RuleCases.Right.Keys.Order());
        Assert.All(RuleCases.Wrong.Values.Concat(RuleCases.Right.Values), cases => Assert.True(cases.Length >= 10));
        string pages = Path.Combine(ReadmeTests.Repository, "docs", "analyzers");
        Assert.All(rules, rule =>
            Assert.StartsWith($"# {rule}: ", File.ReadAllText(Path.Combine(pages, rule + ".md")), StringComparison.Ordinal));
    }

    // What an editor shows with a rule: the page's first paragraph, and no address, for the pages have none.
    [Fact]
    public void ARuleIsDescribedByItsPage() =>
        Assert.All(All.SelectMany(analyzer => analyzer.SupportedDiagnostics), rule =>
        {
            string page = File.ReadAllText(Path.Combine(ReadmeTests.Repository, "docs", "analyzers", rule.Id + ".md"));
            string words = string.Join(' ', page.Replace("`", "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            string description = rule.Description.ToString(null);
            Assert.True(description.Length > 100 && words.Contains(description, StringComparison.Ordinal), description);
            Assert.Equal("", rule.HelpLinkUri);
        });

    internal static ImmutableArray<DiagnosticAnalyzer> All => [new TapeAnalyzer(), new ModuleAnalyzer(), new CallAnalyzer()];

    /// <summary>Code compiles, and the rules find the lines that end with their names (// AG0001), and no other.</summary>
    internal static void WhatIsMarkedIsFound(CSharpCompilation compilation)
    {
        var marked = compilation.SyntaxTrees.SelectMany(tree => tree.ToString().Split('\n')).Select(line => line.Trim())
            .Where(line => line.Contains("// AG0", StringComparison.Ordinal)).Select(line => (Line: line, Id: Mark().Match(line).Value));
        var found = Found(compilation).GetAwaiter().GetResult().Select(one => (Line: LineOf(one), one.Id)).Distinct();
        Assert.Equal(marked.Order(), found.Order());
    }

    static string LineOf(Diagnostic found) =>
        found.Location.SourceTree!.ToString().Split('\n')[found.Location.GetLineSpan().StartLinePosition.Line].Trim();

    static async Task<IEnumerable<Diagnostic>> Found(CSharpCompilation compilation)
    {
        Assert.True(!ReadmeTests.Errors(compilation).Any(), string.Join("\n", ReadmeTests.Errors(compilation)));
        return await compilation.WithAnalyzers(All).GetAnalyzerDiagnosticsAsync();
    }

    static async Task<IEnumerable<string>> Found(string members) =>
        (await Found(ReadmeTests.Compile("Case", ReadmeTests.Usings, $"{Before}\n{members}\n}}"))).Select(found => found.Id);

    static TheoryData<string, int> Cases(Dictionary<string, string[]> all)
    {
        var cases = new TheoryData<string, int>();
        foreach (var (rule, programs) in all)
            for (int i = 0; i < programs.Length; i++)
                cases.Add(rule, i);
        return cases;
    }

    [GeneratedRegex(@"AG\d{4}")]
    private static partial Regex Mark();
}

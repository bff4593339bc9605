using System.Collections.Immutable;
using Autograd.Analyzers;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Autograd.Tests.Analyzers;

/// <summary>Each rule: ten programs that are right, without a diagnostic of any rule, and ten that are wrong, with that rule's.</summary>
public class AnalyzerTests
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

    internal static ImmutableArray<DiagnosticAnalyzer> All => [new TapeAnalyzer(), new ModuleAnalyzer(), new CallAnalyzer()];

    static async Task<IEnumerable<string>> Found(string members)
    {
        var compilation = ReadmeTests.Compile("Case", ReadmeTests.Usings, $"{Before}\n{members}\n}}");
        Assert.True(!ReadmeTests.Errors(compilation).Any(), string.Join("\n", ReadmeTests.Errors(compilation)));
        return (await compilation.WithAnalyzers(All).GetAnalyzerDiagnosticsAsync()).Select(found => found.Id);
    }

    static TheoryData<string, int> Cases(Dictionary<string, string[]> all)
    {
        var cases = new TheoryData<string, int>();
        foreach (var (rule, programs) in all)
            for (int i = 0; i < programs.Length; i++)
                cases.Add(rule, i);
        return cases;
    }
}

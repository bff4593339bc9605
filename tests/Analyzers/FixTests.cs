using System.Collections.Concurrent;
using Autograd.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Autograd.Tests.Analyzers;

/// <summary>
/// What a fix makes of wrong programs compiles, and no rule finds anything in it any more; where it would not be safe, none is offered.
/// </summary>
public class FixTests
{
    static readonly ConcurrentDictionary<(string Members, bool IsRight), Lazy<Task<string>>> known = new();

    static readonly Dictionary<string, RuleFix> fixes = new()
    {
        ["AG0001"] = new TapeFix(),
        ["AG0002"] = new AwaitFix(),
        ["AG0003"] = new CaptureFix(),
        ["AG0005"] = new DeclarationFix(),
        ["AG0006"] = new DetachFix(),
        ["AG0007"] = new LastFix(),
    };

    public static TheoryData<string, int> Wrong
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string rule in fixes.Keys)
                for (int i = 0; i < RuleCases.Wrong[rule].Length; i++)
                    cases.Add(rule, i);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Wrong))]
    public async Task WhatIsFixedIsRight(string rule, int number) => await Fixed(RuleCases.Wrong[rule][number]);

    // Of the wrong programs of each rule, how many are put right; a fix that is offered no more shows here.
    [Theory]
    [InlineData("AG0001", 7), InlineData("AG0002", 4), InlineData("AG0003", 10), InlineData("AG0005", 4), InlineData("AG0006", 12)]
    [InlineData("AG0007", 11)]
    public async Task MostAreFixed(string rule, int expected)
    {
        int count = 0;
        foreach (string program in RuleCases.Wrong[rule])
            if (await Fixed(program) != program)
                count++;
        Assert.Equal(expected, count);
    }

    [Theory]
    [InlineData("void M() { var tape = new Tape(); Use(tape.Watch(w)); }", "void M() { using var tape = new Tape(); Use(tape.Watch(w)); }")]
    [InlineData(
        "async Task M() { using var tape = new Tape(); int n = await Task.FromResult(2); Use(w * n); }",
        "async Task M() { int n = await Task.FromResult(2); using var tape = new Tape(); Use(w * n); }")]
    [InlineData(
        "async Task M(int n) { using Tape tape = new(); await Wait(); n = await Task.FromResult(2).ConfigureAwait(false); Use(w * n); }",
        "async Task M(int n) { await Wait(); n = await Task.FromResult(2).ConfigureAwait(false); using Tape tape = new(); Use(w * n); }")]
    [InlineData(
        "async Task M() { using (var tape = new Tape()) { int n = await Task.FromResult(2); Use(w * n); } }",
        "async Task M() { int n = await Task.FromResult(2); using (var tape = new Tape()) { Use(w * n); } }")]
    [InlineData(
        "async Task M() { using (new Tape()) { await Wait(); Use(w); } }",
        "async Task M() { await Wait(); using (new Tape()) { Use(w); } }")]
    [InlineData(
        "void M(Tensor h) { for (int i = 0; i < 3; i++) h = Checkpoint.Run(() => h * w); }",
        "void M(Tensor h) { for (int i = 0; i < 3; i++) { var hNow = h; h = Checkpoint.Run(() => hNow * w); } }")]
    [InlineData(
        "void M() { int iNow = 0; while (iNow < 3) { Use(Checkpoint.Run(() => w * iNow)); iNow++; } }",
        "void M() { int iNow = 0; while (iNow < 3) { var iNowNow = iNow; Use(Checkpoint.Run(() => w * iNowNow)); iNow++; } }")]
    [InlineData(
        "sealed class L : Module { readonly Parameter a; public L() { a = new(\"a\", Tensor.Ones([2])); } }",
        "sealed class L : Module { readonly Parameter a; public L() { Parameter(out a, Tensor.Ones([2])); } }")]
    [InlineData(
        "sealed class L : Module { readonly Parameter a; public L() { a = new(\"gain\", Tensor.Ones([2])); } }",
        "sealed class L : Module { readonly Parameter a; public L() { Parameter(out a, Tensor.Ones([2]), \"gain\"); } }")]
    [InlineData(
        "Tensor M(Tensor x) { using var tape = new Tape(); return x * w; }",
        "Tensor M(Tensor x) { using var tape = new Tape(); return (x * w).Detach(); }")]
    [InlineData(
        "Tensor M(Tensor x, int[] n) { var run = rnn.Run(x, n); return run.Outputs[^1]; }",
        "Tensor M(Tensor x, int[] n) { var run = rnn.Run(x, n); return Sequences.Last(run.Outputs, n); }")]
    public async Task AFixIsWhatOneWouldWrite(string wrong, string right) => Assert.Equal(Words(right), Words(await Fixed(wrong)));

    // The variable changes, in another way than by the checkpoint's own result; the lengths are not those of the run any more; an array;
    // something comes before the await, or what it gives or is given might be recorded, or a name or the end of a file would change.
    [Theory]
    [InlineData("void M() { Tape tape; tape = new Tape(); tape.Watch(w); }")]
    [InlineData("void M() { var tape = new Tape(); tape.Watch(w); tape = null!; }")]
    [InlineData("void M(int i) { while (Checkpoint.Run(() => w * i).ToScalar() > 0) i++; }")]
    [InlineData("void M(int i) { while (i < 9) Two(i++, Checkpoint.Run(() => w * i)); } static void Two(int a, Tensor b) { }")]
    [InlineData("void M() { int i = 0; while (i < 3) { Use(Checkpoint.Run(() => w * i++)); i++; } }")]
    [InlineData("Tensor M(Tensor x, int[] n) { var run = rnn.Run(x, n); n = [1]; return run.Outputs[^1]; }")]
    [InlineData("Tensor M(Tensor x) => rnn.Run(x, Made()).Outputs[^1]; static int[] Made() => [1];")]
    [InlineData("Tensor[] M(Tensor x) { using var tape = new Tape(); return tape.Gradients(Functions.Sum(x * w), [w]); }")]
    [InlineData("async Task M() { using var tape = new Tape(); Use(w); await Wait(); }")]
    [InlineData("async Task M() { using var tape = new Tape(); int i = 0; await Wait(); }")]
    [InlineData("async Task M() { using var tape = new Tape(); var y = await Task.FromResult(w * 2); }")]
    [InlineData(
        "async Task M() { using var tape = new Tape(); var y = await Loss(); } "
            + "static Task<Tensor> Loss() => Task.FromResult(w * 2);")]
    [InlineData("async Task M() { using var tape = new Tape(); await Fit(w); } static Task Fit(Tensor x) => Wait();")]
    [InlineData("async Task M() { using var tape = new Tape(); await Fit([w]); } static Task Fit(Tensor[] x) => Wait();")]
    [InlineData(
        "async Task M(List<Tensor> all) { using var tape = new Tape(); await Fit(all); } "
            + "static Task Fit(object x) => Wait();")]
    [InlineData(
        "async Task M<T>(T all) where T : Module { using var tape = new Tape(); await Fit(all); } "
            + "static Task Fit(object x) => Wait();")]
    [InlineData("sealed class L : Module { async Task M() { using var tape = new Tape(); await Fit(); } Task Fit() => Wait(); }")]
    [InlineData("async Task M() { using var tape = Made(); await Wait(); } static Tape Made() => new();")]
    [InlineData("async Task M() { Tape tape = new(); using (tape) { await Wait(); } }")]
    [InlineData("async Task M() { using (var tape = new Tape()) { int n = await Task.FromResult(2); } { int n = 3; Use(w * n); } }")]
    [InlineData("async Task M() { using var tape = new Tape(); using var file = await Task.FromResult(new System.IO.MemoryStream()); }")]
    [InlineData("async Task M() { using var tape = new Tape(); int n = 1 + await Task.FromResult(2); }")]
    [InlineData(
        "async Task M() { using var tape = new Tape(); array[Next()] ??= null!; array[Next()] = array[await Task.FromResult(2)]; } "
            + "static int Next() => 1;")]
    public async Task NothingIsOfferedWhereItIsNotSafe(string wrong) => Assert.Equal(wrong, await Fixed(wrong, isRight: false));

    /// <summary>The members after every fix that is offered; the same whoever asks.</summary>
    static Task<string> Fixed(string members, bool isRight = true) =>
        known.GetOrAdd((members, isRight), _ => new(() => FixAsync(members, isRight))).Value;

    static async Task<string> FixAsync(string members, bool isRight)
    {
        using var workspace = new AdhocWorkspace();
        var document = Document(workspace, $"{AnalyzerTests.Before}\n{members}\n}}");
        bool isChanged = false;
        while (await Found(document) is { Length: > 0 } found)
        {
            CodeAction? action = null;
            foreach (var diagnostic in found)
                if (action is null && fixes.TryGetValue(diagnostic.Id, out var fix))
                    await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (offered, _) => action ??= offered, default));
            if (action is null) break;
            var operation = (await action.GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single();
            document = operation.ChangedSolution.GetDocument(document.Id)!;
            isChanged = true;
        }
        if (!isChanged) return members;
        Assert.Empty(ReadmeTests.Errors((await document.Project.GetCompilationAsync())!));
        if (isRight) Assert.Empty(await Found(document));
        string text = (await document.GetTextAsync()).ToString();
        return text[AnalyzerTests.Before.Length..text.LastIndexOf('}')].Trim();
    }

    static async Task<Diagnostic[]> Found(Document document)
    {
        var compilation = (await document.Project.GetCompilationAsync())!;
        var found = await compilation.WithAnalyzers(AnalyzerTests.All).GetAnalyzerDiagnosticsAsync();
        return [.. found.OrderBy(one => one.Location.SourceSpan)];
    }

    static Document Document(AdhocWorkspace workspace, string text)
    {
        var like = ReadmeTests.Compile("Case", ReadmeTests.Usings);
        var project = workspace.AddProject("Case", LanguageNames.CSharp).WithMetadataReferences(like.References)
            .WithCompilationOptions(like.Options).WithParseOptions(new CSharpParseOptions(LanguageVersion.Preview));
        return project.AddDocument("Usings.cs", ReadmeTests.Usings).Project.AddDocument("Case.cs", text);
    }

    static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

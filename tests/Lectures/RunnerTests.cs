using Autograd.Lectures;

namespace Autograd.Tests.Lectures;

public sealed class RunnerTests : IDisposable
{
    readonly string page = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".html");
    readonly StringWriter output = new(), errors = new();

    public void Dispose() => File.Delete(page);

    [Fact]
    public void WhatHoldsGivesZeroAndAPage()
    {
        Assert.Equal(0, Run([new Shown("A1", report => report.Measure("pi", 3.14159265, "about 3", true))], "A1"));
        Assert.Contains("ok   pi: 3.1416 (about 3)", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 of 1 hold", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("<section id=\"A1\">", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatDoesNotHoldGivesOneAndTheOthersStillRun()
    {
        Demonstration[] all =
        [
            new Shown("A1", report => report.Measure("a", 1, "", false)),
                new Shown("A2", report => report.Measure("b", double.NaN, "", true)),
            new Shown("A3", _ => { }), new Shown("A4", _ => throw new InvalidOperationException("broken <here>")),
            new Shown("A5", report => report.Measure("e", 1, "", true)),
        ];
        Assert.Equal(1, Run(all, "all"));
        string text = output.ToString();
        Assert.Contains("NOT  b: NaN", text, StringComparison.Ordinal);
        Assert.Contains("nothing was measured", text, StringComparison.Ordinal);
        Assert.Contains("ERROR: InvalidOperationException: broken <here>", text, StringComparison.Ordinal);
        Assert.Contains("1 of 5 hold", text, StringComparison.Ordinal);
        Assert.Contains("broken &lt;here&gt;", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Z9", "There is no demonstration Z9. There are: A1 A10 A2b.")]
    [InlineData("--seeds", "--seeds: the value is missing")]
    [InlineData("--seeds=3", "--seeds=3 is not an option")]
    public void AWrongCallGivesTwo(string argument, string message)
    {
        Demonstration[] all = [new Shown("A1", _ => { }), new Shown("A10", _ => { }), new Shown("A2b", _ => { })];
        Assert.Equal(2, Runner.Run([argument], all, output, errors, false, default));
        Assert.Contains(message, errors.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(page));
    }

    [Fact]
    public void APageThatCannotBeWrittenIsFoundOutBeforeTheWork()
    {
        bool ran = false;
        string nowhere = Path.Combine(page, "page.html");
        Assert.Equal(2, Runner.Run(["A1", "--output", nowhere], [new Shown("A1", _ => ran = true)], output, errors, false, default));
        Assert.False(ran);
    }

    // The second demonstration ends only where it is asked to.
    [Fact]
    public void AFullConsoleEndsTheWorkWithOneLine()
    {
        Demonstration[] all =
        [
            new Shown("A1", report => report.Measure("a", 1, "", true)),
            new Shown("A2", report => Assert.True(report.Cancellation.WaitHandle.WaitOne(TimeSpan.FromMinutes(1)))),
        ];
        Assert.Equal(2, Runner.Run(["all", "--output", page, "--jobs", "2"], all, new FullDisk(), errors, false, default));
        Assert.Equal("lectures: full" + Environment.NewLine, errors.ToString());
    }

    [Theory]
    [InlineData("A1", "A1")]
    [InlineData("a", "A1 A10 A2b")]
    [InlineData("A2", "A2b")]
    [InlineData("A2B", "A2b")]
    [InlineData("all", "A1 A10 A2b F1")]
    public void NamesMeanIdsTheirPartsAndLetters(string name, string ids)
    {
        Demonstration[] all = [.. new[] { "A1", "A10", "A2b", "F1" }.Select(id => new Shown(id, _ => { }))];
        Assert.Equal(ids, string.Join(' ', Catalogue.Named(name, all).Select(one => one.Id)));
    }

    [Fact]
    public void AStopKeepsWhatIsDone()
    {
        using var cancel = new CancellationTokenSource();
        Demonstration[] all =
        [
            new Shown("A1", report => report.Measure("a", 1, "", true)),
            new Shown("A2", report => { cancel.Cancel(); report.Progress("long", 0.5); Assert.Fail("it went on"); }),
            new Shown("A3", _ => Assert.Fail("it ran")),
        ];
        Assert.Equal(130, Runner.Run(["all", "--output", page, "--jobs", "1"], all, output, errors, false, cancel.Token));
        string html = File.ReadAllText(page);
        Assert.Contains("<section id=\"A1\">", html, StringComparison.Ordinal);
        Assert.Contains("stopped", html, StringComparison.Ordinal);
        Assert.DoesNotContain("A3", html, StringComparison.Ordinal);
    }

    // The second waits for the third, and the first for the second.
    [Fact]
    public void WhatRunsAtTheSameTimeIsSaidInItsOrder()
    {
        using ManualResetEventSlim second = new(), third = new();
        Demonstration[] all =
        [
            new Shown("A1", report => { report.Text("one"); second.Wait(); report.Text("one again"); report.Measure("a", 1, "", true); }),
            new Shown("A2", report => { report.Text("two"); third.Wait(); report.Measure("b", 2, "", false); second.Set(); }),
            new Shown("A3", report => { report.Text("three"); third.Set(); report.Measure("c", 3, "", true); }),
        ];
        Assert.Equal(1, Runner.Run(["all", "--output", page, "--jobs", "3"], all, output, errors, false, default));
        string[] said = ["A1", "one", "one again", "a: 1", "A2", "two", "b: 2", "A3", "three", "c: 3", "2 of 3 hold"];
        string text = output.ToString();
        int at = 0;
        foreach (string each in said)
        {
            int found = text.IndexOf(each, at, StringComparison.Ordinal);
            Assert.True(found >= at, $"{each} is missing or too early in:\n{text}");
            at = found;
        }
        Assert.Equal(["A1", "A2", "A3"], System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(page), "section id=\"(A.)\"")
            .Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void SeedsGiveOtherKeysThatStayTheSame()
    {
        var keys = new List<RandomKey>();
        Run([new Shown("A1", report => keys.AddRange([report.Key(0), report.Key(1), report.Key(0)])),
            new Shown("A2", report => keys.Add(report.Key(0)))], "all");
        Assert.Equal(keys[0], keys[2]);
        Assert.Equal(3, keys.Distinct().Count());
    }

    [Theory]
    [InlineData(new[] { "all" }, 10, false)]
    [InlineData(new[] { "all", "--quick" }, 2, true)]
    [InlineData(new[] { "--seeds", "7", "all", "--quick" }, 7, true)]
    public void Seeds(string[] arguments, int seeds, bool quick)
    {
        var options = RunOptions.Parse(arguments);
        Assert.Equal((seeds, quick), (options.Seeds, options.Quick));
    }

    [Fact]
    public void EachDemonstrationOfTheCatalogueSaysWhatItClaims() => Assert.All(Catalogue.All(), one =>
    {
        Assert.Matches("^[A-F][0-9]+[a-z]?$", one.Id);
        Assert.True(one.Title.Length > 2 && one.Claim.Length > 10, one.Id);
    });

    int Run(Demonstration[] all, string names) => Runner.Run([names, "--output", page, "--jobs", "1"], all, output, errors, false, default);

    sealed class Shown(string id, Action<Report> run) : Demonstration
    {
        public override string Id => id;

        public override string Title => "Shown";

        public override string Claim => "Something.";

        public override void Run(Report report) => run(report);
    }

    sealed class FullDisk : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("full");
    }
}

using Autograd.Lectures;

namespace Autograd.Tests.Lectures;

/// <summary>A verdict that a wrong mechanism does not turn measures nothing.</summary>
public class HonestyTests
{
    // Rows of other letters that came with the second reading.
    static readonly string[] Others = ["B11b", "B22a", "B22b", "D1b", "D1c"];

    /// <summary>Rows whose fault shows within a second or so; <c>lectures -- all --planted --quick</c> runs all of them.</summary>
    public static TheoryData<string> Quick() => [.. "B11b D1c E1 E3 E3b E4 E5 E5b F1 F4 F13".Split(' ')];

    [Fact]
    public void EachRowOfTheLettersEAndFAndEachNewOneHasAFault() => Assert.All(
        Catalogue.All().Where(one => one.Id[0] is 'E' or 'F' || Others.Contains(one.Id)), one => Assert.True(one.Fault is not null,
            one.Id));

    [Theory]
    [MemberData(nameof(Quick))]
    public void AFaultTurnsTheVerdict(string id) => Turns(id);

    [DataFact("jsb-chorales.txt")]
    public void AFaultTurnsTheComparisonOnChorales() => Turns("F12b");

    [Fact]
    public void AFaultThatIsNotNoticedIsToldByTheExitCode()
    {
        var (code, text) = Run(new Blind(), "--planted");
        Assert.Equal(1, code);
        Assert.Contains("0 of 1 faults turn the verdict", text, StringComparison.Ordinal);
        Assert.Equal(0, Run(new Blind()).Code);
    }

    [Fact]
    public void AClaimThatDoesNotShowIsNeitherHeldNorAnError()
    {
        var (code, text) = Run(new Unshown());
        Assert.Equal(3, code);
        Assert.Contains("verdict: not shown: the claim", text, StringComparison.Ordinal);
        Assert.Contains("0 of 1 hold, 1 not shown", text, StringComparison.Ordinal);
    }

    [Fact]
    public void SeedsBeginWhereTheCommandLineSays()
    {
        var seen = new List<ulong>();
        Run(new Seeing(seen));
        Run(new Seeing(seen), "--first", "0");
        Assert.Equal([1000UL, 1001UL, 0UL, 1UL], seen);
    }

    static void Turns(string id)
    {
        var (code, text) = Run(Catalogue.All().Single(one => one.Id == id), "--planted", "--quick", "--seeds", "1");
        Assert.True(code == 0, text);
        Assert.Contains("verdict: DEVIATES", text, StringComparison.Ordinal);
    }

    static (int Code, string Text) Run(Demonstration row, params string[] options)
    {
        string page = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".html");
        var (output, errors) = (new StringWriter(), new StringWriter());
        try
        {
            int code = Runner.Run([row.Id, "--output", page, .. options], [row], output, errors, false, default);
            return (code, output.ToString() + errors);
        }
        finally
        {
            File.Delete(page);
        }
    }

    sealed class Blind : Row
    {
        public override Fault? Fault => Fault.Amnesia;

        public override void Run(Report report) => report.Measure("nothing of the cell", 1, "1", true);
    }

    sealed class Unshown : Row
    {
        public override void Run(Report report)
        {
            report.Measure("the mechanism", 1, "1", true);
            report.Claim("the claim", 0, "1", false);
        }
    }

    sealed class Seeing(List<ulong> seen) : Row
    {
        public override void Run(Report report)
        {
            seen.AddRange([report.Key(0).Seed, report.Key(1).Seed]);
            report.Measure("seeds", 2, "2", true);
        }
    }

    abstract class Row : Demonstration
    {
        public override string Id => "A1";

        public override string Title => "Row";

        public override string Claim => "Something.";
    }
}

namespace Autograd.PropertyTests;

/// <summary>Verdicts where differences have a hard time: right functions are never accused, and errors never excused.</summary>
public class AwkwardPointTests
{
    const int Trials = 2;

    const double MostLeftOpen = 0.02;

    [Fact]
    public void NoRightFunctionIsAccusedAndFewAreLeftOpen()
    {
        Assert.True(AwkwardPoints.All.Count >= 60);
        var reports = AwkwardPoints.All.SelectMany(
            point => Draws().Select(draw => (Name: $"{point.Name}, {draw}", Report: point.Check(draw)))).ToList();
        var accused = reports.Where(one => one.Report.Verdict == Verdict.Fail).ToList();
        Assert.True(accused.Count == 0, string.Join(Environment.NewLine, accused.Select(one => $"{one.Name}: {one.Report}")));
        var open = reports.Where(one => one.Report.Verdict == Verdict.Inconclusive).ToList();
        Assert.True(open.Count <= MostLeftOpen * reports.Count,
            string.Join(Environment.NewLine, open.Select(one => $"{one.Name}: {one.Report}")));
    }

    [Fact]
    public void EveryErrorFailsAndItsTwinPasses()
    {
        Assert.True(AwkwardErrors.All.Count >= 60);
        foreach (var error in AwkwardErrors.All)
        {
            foreach (bool planted in (bool[])[false, true])
            {
                foreach (var draw in Draws())
                {
                    var report = error.Check(draw, planted);
                    Assert.True(report.Verdict == (planted ? Verdict.Fail : Verdict.Pass),
                        $"{error.Name}, {(planted ? "planted" : "twin")}, {draw}: {report}");
                }
            }
        }
    }

    static IEnumerable<Draw> Draws() =>
        Enumerable.Range(0, Law.Times(Trials)).Select(i => new Draw((int)(Law.Seed % int.MaxValue) + i, size: 10));
}

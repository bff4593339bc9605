namespace Autograd.Lectures;

/// <summary>Learning curves.</summary>
static class Curves
{
    /// <summary>Means over stretches of a noisy curve, so that it can be read: at most 200 points.</summary>
    public static Chart Learning(this Chart chart, string name, double[] losses)
    {
        var (updates, means) = Means(losses);
        return chart.Line(name, updates, means);
    }

    /// <summary>The same, dashed: of what is compared with.</summary>
    public static Chart Baseline(this Chart chart, string name, double[] losses)
    {
        var (updates, means) = Means(losses);
        return chart.Dashed(name, updates, means);
    }

    static (IEnumerable<double> Updates, IEnumerable<double> Means) Means(double[] losses)
    {
        int stretch = Math.Max(1, losses.Length / 200), count = losses.Length / stretch;
        return (
            Enumerable.Range(0, count).Select(i => (i + 0.5) * stretch),
            Enumerable.Range(0, count).Select(i => losses.AsSpan(i * stretch, stretch).ToArray().Average()));
    }
}

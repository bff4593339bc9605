namespace Autograd.Lectures;

/// <summary>Learning curves.</summary>
static class Curves
{
    /// <summary>Means over stretches of a noisy curve, so that it can be read: at most 200 points.</summary>
    public static Chart Learning(this Chart chart, string name, double[] losses)
    {
        int stretch = Math.Max(1, losses.Length / 200), count = losses.Length / stretch;
        return chart.Line(
            name,
            Enumerable.Range(0, count).Select(i => (i + 0.5) * stretch),
            Enumerable.Range(0, count).Select(i => losses.AsSpan(i * stretch, stretch).ToArray().Average()));
    }
}

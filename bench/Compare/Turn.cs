using System.Diagnostics;

namespace Autograd.Bench;

/// <summary>Times an action again and again.</summary>
static class Turn
{
    /// <returns>Milliseconds of each run; there is one at least.</returns>
    public static List<double> Of(Action run, double seconds)
    {
        var milliseconds = new List<double>();
        long start = Stopwatch.GetTimestamp();
        do
        {
            long before = Stopwatch.GetTimestamp();
            run();
            milliseconds.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return milliseconds;
    }
}

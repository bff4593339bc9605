using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Autograd.PeerTable;

/// <summary>Measures the sides of a row in turns, so that what else the machine does meets them all.</summary>
sealed partial class Turns(Options options)
{
    const double WarmUpSeconds = 1.5;

    /// <summary>The least time of each; a side that cannot run is told and left out. Null if ours is.</summary>
    public Measured? Of(Row row)
    {
        var least = new Dictionary<string, double>();
        var running = new List<(string Name, Action Run)>();
        foreach (var side in (Side[])[row.Ours, .. row.Peers])
            if (Ready(row, side) is { } run)
                running.Add((side.Name, run));
        for (int round = 0; round < options.Rounds; round++)
            foreach (var (name, run) in running)
                least[name] = Math.Min(least.GetValueOrDefault(name, double.PositiveInfinity), Turn(run, options.Seconds));
        if (!least.Remove(row.Ours.Name, out double ours)) return null;
        return new(row.Group, row.What, ours, least);
    }

    Action? Ready(Row row, Side side)
    {
        try
        {
            var run = side.Make();
            Turn(run, Math.Min(WarmUpSeconds, 5 * options.Seconds));
            return run;
        }
        catch (Exception error) when (error is InvalidOperationException or ExternalException or ArgumentException)
        {
            Console.Error.WriteLine($"{row.What}, {side.Name}: {error.Message.Split('\n')[0]}");
            return null;
        }
    }

    double Turn(Action run, double seconds)
    {
        double least = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        do
        {
            double began = Now();
            run();
            least = Math.Min(least, Now() - began);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return least;
    }

    // Milliseconds of the wall clock, or of this thread's processor time: for a busy machine, and one thread.
    double Now()
    {
        if (!options.IsThreadClock) return Stopwatch.GetTimestamp() * (1e3 / Stopwatch.Frequency);
        const int threadClock = 3;
        _ = ClockGetTime(threadClock, out var time);
        return time.Seconds * 1e3 + time.Nanoseconds * 1e-6;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    struct Time
    {
        public long Seconds, Nanoseconds;
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Autograd.PeerTable;

/// <summary>Measures the sides of a row in turns, so that what else the machine does meets them all.</summary>
sealed partial class Turns(Options options)
{
    const double WarmUpSeconds = 1.5;

    // Shorter runs are repeated until they take about twice as long, since reading the clock takes time too.
    const double LeastMilliseconds = 0.05;

    const int MostRepeats = 5000;

    // Of the values that sides compute, in float.
    const double Tolerance = 2e-3;

    // How long threads of libraries that have just run go on waiting for work.
    const int SpinMilliseconds = 30;

    sealed record Running(string Name, Action Run, int Repeats, double? Value, bool Counts)
    {
        public double Least { get; set; } = double.PositiveInfinity;
    }

    /// <summary>
    /// The least time of each side; one that cannot run is told and left out, and one that computes other numbers is told and does not
    /// count. Null if ours cannot run.
    /// </summary>
    public Measured? Of(string group, Row row)
    {
        // What libtorch holds for a row goes with it. A collection of everything instead would change how long ours takes after it.
        using var scope = TorchSharp.torch.NewDisposeScope();
        var ours = Ready(row, row.Ours, null);
        var peers = All(row, row.Peers, ours?.Value);
        var others = All(row, row.OtherWays, ours?.Value, counts: false);
        if (ours is null) return null;
        for (int round = 0; round < options.Rounds; round++)
            foreach (var side in (Running[])[ours, .. peers, .. others])
            {
                if (options.Threads > 1) Thread.Sleep(SpinMilliseconds);
                side.Least = Math.Min(side.Least, Turn(side.Run, side.Repeats, options.Seconds));
            }
        var uncounted = Times([.. peers, .. others], counts: false);
        return new(group, row.What, ours.Least, Times(peers, counts: true)) { Uncounted = uncounted.Count == 0 ? null : uncounted };
    }

    static Dictionary<string, double> Times(Running[] sides, bool counts) =>
        sides.Where(side => side.Counts == counts).ToDictionary(side => side.Name, side => side.Least);

    Running[] All(Row row, Side[] sides, double? value, bool counts = true) =>
        [.. sides.Select(side => Ready(row, side, value, counts)).OfType<Running>()];

    Running? Ready(Row row, Side side, double? expected, bool counts = true)
    {
        try
        {
            var work = side.Make();
            double? value = work.Value?.Invoke();
            bool isRight = Math.Abs((value - expected) / expected ?? 0) < Tolerance;
            if (!isRight) Tell(row, side, $"it computes {value} where {row.Ours.Name} computes {expected}");
            double least = Turn(work.Run, 1, Math.Min(WarmUpSeconds, 5 * options.Seconds));
            int repeats = least > LeastMilliseconds ? 1 : (int)Math.Clamp(2 * LeastMilliseconds / least, 1, MostRepeats);
            return new(isRight ? side.Name : $"{side.Name}, other numbers", work.Run, repeats, value, counts && isRight);
        }
        catch (Exception error) when (error is InvalidOperationException or ExternalException or ArgumentException
            or NotSupportedException or Microsoft.ML.OnnxRuntime.OnnxRuntimeException)
        {
            Tell(row, side, error.Message.Split('\n')[0]);
            return null;
        }
    }

    static void Tell(Row row, Side side, string what) => Console.Error.WriteLine($"{row.What}, {side.Name}: {what}");

    // The least time of a run.
    double Turn(Action run, int repeats, double seconds)
    {
        double least = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        do
        {
            double began = Now();
            for (int i = 0; i < repeats; i++) run();
            least = Math.Min(least, Now() - began);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        return least / repeats;
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

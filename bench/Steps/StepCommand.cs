using System.Diagnostics;
using System.Text.Json;

namespace Autograd.Bench;

/// <summary>Times training steps and prints one line of JSON.</summary>
static class StepCommand
{
    // The other libraries' scripts take as many at least.
    const int FewestRuns = 7, CountedSteps = 4;

    static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Run(ReadOnlySpan<string> arguments)
    {
        var options = StepOptions.Parse(arguments);
        var step = TrainingSteps.Create(options);
        WarmUp(step, options.Seconds);
        // A path that is not taken must not be reported.
        if (options.Path == "scan" && step is LayerStep { Path.Reason: { } reason })
            throw new UsageException($"--path scan: {options.Cell} runs eagerly: {reason}.");
        var runs = Measure(step.Run, options.Seconds);
        Console.WriteLine(JsonSerializer.Serialize(Report(options, runs, AllocatedBytes(step)), Format));
    }

    static Line Report(StepOptions options, List<double> sorted, long allocatedBytes) => new(
        options.Cell, options.Path, options.Time, options.Batch, options.Inputs, options.Hidden, options.Threads, options.Type,
        sorted.Count,
        Math.Round(sorted[sorted.Count / 2], 4), Math.Round(sorted[0], 4), allocatedBytes);

    // The runtime compiles what is used often a second time, in the background.
    static void WarmUp(ITrainingStep step, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < Math.Min(seconds, 1); i++) step.Run();
    }

    /// <summary>Milliseconds of runs, the least first.</summary>
    public static List<double> Measure(Action run, double seconds)
    {
        var milliseconds = new List<double>();
        long start = Stopwatch.GetTimestamp();
        while (milliseconds.Count < FewestRuns || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            long before = Stopwatch.GetTimestamp();
            run();
            milliseconds.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        milliseconds.Sort();
        return milliseconds;
    }

    /// <summary>Bytes on the heap per step.</summary>
    public static long AllocatedBytes(ITrainingStep step)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < CountedSteps; i++) step.Run();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / CountedSteps;
    }

    sealed record Line(
        string Cell, string Path, int Time, int Batch, int Inputs, int Hidden, int Threads, string Dtype, int Runs, double MedianMs,
        double MinMs,
        long AllocatedBytes);
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd.Bench;

/// <summary>Compares in one run and prints a table. Ctrl+C ends it early, with what there is by then.</summary>
static class CompareCommand
{
    public static void Run(ReadOnlySpan<string> arguments)
    {
        switch (arguments)
        {
            case ["--peers", .. var others]:
                PeerTableCommand.Run(others.ToArray());
                return;
            case ["--page"]:
                PeerTableCommand.WritePage();
                return;
        }
        var options = CompareOptions.Parse(arguments);
        UntilStopped((progress, cancel) => Run(options, progress, cancel));
    }

    /// <summary>Prints what the machine is, and runs until the end or until somebody presses Ctrl+C.</summary>
    public static void UntilStopped(Action<Progress, CancellationToken> run)
    {
        using var cancel = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        // Ratios and numbers are read by programs too.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Console.WriteLine(Machine());
        Console.WriteLine();
        run(new Progress(), cancel.Token);
        if (cancel.IsCancellationRequested) Console.WriteLine("Stopped before the end.");

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            cancel.Cancel();
        }
    }

    static void Run(CompareOptions options, Progress progress, CancellationToken cancel)
    {
        switch (options.What)
        {
            case Comparison.Training:
                new TrainingComparison(options, progress, cancel).Run(Console.Out);
                break;
            case Comparison.Growth:
                new GrowthComparison(options, progress, cancel).Run(Console.Out);
                new MemoryComparison(options, progress, cancel).Run(Console.Out);
                new FirstCallComparison(options, progress, cancel).Run(Console.Out);
                break;
            case Comparison.Variants:
                new VariantComparison(options, progress, cancel).Run(Console.Out);
                break;
            case Comparison.Vectors:
                new VectorComparison(options, progress, cancel).Run(Console.Out);
                break;
            default:
                new StepComparisonTable(options, progress, cancel).Run(Console.Out);
                break;
        }
    }

    /// <summary>The widest vectors that the processor and the settings allow, in bits.</summary>
    public static int VectorBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    static string Machine() =>
        $"{Processor.Name()}, {Environment.ProcessorCount} processors, vectors of {VectorBits} bits, {RuntimeInformation.OSDescription}, "
        + $"{RuntimeInformation.FrameworkDescription}";
}

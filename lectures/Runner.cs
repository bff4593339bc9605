using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Autograd.Lectures;

/// <summary>Runs demonstrations, some at the same time, and writes the page.</summary>
public sealed class Runner
{
    const int Good = 0, Deviation = 1, WrongCall = 2, NotShown = 3, Stopped = 130;

    readonly RunOptions options;
    readonly Terminal terminal;
    readonly CancellationTokenSource stop;
    readonly Lock gate = new();
    readonly Turns turns;
    Done?[] results = [];
    int last = -1;
    volatile IOException? lost;

    Runner(RunOptions options, Terminal terminal, CancellationTokenSource stop)
        => (this.options, this.terminal, this.stop, turns) = (options, terminal, stop, new Turns(terminal));

    /// <summary>
    /// The program. Ctrl+C, or a request to terminate, ends the demonstration that runs; those before it are kept on the page. A second one
    /// ends at once.
    /// </summary>
    /// <returns>The exit code; see <see cref="RunOptions.Usage"/>.</returns>
    public static int Start(string[] arguments)
    {
        using var cancel = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return Run(arguments, Catalogue.All(), Console.Out, Console.Error, !Console.IsOutputRedirected, cancel.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = !cancel.IsCancellationRequested;
            cancel.Cancel();
        }
    }

    /// <summary>The program with its surroundings as arguments.</summary>
    public static int Run(
        string[] arguments, IReadOnlyList<Demonstration> catalogue, TextWriter output, TextWriter errors, bool isInteractive,
            CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            var options = RunOptions.Parse(arguments);
            if (options.Help) output.WriteLine(RunOptions.Usage);
            else if (options.Names.Contains("list", StringComparer.OrdinalIgnoreCase)) List(catalogue, output);
            else return new Runner(options, new Terminal(output, isInteractive), stop).Run(Chosen(options, catalogue));
            return Good;
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"lectures: {error.Message}");
            return WrongCall;
        }
    }

    static List<Demonstration> Chosen(RunOptions options, IReadOnlyList<Demonstration> catalogue)
    {
        var chosen = new HashSet<Demonstration>();
        foreach (string name in options.Names)
        {
            Demonstration[] named = [.. Catalogue.Named(name, catalogue)];
            if (named.Length == 0) throw new FormatException($"There is no demonstration {name}. There are: " +
                $"{string.Join(' ', catalogue.Select(one => one.Id))}.");
            chosen.UnionWith(named);
        }
        return [.. catalogue.Where(one => chosen.Contains(one) && (!options.Planted || one.Fault is not null))];
    }

    static void List(IReadOnlyList<Demonstration> catalogue, TextWriter output)
    {
        string[][] rows = [.. catalogue.Select(one => new[] { one.Id, one.Title })];
        foreach (string line in TextTable.Lines(["id", "demonstration"], rows)) output.WriteLine(line);
    }

    // What has run so far, in the order of the rows.
    List<Done> Finished => [.. results.OfType<Done>()];

    int Run(List<Demonstration> chosen)
    {
        // A page that cannot be written is found out before the work, not after it.
        Page.Write(options, Finished);
        results = new Done?[chosen.Count];
        Turns.Turn[] consoles = [.. chosen.Select(_ => turns.Next())];
        var threads = Enumerable.Range(0, Math.Min(options.Jobs, chosen.Count))
            .Select(_ => new Thread(() => Work(chosen, consoles))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (lost is not null) throw lost;
        Page.Write(options, Finished);
        Summarise(chosen.Count);
        if (stop.IsCancellationRequested) return Stopped;
        var done = Finished;
        if (options.Planted) return done.All(one => one.Verdict.Outcome == Outcome.Deviates) ? Good : Deviation;
        var worst = done.Select(one => one.Verdict.Outcome).DefaultIfEmpty(Outcome.Holds).Max();
        return worst switch { Outcome.Holds => Good, Outcome.NotShown => NotShown, _ => Deviation };
    }

    void Work(List<Demonstration> chosen, Turns.Turn[] consoles)
    {
        try
        {
            RunInTurn(chosen, consoles);
        }
        catch (IOException error)
        {
            // What the console does not take, nobody reads: the others need not go on.
            lost = error;
            stop.Cancel();
        }
    }

    void RunInTurn(List<Demonstration> chosen, Turns.Turn[] consoles)
    {
        for (int i; !stop.IsCancellationRequested && (i = Interlocked.Increment(ref last)) < chosen.Count;)
        {
            var one = Run(chosen[i], consoles[i]);
            consoles[i].End();
            lock (gate)
            {
                results[i] = one;
                WritePage();
            }
        }
    }

    // It was found at the start that it can be written. What fails now is seen at the end again, when it ends no work.
    void WritePage()
    {
        try
        {
            Page.Write(options, Finished);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            turns.Progress($"{options.Output}: {error.Message}", 0);
        }
    }

    Done Run(Demonstration demonstration, Turns.Turn console)
    {
        console.Line($"{demonstration.Id}  {demonstration.Title}");
        console.Line($"claim: {demonstration.Claim}");
        if (options.Planted) console.Line($"planted: {demonstration.Fault!.What}");
        var clock = Stopwatch.StartNew();
        var report = new Report(demonstration, options, console, stop.Token);
        var verdict = Judge(report);
        console.Line($"verdict: {verdict}{(verdict.Reason.Length > 0 ? ": " + verdict.Reason : "")} ({Numbers.Seconds(clock.Elapsed)})");
        console.Line();
        return new Done(report, verdict, clock.Elapsed);
    }

    static Verdict Judge(Report report)
    {
        try
        {
            report.Demonstration.Run(report);
        }
        catch (OperationCanceledException) when (report.Cancellation.IsCancellationRequested)
        {
            return new Verdict(Outcome.Stopped, "");
        }
        catch (Exception error)
        {
            // The others are still worth running; the first line that failed is worth knowing.
            return new Verdict(Outcome.Error, $"{error.GetType().Name}: {error.Message} {error.StackTrace?.Split('\n')[0].Trim()}");
        }
        if (report.Measures.Count == 0) return new Verdict(Outcome.Deviates, "nothing was measured");
        Measurement[] wrong = [.. report.Measures.Where(measure => !measure.Holds)];
        var outcome = wrong.Length == 0 ? Outcome.Holds : wrong.All(measure => measure.IsClaim) ? Outcome.NotShown : Outcome.Deviates;
        return new Verdict(outcome, string.Join("; ", wrong.Where(one => one.IsClaim == (outcome == Outcome.NotShown)).Select(one =>
            one.What)));
    }

    void Summarise(int asked)
    {
        var done = Finished;
        string[][] rows = [.. done.Select(one => new[] { one.Demonstration.Id, one.Demonstration.Title, one.Verdict.ToString(),
            one.Held, Numbers.Seconds(one.Time) })];
        foreach (string line in TextTable.Lines(["id", "demonstration", "verdict", "measures", "time"], rows)) terminal.Line(line);
        int Count(Outcome outcome) => done.Count(one => one.Verdict.Outcome == outcome);
        string counts = options.Planted ? $"{Count(Outcome.Deviates)} of {asked} faults turn the verdict"
            : $"{Count(Outcome.Holds)} of {asked} hold";
        if (Count(Outcome.NotShown) > 0 && !options.Planted) counts += $", {Count(Outcome.NotShown)} not shown";
        terminal.Line($"{counts}, {Numbers.Seconds(TimeSpan.FromTicks(done.Sum(one => one.Time.Ticks)))}; page: " +
            $"{Path.GetFullPath(options.Output)}");
    }
}

/// <summary>A demonstration that has run.</summary>
sealed record Done(Report Report, Verdict Verdict, TimeSpan Time)
{
    public Demonstration Demonstration => Report.Demonstration;

    public string Held => $"{Report.Measures.Count(measure => measure.Holds)}/{Report.Measures.Count}";
}

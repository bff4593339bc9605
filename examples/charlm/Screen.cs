using Autograd.Optimizers;
using Spectre.Console;
using static System.FormattableString;

namespace Autograd.Charlm;

/// <summary>Shows how a training goes: a progress bar, a line and a sample after each epoch.</summary>
public sealed class Screen
{
    readonly IAnsiConsole console;

    /// <summary>Shows nothing.</summary>
    public static Screen Silent => new(TextWriter.Null, isRedirected: true);

    /// <summary>With JSON, standard output carries the JSON line alone.</summary>
    public Screen(bool json)
        : this(json ? Console.Error : Console.Out, json ? Console.IsErrorRedirected : Console.IsOutputRedirected)
    {
    }

    Screen(TextWriter writer, bool isRedirected)
    {
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            // A file gets plain text, in lines as long as they are.
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (isRedirected) console.Profile.Width = 1000;
    }

    public void Tell(string line) => console.WriteLine(line);

    public void Resumed(string file, SnapshotOrigin? origin, TrainingLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        if (origin?.Warning is { } warning) Tell(warning);
        Tell(Invariant($"{file}: after epoch {loop.Steps / loop.ValidateEvery}, {loop.Best.Value:F3} nats at best"));
    }

    /// <summary>Runs a loop under a progress bar.</summary>
    /// <param name="loop">The loop, which validates at the end of each epoch.</param>
    /// <param name="steps">Steps in all.</param>
    /// <param name="characters">Characters of a step.</param>
    /// <param name="summary">Takes note of each epoch.</param>
    /// <param name="epoch">Told at the end of each epoch; gives what the model writes then.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="InvalidOperationException">The run was to be another one once more, and is not the same.</exception>
    public void Run(
        TrainingLoop loop, long steps, int characters, Summary summary, Func<TrainingProgress, string> epoch,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(loop);
        console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(progress =>
            {
                var bar = progress.AddTask("starting", maxValue: steps);
                long first = loop.Steps;
                bar.Value = first;
                loop.Run(steps, TrainingProgress.To(at =>
                {
                    bar.Value = at.Step;
                    summary.Observe(at);
                    if ((at.Step - 1) % loop.ValidateEvery % 10 == 0)
                        bar.Description = Describe(at, loop.ValidateEvery, (at.Step - first) * characters / at.Elapsed.TotalSeconds);
                    if (at.Validation is not { } nats) return;
                    Tell(Invariant($"epoch {at.Step / loop.ValidateEvery}: training {at.MeanLoss:F3}, validation {nats:F3} nats = ")
                        + Invariant($"{nats / Math.Log(2):F3} bits/character, {at.Elapsed.TotalSeconds:F1} s"));
                    string sample = epoch(at);
                    summary.AddSample(at, sample);
                    // Line by line: the progress bar below makes room for one line at a time.
                    foreach (string line in sample.Split('\n')) Tell("  | " + line);
                }), cancellation);
            });
        if (summary.Finish() is { } words) Tell(words);
    }

    static string Describe(TrainingProgress at, long steps, double perSecond) => Invariant(
        $"epoch {(at.Step - 1) / steps + 1}: {at.MeanLoss:F3} nats, {at.MeanLoss / Math.Log(2):F3} bits/char, ")
        + Invariant($"{perSecond / 1000:F0}k char/s");
}

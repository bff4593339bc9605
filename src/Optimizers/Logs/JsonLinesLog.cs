namespace Autograd.Optimizers;

/// <summary>
/// The reports of a training run as lines of JSON, in a file that other programs can follow while it is written:
/// <code>
/// using var log = new JsonLinesLog("runs/first/log.jsonl");
/// loop.Run(10_000, log);
/// </code>
/// Each is <c>{"step":1,"loss":…,"mean_loss":…,"learning_rate":…,"validation":…,"best":…,"seconds":…}</c>, without the entries that have no
/// value; NaN and infinities are strings. An existing file is continued; an incomplete last line, left by a process that was killed, is
/// removed.
/// <para>Not safe for use from several threads at once.</para>
/// </summary>
public sealed class JsonLinesLog : IProgress<TrainingProgress>, IDisposable
{
    readonly LineFile file;
    readonly long every;

    /// <summary>Opens the file, and creates its folder if necessary.</summary>
    /// <param name="path">The file.</param>
    /// <param name="every">Steps between lines, at least 1, the default; a step with a validation is always written.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is below 1.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public JsonLinesLog(string path, long every = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        this.every = Require.AtLeast(nameof(JsonLinesLog), nameof(every), every, 1);
        file = LineFile.Continue(path, isAlone: false, out _);
    }

    /// <summary>Writes a report, if it is due.</summary>
    /// <exception cref="LogException">It cannot be written. Training can continue from the step that was reported.</exception>
    public void Report(TrainingProgress value)
    {
        if (value.Validation is null && value.Step % every != 0) return;
        file.Add(json =>
        {
            json.WriteNumber("step", value.Step);
            LineFile.Write(json, "loss", value.Loss);
            LineFile.Write(json, "mean_loss", value.MeanLoss);
            LineFile.Write(json, "learning_rate", value.LearningRate);
            if (value.Validation is { } validation) LineFile.Write(json, "validation", validation);
            if (value.Best is { } best) LineFile.Write(json, "best", best);
            LineFile.Write(json, "seconds", value.Elapsed.TotalSeconds);
        }, isSafe: false);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}

using System.Diagnostics;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Training runs of several settings, each with several seeds, in parallel on this machine or on several (<see cref="Together"/>):
/// <code>
/// var sweep = new Sweep&lt;double&gt;([("slow", 1e-3), ("fast", 1e-2)], seeds: 5, run =>
/// {
///     var model = new Model(run.Key);
///     var loop = new TrainingLoop(new Adam(model.Parameters, run.Setting), step => model.Loss(step)) { Validation = model.Validate };
///     return loop.Run(1000, run.Progress, run.Cancellation).Best!.Value;
/// }) { File = "sweep.jsonl" };
/// var table = sweep.Run();
/// Console.WriteLine(table);
/// File.WriteAllText("sweep.html", table.ToHtml());
/// </code>
/// A run depends on its setting and its seed alone, provided the function shares no mutable state with other runs: it gives the same bits
/// on any number of threads and processes, in any order, and when it is run alone.
/// <para>
/// With a <see cref="File"/>, each finished run is a line of JSON in it, flushed to disk; a sweep that was killed continues with the
/// missing runs. A run that throws is recorded with its message and does not stop the others.
/// </para>
/// </summary>
/// <typeparam name="T">What differs between settings.</typeparam>
public sealed class Sweep<T>
{
    const string Name = "Sweep";

    readonly (string Name, T Value)[] settings;
    readonly Func<SweepRun<T>, double> train;

    /// <summary>Defines a sweep; nothing runs yet.</summary>
    /// <param name="settings">The settings, with the names under which they appear in the table and the file.</param>
    /// <param name="seeds">Runs of each setting, with the seeds 0, 1, …; at least 1.</param>
    /// <param name="train">
    /// Performs one run and returns its result, such as the best validation loss. Called from several threads at once.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are no settings, a name is empty, or two settings are equal or have the same name.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of seeds is below 1.</exception>
    public Sweep(IReadOnlyList<(string Name, T Value)> settings, int seeds, Func<SweepRun<T>, double> train)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(train);
        this.settings = [.. settings];
        this.train = train;
        Seeds = Require.AtLeast(Name, nameof(seeds), seeds, 1);
        if (this.settings.Length == 0) throw new ArgumentException($"{Name}: there are no settings.", nameof(settings));
        ThrowIfEqual(this.settings);
    }

    /// <summary>Runs of each setting.</summary>
    public int Seeds { get; }

    /// <summary>Runs at once; at least 1; the number of processors by default.</summary>
    public int Threads { get; init => field = Require.AtLeast(Name, nameof(Threads), value, 1); } = Environment.ProcessorCount;

    /// <summary>
    /// The file to which finished runs are written, and from which they are read when the sweep continues; null, the default, for none.
    /// </summary>
    public string? File { get; init; }

    /// <summary>
    /// Other processes that share the runs (<c>SharedRuns</c> of <c>Autograd.Distributed</c>); null, the default, for none.
    /// </summary>
    public IRunExchange? Together { get; init; }

    /// <summary>Whether larger results are better, as for an accuracy; false by default.</summary>
    public bool LargerIsBetter { get; init; }

    /// <summary>Performs the runs that the file does not have.</summary>
    /// <param name="progress">Receives a report on each finished run, one at a time, on the thread of the run.</param>
    /// <param name="cancellation"> Stops the sweep: no further runs begin, and those under way are notified through
    /// <see cref="SweepRun{T}.Cancellation"/> and not recorded. The finished runs are returned.
    /// </param>
    /// <returns>All runs that are finished.</returns>
    /// <exception cref="Exception">An exception thrown by <paramref name="progress"/> ends the sweep after the runs under way.</exception>
    /// <exception cref="SweepException">The file belongs to another sweep, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read, or another sweep is writing it.</exception>
    /// <exception cref="LogException">
    /// The file could not be written to the end. Its <see cref="LogException.Table"/> has all runs.
    /// </exception>
    public SweepTable Run(IProgress<SweepProgress>? progress = null, CancellationToken cancellation = default)
    {
        var exchange = Together ?? new OneProcess();
        string[] names = [.. settings.Select(setting => setting.Name)];
        using var file = File is null || !exchange.IsFirst ? null : SweepFile.Open(File, names, Seeds);
        var finished = new List<SweepResult>(file?.Found ?? []);
        var known = finished.Select(result => (result.Setting, result.Seed)).ToHashSet();
        int[] missing = [.. Enumerable.Range(0, settings.Length * Seeds).Where(number => !known.Contains(RunOf(number)))];
        LogException? problem = null;
        exchange.Exchange(
            Invariant($"{string.Join('\n', names)}\n{Seeds} seeds"), missing, Threads, (number, token) => Finished(number, token), Take,
            cancellation);
        var table = new SweepTable(names, Seeds, LargerIsBetter, exchange.Share(finished));
        return problem is null ? table : throw problem.With(table);

        void Take(SweepResult result)
        {
            finished.Add(result);
            try
            {
                if (problem is null) file?.Add(result);
            }
            catch (LogException error)
            {
                problem = error;
            }
            progress?.Report(new(finished.Count, settings.Length * Seeds, result));
        }
    }

    /// <summary>Performs one run alone; nothing is recorded, and its exceptions are passed on.</summary>
    /// <param name="setting">The name of the setting.</param>
    /// <param name="seed">The seed, from 0.</param>
    /// <param name="cancellation">Given to the run.</param>
    /// <exception cref="ArgumentException">There is no such setting.</exception>
    public double RunAlone(string setting, int seed, CancellationToken cancellation = default)
    {
        foreach (var (name, value) in settings)
            if (name == setting)
                return train(new(name, value, Require.AtLeast(Name, nameof(seed), seed, 0), cancellation));
        throw new ArgumentException($"{Name}: there is no setting {setting}.", nameof(setting));
    }

    (string Setting, int Seed) RunOf(int number) => (settings[number / Seeds].Name, number % Seeds);

    // Null for a run that was cancelled: its result may be that of an incomplete run.
    SweepResult? Finished(int number, CancellationToken cancellation)
    {
        var run = new SweepRun<T>(settings[number / Seeds].Name, settings[number / Seeds].Value, number % Seeds, cancellation);
        long begin = Stopwatch.GetTimestamp();
        var (value, error) = (double.NaN, (string?)null);
        try
        {
            value = train(run);
        }
#pragma warning disable CA1031 // One run's failure is recorded and must not end the others.
        catch (Exception thrown) when (thrown is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            error = $"{thrown.GetType().Name}: {thrown.Message}";
        }
        if (run.Cancellation.IsCancellationRequested) return null;
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return new(run.Name, run.Seed, value, run.ParameterCount, seconds, run.Curve, error);
    }

    static void ThrowIfEqual((string Name, T Value)[] settings)
    {
        for (int i = 0; i < settings.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(settings[i].Name))
                throw new ArgumentException(Invariant($"{Name}: setting {i} has no name."), nameof(settings));
            for (int j = 0; j < i; j++)
            {
                if (settings[j].Name == settings[i].Name)
                    throw new ArgumentException(
                        Invariant($"{Name}: settings {j} and {i} have the same name, {settings[i].Name}."), nameof(settings));
                if (EqualityComparer<T>.Default.Equals(settings[j].Value, settings[i].Value))
                    throw new ArgumentException(
                        $"{Name}: settings {settings[j].Name} and {settings[i].Name} are equal; their runs would be the same runs twice.",
                        nameof(settings));
            }
        }
    }
}

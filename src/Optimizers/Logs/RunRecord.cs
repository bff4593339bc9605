using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Autograd.Files;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// The record of a run: its configuration and its results. It is written as a page for people to read, and as <c>run.json</c>, from which
/// the run can be repeated and compared to the bit:
/// <code>
/// var run = new RunRecord("Adding problem", ("hidden", "24"), ("seed", "1")) { DataHash = RunRecord.Hash(bytes) };
/// loop.Run(1000, run);
/// run.Finish(model.Parameters);
/// run.Save("runs/first");                                             // report.html and run.json
///
/// var before = RunRecord.Load("runs/first/run.json");                 // another time, from before.Configuration
/// again.ThrowIfUnlike(before);
/// </code>
/// <para>Not safe for use from several threads at once.</para>
/// </summary>
public sealed class RunRecord : IProgress<TrainingProgress>
{
    const int MostPoints = 2000;

    readonly List<TrainingProgress> validations = [];
    readonly List<(long Step, double Loss)> losses = [];
    readonly List<(string Title, string Text)> samples = [];
    long stride = 1;

    /// <summary>Begins a record.</summary>
    /// <param name="title">The title of the run.</param>
    /// <param name="configuration">
    /// Names and values of everything that the run depends on, in the order in which they are to be shown.
    /// </param>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public RunRecord(string title, params IEnumerable<(string Name, string Value)> configuration)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(configuration);
        Title = title;
        Configuration = [.. configuration];
        if (Configuration.GroupBy(pair => pair.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"RunRecord: {twice.Key} is there twice.", nameof(configuration));
    }

    /// <summary>The title of the run.</summary>
    public string Title { get; }

    /// <summary>Names and values of everything that the run depends on.</summary>
    public IReadOnlyList<(string Name, string Value)> Configuration { get; }

    /// <summary>A hash of the data, as by <see cref="Hash"/>; null for none.</summary>
    public string? DataHash { get; init; }

    /// <summary>The command that runs it again; null for none.</summary>
    public string? Command { get; init; }

    /// <summary>The library, runtime and machine.</summary>
    public SnapshotOrigin Environment { get; private init; } = SnapshotOrigin.Here;

    /// <summary>An examination of a loss, for the gradients by parameter and time; null for none.</summary>
    public PostMortem? Gradients { get; set; }

    /// <summary>Steps done, as far as they were reported.</summary>
    public long Steps { get; private set; }

    /// <summary>The best validation; null before the first.</summary>
    public double? Best { get; private set; }

    /// <summary>A hash of the parameters at the end, over names, shapes and every bit; null before <see cref="Finish"/>.</summary>
    public string? ParameterHash { get; private set; }

    /// <summary>The value of an entry of the configuration.</summary>
    /// <exception cref="KeyNotFoundException">There is no entry of that name.</exception>
    public string this[string name]
    {
        get
        {
            foreach (var pair in Configuration)
                if (pair.Name == name)
                    return pair.Value;
            throw new KeyNotFoundException($"RunRecord: the configuration of {Title} has no {name}.");
        }
    }

    internal IReadOnlyList<TrainingProgress> Validations => validations;

    internal IReadOnlyList<(long Step, double Loss)> Losses => losses;

    internal IReadOnlyList<(string Title, string Text)> Samples => samples;

    /// <summary>The SHA-256 hash of bytes, as 64 digits.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Records a step. For long runs, only every so many steps are kept, but all validations.</summary>
    public void Report(TrainingProgress value)
    {
        (Steps, Best) = (value.Step, value.Best);
        if (value.Validation is not null) validations.Add(value);
        if (value.Step % stride != 0) return;
        losses.Add((value.Step, value.MeanLoss));
        if (losses.Count <= MostPoints) return;
        stride *= 2;
        losses.RemoveAll(point => point.Step % stride != 0);
    }

    /// <summary>Adds a text that the model has generated, or any other text for the page.</summary>
    public void AddSample(string title, string text) => samples.Add((title, text));

    /// <summary>Takes the hash of the parameters.</summary>
    public void Finish(IReadOnlyList<Parameter> parameters)
    {
        Require.NoNull(nameof(RunRecord), nameof(parameters), parameters);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in parameters)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Invariant($"{parameter.Name} {parameter.ElementType} {parameter.Shape}\n")));
            // In double every float has its own bits.
            foreach (double value in parameter.ToDoubles()) hash.AppendData(BitConverter.GetBytes(value));
        }
        ParameterHash = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// Writes <c>report.html</c> and <c>run.json</c>. The folder is created if necessary; existing files are replaced as a whole.
    /// </summary>
    /// <exception cref="LogException">They cannot be written. Existing files are left unchanged.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Write(Path.Combine(folder, "run.json"), ToJson());
        Write(Path.Combine(folder, "report.html"), ToHtml());
    }

    /// <summary>The record as a self-contained HTML page.</summary>
    /// <param name="reload"> The number of seconds after which a browser reloads the page, for a run in progress; 0, the default, for
    /// never.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public string ToHtml(int reload = 0) => RunPage.Of(this, Require.AtLeast(nameof(RunRecord), nameof(reload), reload, 0)).ToString();

    /// <summary>What runs are compared by, as JSON.</summary>
    public string ToJson() => RunJson.Write(this);

    /// <summary>Reads a <c>run.json</c>: configuration, environment and hashes, without curves.</summary>
    /// <exception cref="FormatException">The file is not a record of a run.</exception>
    /// <exception cref="IOException">It cannot be read, or is a directory, a device or a pipe.</exception>
    public static RunRecord Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(PlainFile.ReadAllBytes(path));
            var (record, environment) = RunJson.Read(document.RootElement);
            return new(record.Title, record.Configuration)
            {
                DataHash = record.Data, Command = record.Command, Environment = environment, Steps = record.Steps, Best = record.Best,
                ParameterHash = record.Parameters,
            };
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"RunRecord: {path} is no record of a run: {damage.Message}", damage);
        }
    }

    /// <summary>Throws if this finished run is not the same as another to the bit, and names the first difference.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public void ThrowIfUnlike(RunRecord other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ThrowIf("configuration", Line(other), Line(this));
        ThrowIf("hash of the data", other.DataHash, DataHash);
        ThrowIf("number of steps", Invariant($"{other.Steps}"), Invariant($"{Steps}"));
        string? warning = Environment == other.Environment ? null
            : $" The environment differs too: {other.Environment}, here {Environment}.";
        ThrowIf("hash of the parameters", other.ParameterHash, ParameterHash, warning);

        static string Line(RunRecord record) => string.Join("; ", record.Configuration.Select(pair => $"{pair.Name} {pair.Value}"));
        void ThrowIf(string what, string? there, string? here, string? more = null)
        {
            if (there != here)
                throw new InvalidOperationException(
                    $"RunRecord: {Title}: the {what} was {there ?? "none"}, and is {here ?? "none"}.{more}");
        }
    }

    static void Write(string path, string text)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            AtomicFile.Replace(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LogException(path, error);
        }
    }
}

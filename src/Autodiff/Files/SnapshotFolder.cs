using System.Globalization;

namespace Autograd;

/// <summary>A snapshot in a folder.</summary>
/// <param name="Path">The file.</param>
/// <param name="Step">The number it was saved under.</param>
/// <param name="Loss">The loss, for which smaller is better; NaN if it was not known or the file cannot be read.</param>
public sealed record SnapshotFile(string Path, long Step, double Loss);

/// <summary>
/// The snapshots of a run in a folder of their own, <c>step-000000000120.safetensors</c>: the last few, and the best few. Older files are
/// deleted only after the new one is complete, so there is a complete snapshot at any time.
/// <code>
/// var snapshots = new SnapshotFolder("run", last: 3, best: 1);
/// snapshots.Load(("run", run));                                  // goes on from the newest whole one, or begins
/// …
/// snapshots.Save(step, validationLoss, ("run", run));
/// snapshots.LoadBest(("run", run));
/// </code>
/// </summary>
public sealed class SnapshotFolder
{
    const string Prefix = "step-", Suffix = ".safetensors", StepName = ".step", LossName = ".loss";

    readonly int last, best;

    /// <summary>Prepares to keep snapshots; the folder is created when the first is saved.</summary>
    /// <param name="path">The folder. Files in it of other names are left alone.</param>
    /// <param name="last">
    /// How many of the newest are kept, at least 1. With 2 or more, there is one to fall back on if the newest is damaged.
    /// </param>
    /// <param name="best">How many of those with the lowest loss are kept in addition, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public SnapshotFolder(string path, int last = 3, int best = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        this.last = Require.AtLeast(nameof(SnapshotFolder), nameof(last), last, 1);
        this.best = Require.AtLeast(nameof(SnapshotFolder), nameof(best), best, 0);
        Path = path;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The existing snapshots, the oldest first. Only the headers of the files are read.</summary>
    public IReadOnlyList<SnapshotFile> Files => [.. Named().Select(file => new SnapshotFile(file.Path, file.Step, LossOf(file.Path)))];

    /// <summary>Saves a snapshot, and deletes those that need not be kept any longer.</summary>
    /// <param name="step">
    /// A number that grows: a training step, an epoch; not negative. An existing snapshot of this number is replaced.
    /// </param>
    /// <param name="loss">The loss, such as a validation loss; smaller is better; NaN if it is not known.</param>
    /// <param name="parts">What is saved.</param>
    /// <returns>The file.</returns>
    /// <inheritdoc cref="Snapshot.Save(string, ReadOnlySpan{ValueTuple{string, ISaved}})" path="/exception"/>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public string Save(long step, double loss, params ReadOnlySpan<(string Name, ISaved Part)> parts)
    {
        Require.AtLeast($"{nameof(SnapshotFolder)}.{nameof(Save)}", nameof(step), step, 0);
        Directory.CreateDirectory(Path);
        string file = System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D10}{Suffix}"));
        Snapshot.Save(
            file, [(StepName, step.ToString(CultureInfo.InvariantCulture)), (LossName, loss.ToString("R", CultureInfo.InvariantCulture))],
            parts);
        // The one just saved also where later ones, which were passed over because they are damaged, are there still.
        var kept = Named().TakeLast(last).Select(one => one.Path).Append(file).ToHashSet();
        if (best > 0) kept.UnionWith(Best(Files).Take(best).Select(one => one.Path));
        foreach (var (_, old) in Named())
            if (!kept.Contains(old))
                File.Delete(old);
        return file;
    }

    /// <summary>Loads the newest snapshot; if it is damaged, the one before it, and so on.</summary>
    /// <param name="parts">What is loaded, under the names by which it was saved.</param>
    /// <returns>Which one it was; null if there is none, and nothing has changed.</returns>
    /// <exception cref="TensorFileException"> An undamaged snapshot does not hold what is asked for, or all of them are damaged; nothing
    /// has changed.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public SnapshotFile? Load(params ReadOnlySpan<(string Name, ISaved Part)> parts) => LoadFirst(Files.Reverse(), parts);

    /// <summary>Loads the snapshot with the lowest loss, or the next best if it is damaged.</summary>
    /// <inheritdoc cref="Load"/>
    public SnapshotFile? LoadBest(params ReadOnlySpan<(string Name, ISaved Part)> parts) => LoadFirst(Best(Files), parts);

    static IEnumerable<SnapshotFile> Best(IEnumerable<SnapshotFile> files) =>
        files.Where(file => !double.IsNaN(file.Loss)).OrderBy(file => file.Loss).ThenByDescending(file => file.Step);

    static SnapshotFile? LoadFirst(IEnumerable<SnapshotFile> files, ReadOnlySpan<(string Name, ISaved Part)> parts)
    {
        TensorFileException? damage = null;
        foreach (var file in files)
        {
            try
            {
                Snapshot.Load(file.Path, parts);
                return file;
            }
            catch (TensorFileException error) when (IsDamaged(file.Path))
            {
                damage ??= error;
            }
        }
        return damage is null ? null : throw damage;
    }

    static bool IsDamaged(string path)
    {
        try
        {
            Snapshot.Verify(path);
            return false;
        }
        catch (TensorFileException)
        {
            return true;
        }
    }

    /// <summary>
    /// The snapshots by their step, from the names of the files alone; files that somebody else has put there are passed over.
    /// </summary>
    internal List<(long Step, string Path)> Named()
    {
        var found = new List<(long Step, string Path)>();
        if (!Directory.Exists(Path)) return found;
        foreach (string path in Directory.EnumerateFiles(Path, $"{Prefix}*{Suffix}"))
        {
            string number = System.IO.Path.GetFileName(path)[Prefix.Length..^Suffix.Length];
            if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long step)) found.Add((step, path));
        }
        found.Sort();
        return found;
    }

    static double LossOf(string path)
    {
        try
        {
            using var file = SafetensorsFile.Open(path);
            string? text = file.Metadata.GetValueOrDefault(LossName);
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double loss) ? loss : double.NaN;
        }
        catch (TensorFileException)
        {
            return double.NaN;
        }
    }
}

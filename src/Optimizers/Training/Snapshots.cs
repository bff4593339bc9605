using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Snapshots in a folder, one file per number of steps, of which the newest are kept:
/// <code>
/// var snapshots = new Snapshots("runs/first", every: 500, keep: 3, ("model", model), ("optimizer", optimizer), ("data", batches));
/// snapshots.Load();
/// while (optimizer.Steps &lt; 10_000)
/// {
///     optimizer.Step(Gradients(model, batches.Next()));
///     snapshots.SaveIfDue(optimizer.Steps);
/// }
/// </code>
/// Files are named <c>step-0000000500.safetensors</c> and written as by <see cref="Snapshot"/>; other files in the folder are left alone.
/// </summary>
public sealed class Snapshots
{
    readonly (string Name, ISaved Part)[] parts;
    readonly SnapshotFolder files;
    long? newestSaved;

    /// <summary>Names the folder, which is created when something is saved.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="every">The number of steps between snapshots; at least 1.</param>
    /// <param name="keep">How many are kept; at least 1; 3 by default.</param>
    /// <param name="parts">What is saved, with names, as for <see cref="Snapshot"/>.</param>
    /// <exception cref="ArgumentException">The folder is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public Snapshots(string folder, long every, int keep = 3, params ReadOnlySpan<(string Name, ISaved Part)> parts)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Folder = Path.GetFullPath(folder);
        Every = Require.AtLeast(nameof(Snapshots), nameof(every), every, 1);
        Keep = Require.AtLeast(nameof(Snapshots), nameof(keep), keep, 1);
        this.parts = parts.ToArray();
        files = new SnapshotFolder(Folder, Keep, best: 0);
    }

    /// <summary>The folder, with its full path.</summary>
    public string Folder { get; }

    /// <summary>The number of steps between snapshots.</summary>
    public long Every { get; }

    /// <summary>How many are kept.</summary>
    public int Keep { get; }

    /// <summary>The file with the largest number of steps; null without any.</summary>
    public string? Newest => files.Named() is [.., var last] ? last.Path : null;

    /// <summary>Saves if the number of steps is a multiple of <see cref="Every"/>. Allocates nothing where it is not.</summary>
    /// <inheritdoc cref="Save(long)"/>
    public bool SaveIfDue(long steps)
    {
        if (steps % Every != 0) return false;
        Save(steps);
        return true;
    }

    /// <summary>Saves, and deletes the oldest files beyond <see cref="Keep"/>.</summary>
    /// <param name="steps">The number of steps done; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    /// <exception cref="InvalidOperationException"> The folder has a later snapshot, which is not from this run; nothing is written. Load
    /// it, or use another folder.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written; the existing ones are unchanged.</exception>
    public void Save(long steps) => Save(steps, []);

    /// <summary>Loads the newest snapshot, if there is one; if it is damaged, the one before it, and so on.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="TensorFileException">All are damaged, or an undamaged one holds something else. Nothing has changed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool Load() => Load([]);

    internal void Save(long steps, ReadOnlySpan<(string Name, ISaved Part)> more)
    {
        Require.AtLeast(nameof(Snapshots), nameof(steps), steps, 0);
        ThrowIfForeign(steps);
        // There was no validation at this step, so there is no loss by which to keep the best.
        files.Save(steps, double.NaN, [.. parts, .. more]);
        newestSaved = steps;
    }

    /// <summary>The snapshots of another run would be taken for those of this one, and deleted.</summary>
    internal void ThrowIfForeign(long steps)
    {
        if (files.Named() is [.., var last] && last.Step > steps && last.Step != newestSaved)
            throw new InvalidOperationException(
                Invariant($"{nameof(Snapshots)}: {Folder} has a snapshot of step {last.Step}, which is after step {steps}. ")
                + "Load it, or name another folder.");
    }

    internal bool Load(ReadOnlySpan<(string Name, ISaved Part)> more)
    {
        if (files.Load([.. parts, .. more]) is null) return false;
        // Also if that one is damaged: it is this run's, which will save it again.
        newestSaved = files.Named()[^1].Step;
        return true;
    }

    /// <summary>Folder and numbers: <c>Snapshots: every 500 steps in runs/first, the newest 3</c>.</summary>
    public override string ToString() => Invariant($"{nameof(Snapshots)}: every {Every} steps in {Folder}, the newest {Keep}");
}

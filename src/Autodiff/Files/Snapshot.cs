namespace Autograd;

/// <summary>
/// Saves several parts to one file, and loads them again, bit for bit: a model, its optimizer, the position in the data, anything that
/// implements <see cref="ISaved"/>.
/// <code>
/// Snapshot.Save("run.safetensors", ("model", model), ("optimizer", optimizer), ("progress", progress));
/// var origin = Snapshot.Load("run.safetensors", ("model", model), ("optimizer", optimizer), ("progress", progress));
/// if (origin?.Warning is { } warning) Console.WriteLine(warning);       // saved elsewhere: bits may differ from here on
/// </code>
/// The file is a safetensors file: tensors under their names, numbers and texts in the metadata, with the origin and a checksum of the
/// whole; <c>docs/snapshots.md</c> specifies it. Saving replaces the file completely or not at all; loading changes everything or nothing.
/// For several files of a run see <see cref="SnapshotFolder"/>.
/// </summary>
public static class Snapshot
{
    internal const string FormatName = ".format", Format = "autograd 2";

    /// <summary>Saves parts under their names, which prefix the names within them; an empty name adds no prefix.</summary>
    /// <param name="path">The file, which may exist.</param>
    /// <param name="parts">What is saved.</param>
    /// <exception cref="ArgumentException">Two values have the same name, or a name begins with a dot.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="TapeException">Another thread changes a parameter meanwhile; an existing file is unchanged.</exception>
    public static void Save(string path, params ReadOnlySpan<(string Name, ISaved Part)> parts) => Save(path, [], parts);

    /// <summary>Loads parts; the file must hold exactly what they consist of.</summary>
    /// <inheritdoc cref="Load(string, LoadOptions, ReadOnlySpan{ValueTuple{string, ISaved}})"/>
    public static SnapshotOrigin? Load(string path, params ReadOnlySpan<(string Name, ISaved Part)> parts) =>
        Load(path, new LoadOptions(), parts);

    /// <summary>
    /// Loads parts. Everything is checked before anything is changed; if a part refuses its values, the others are restored.
    /// </summary>
    /// <param name="path">The file: a snapshot, or any file of tensors in the format safetensors.</param>
    /// <param name="options">Which differences are tolerated.</param>
    /// <param name="parts">What is loaded, under the names with which it was saved.</param>
    /// <returns>Where the snapshot was saved; null for a file that is not a snapshot.</returns>
    /// <exception cref="TensorFileException"> It is not such a file, its checksum is wrong, or it holds something else; a single message
    /// lists all that is missing, extra or of the wrong shape.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SnapshotOrigin? Load(string path, LoadOptions options, params ReadOnlySpan<(string Name, ISaved Part)> parts)
    {
        ArgumentNullException.ThrowIfNull(options);
        var state = new SavedState(parts.ToArray());
        using var file = SafetensorsFile.Open(path);
        var origin = OriginOf(path, file);
        var plan = new LoadPlan(path, file, state, options);
        plan.Read(isSnapshot: origin is not null);
        int done = 0;
        try
        {
            for (; done < plan.Others.Count; done++) plan.Others[done].Load();
            Parameter.TakeAll(plan.Parameters);
        }
        catch
        {
            // In the same order: what is put together comes after its values. What refuses has not changed.
            for (int i = 0; i < done; i++) plan.Others[i].Restore();
            throw;
        }
        return origin;
    }

    /// <summary>Reads a snapshot and compares it with its checksum. Nothing is loaded, and no memory of its size is needed.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Where it was saved.</returns>
    /// <exception cref="TensorFileException">It is not a snapshot, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SnapshotOrigin Verify(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var origin = OriginOf(path, file)
            ?? throw new TensorFileException(path, "it is no snapshot: nothing says what its elements should be.");
        ThrowIfDamaged(path, file);
        return origin;
    }

    internal static void Save(
        string path, IEnumerable<(string Name, string Text)> notes, params ReadOnlySpan<(string Name, ISaved Part)> parts)
    {
        var state = new SavedState(parts.ToArray());
        var tensors = new List<(string Name, Tensor Value)>();
        foreach (var (name, slot) in state.Tensors)
            if (slot.Save() is { } value)
                tensors.Add((name, value));
        var texts = state.Texts.ToDictionary(text => text.Key, text => text.Value.Save());
        foreach (var (name, text) in (IEnumerable<(string, string)>)[
            (FormatName, Format), (SnapshotSeal.Name, SnapshotSeal.Zeros), .. SnapshotOrigin.Here.Texts, .. notes])
            texts.Add(name, text);
        var ordered = Safetensors.Ordered(tensors);
        byte[] header = Safetensors.Header(ordered, texts);
        SnapshotSeal.Put(header, ordered);
        Safetensors.Write(path, header, ordered);
    }

    /// <summary>Whether a text belongs to the format. No part can have such a name.</summary>
    internal static bool IsOwn(string name) => name.StartsWith('.');

    internal static IReadOnlyDictionary<string, Tensor> ReadWhole(string path, SafetensorsFile file)
    {
        var (tensors, checksum) = SnapshotSeal.Read(path, file);
        ThrowIfDamaged(path, file, checksum);
        return tensors;
    }

    /// <summary>Where a file was saved, of which only the header is looked at; null if it is no snapshot.</summary>
    internal static SnapshotOrigin? OriginOf(string path, SafetensorsFile file)
    {
        if (!file.Metadata.Keys.Any(IsOwn)) return null;
        string? format = file.Metadata.GetValueOrDefault(FormatName), checksum = file.Metadata.GetValueOrDefault(SnapshotSeal.Name);
        if (format != Format)
            throw new TensorFileException(path, $"it is a snapshot of the format \"{format}\"; \"{Format}\" can be read.");
        if (checksum?.Length != SnapshotSeal.Zeros.Length)
            throw new TensorFileException(path, "it is a snapshot without its checksum. It is damaged.");
        return SnapshotOrigin.Of(file.Metadata);
    }

    internal static void ThrowIfDamaged(string path, SafetensorsFile file) => ThrowIfDamaged(path, file, SnapshotSeal.Of(path, file));

    static void ThrowIfDamaged(string path, SafetensorsFile file, string actual)
    {
        if (file.Metadata[SnapshotSeal.Name] is var expected && expected != actual)
            throw new TensorFileException(path, $"its CRC-32C is {actual}, and {expected} is written in it. It is damaged.");
    }
}

namespace Autograd.Files;

/// <summary>What loading a file would change, determined before anything is changed.</summary>
sealed class LoadPlan(string path, SafetensorsFile file, SavedState state, LoadOptions options)
{
    readonly List<string> missing = [], extra = [], unfit = [];

    /// <summary>What parameters get.</summary>
    public List<(Parameter Parameter, Tensor Value)> Parameters { get; } = [];

    /// <summary>What else is put in its place, and what puts back what was there.</summary>
    public List<(Action Load, Action Restore)> Others { get; } = [];

    /// <summary>Reads and checks everything.</summary>
    /// <param name="isSnapshot">Whether the file has a checksum, so that all of it is read.</param>
    /// <exception cref="TensorFileException">The file does not hold what is asked for, or is damaged.</exception>
    public void Read(bool isSnapshot)
    {
        Compare(isSnapshot);
        FindTexts();
        ThrowIfUnfit(isSnapshot);
        var stored = isSnapshot ? Snapshot.ReadWhole(path, file)
            : file.Names.Where(state.Tensors.ContainsKey).ToDictionary(name => name, file.Read);
        foreach (var (name, slot) in state.Tensors)
        {
            if (stored.TryGetValue(name, out var value))
                Add(slot, slot.Type is { } type && type != value.ElementType ? value.As(type).Detach() : value);
            else if (slot.Shape is null && !options.AllowsMissing) Add(slot, null);
        }
        // If another one refuses, the values before come first again, and are put together anew.
        foreach (var complete in state.Completions) Others.Add((complete, complete));
    }

    void Compare(bool isSnapshot)
    {
        var names = file.Names.ToHashSet(StringComparer.Ordinal);
        missing.AddRange(state.Tensors.Where(slot => slot.Value.Shape is not null && !names.Contains(slot.Key)).Select(slot => slot.Key));
        missing.AddRange(state.Texts.Keys.Where(name => !file.Metadata.ContainsKey(name)));
        extra.AddRange(names.Where(name => !state.Tensors.ContainsKey(name)));
        // Other programs write metadata of their own.
        if (isSnapshot) extra.AddRange(file.Metadata.Keys.Where(name => !Snapshot.IsOwn(name) && !state.Texts.ContainsKey(name)));
        foreach (string name in file.Names)
            if (state.Tensors.TryGetValue(name, out var slot) && slot is { Shape: { } shape, Type: { } type })
                CompareTensor(name, shape, type);
    }

    void CompareTensor(string name, Shape shape, ElementType type)
    {
        var (stored, lengths) = file.Describe(name);
        string wanted = type == ElementType.Float32 ? "F32" : "F64";
        if (!lengths.SequenceEqual(shape.Lengths.ToArray().Select(length => (long)length)))
            unfit.Add($"{name} is [{string.Join(", ", lengths)}] in the file and {shape} here");
        else if (stored != wanted && !options.Converts) unfit.Add($"{name} is {stored} in the file and {wanted} here");
    }

    void FindTexts()
    {
        foreach (var (name, slot) in state.Texts)
        {
            if (!file.Metadata.TryGetValue(name, out string? text)) continue;
            if (slot.Load(text) is { } load) Others.Add((load, slot.Load(slot.Save())!));
            else unfit.Add($"{name} is \"{(text.Length > 80 ? text[..80] + "…" : text)}\", which is nothing of its kind");
        }
    }

    void Add(TensorSlot slot, Tensor? value)
    {
        if (slot.Parameter is { } parameter)
        {
            Parameters.Add((parameter, value!));
            return;
        }
        var before = slot.Save()?.Detach();
        Others.Add((() => slot.Load(value), () => slot.Load(before)));
    }

    void ThrowIfUnfit(bool isSnapshot)
    {
        var problems = new List<string>();
        if (missing.Count > 0 && !options.AllowsMissing) problems.Add($"missing: {SafetensorsHeader.Some(missing)}");
        if (extra.Count > 0 && !options.AllowsExtra) problems.Add($"extra: {SafetensorsHeader.Some(extra)}");
        if (unfit.Count > 0)
            problems.Add($"unfit: {string.Join("; ", unfit.Take(12))}{(unfit.Count > 12 ? $" and {unfit.Count - 12} more" : "")}");
        if (problems.Count == 0) return;
        // A name that is damaged is another name.
        if (isSnapshot) Snapshot.ThrowIfDamaged(path, file);
        throw new TensorFileException(
            path, $"it does not hold what is to be loaded. "
                + $"{string.Join(". ", problems.Select(problem => char.ToUpperInvariant(problem[0]) + problem[1..]))}.");
    }
}

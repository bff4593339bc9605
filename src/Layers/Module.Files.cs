namespace Autograd.Layers;

/// <content>Keeping a module in a file.</content>
public abstract partial class Module : ISaved
{
    readonly List<(string Name, FixedWeights Weights)> fixedWeights = [];

    /// <summary>
    /// Saves all parameters, and fixed weights such as those of a reservoir, under their paths, in the safetensors format. The file is
    /// replaced as a whole or not at all. For a whole run, with its optimizer, see <see cref="Snapshot"/>.
    /// </summary>
    /// <param name="path">The file, which may exist.</param>
    /// <exception cref="IOException">The file cannot be written; an existing file is unchanged.</exception>
    public void Save(string path) => Snapshot.Save(path, ("", this));

    /// <summary>
    /// Loads a file written by <see cref="Save"/>, or any other file of tensors with the same names. Either everything is changed or
    /// nothing.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which differences are tolerated; by default none, so the file must hold exactly the parameters.</param>
    /// <exception cref="TensorFileException"> The file is not in this format, is damaged, or holds something else; a single message lists
    /// all tensors that are missing, extra or of the wrong shape.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Load(string path, LoadOptions? options = null) => Snapshot.Load(path, options ?? new LoadOptions(), ("", this));

    /// <summary>Copies all parameters and fixed weights from a module of the same kind.</summary>
    /// <param name="other">The module.</param>
    /// <exception cref="ArgumentException">Its names, shapes or element types differ; nothing has been copied.</exception>
    public void CopyFrom(Module other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (own, others) =
            (NamedParameters().ToArray(), other.NamedParameters().ToDictionary(named => named.Path, named => named.Parameter));
        foreach (var (path, parameter) in own)
            if (!others.TryGetValue(path, out var from) || from.Shape != parameter.Shape || from.ElementType != parameter.ElementType)
                throw new ArgumentException(
                    $"CopyFrom: {path} is {parameter.ElementType} {parameter.Shape} here and {Described(from)} in the other module.",
                    nameof(other));
        if (others.Count > own.Length)
            throw new ArgumentException($"CopyFrom: the other module has {others.Count} parameters, this one {own.Length}.", nameof(other));
        var (weights, given) = (NamedWeights("").ToArray(), other.NamedWeights("").ToArray());
        if (!weights.Select(named => (named.Path, named.Weights.InDouble.Shape))
            .SequenceEqual(given.Select(named => (named.Path, named.Weights.InDouble.Shape))))
            throw new ArgumentException("CopyFrom: the other module has other fixed weights.", nameof(other));
        Autograd.Parameter.AssignAll([.. own.Select(named => (named.Parameter, (Tensor)others[named.Path]))]);
        for (int i = 0; i < weights.Length; i++) weights[i].Weights.Assign(given[i].Weights.InDouble);

        static string Described(Parameter? parameter) => parameter is null ? "missing" : $"{parameter.ElementType} {parameter.Shape}";
    }

    /// <inheritdoc/>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var (path, parameter) in NamedParameters()) state.Add(path, parameter);
        foreach (var (path, weights) in NamedWeights("")) state.Add(path, () => weights.InDouble, weights.Assign);
    }

    /// <summary>Declares weights that are never learned, but belong to what is saved.</summary>
    private protected FixedWeights Fixed(string name, Tensor value)
    {
        var weights = new FixedWeights(value);
        fixedWeights.Add((name, weights));
        return weights;
    }

    IEnumerable<(string Path, FixedWeights Weights)> NamedWeights(string prefix) => fixedWeights
        .Select(named => (prefix + named.Name, named.Weights))
        .Concat(parts.SelectMany(part => part.Module.NamedWeights($"{prefix}{part.Name}.")))
        .DistinctBy(named => named.Weights);
}

namespace Autograd.Layers;

/// <summary>
/// The parameters of a module as tensors of another library: their names and shapes there, and conversion both ways. An import is checked
/// as a whole before anything is changed.
/// </summary>
sealed class ForeignWeights
{
    readonly List<(string Name, Shape Shape, bool IsOptional)> tensors = [];
    readonly List<Func<IEnumerable<(string Name, Tensor Value)>>> writers = [];
    readonly List<Func<Func<string, Tensor?>, IEnumerable<(Parameter Parameter, Tensor Value)>>> readers = [];

    /// <summary>A tensor that is one or several parameters.</summary>
    public ForeignWeights Add(
        string name, Shape shape, Func<Tensor> write, Func<Tensor, IEnumerable<(Parameter Parameter, Tensor Value)>> read,
        bool isOptional = false)
    {
        tensors.Add((name, shape, isOptional));
        writers.Add(() => [(name, write())]);
        readers.Add(find => read(find(name) ?? Tensor.Zeros(shape)));
        return this;
    }

    /// <summary>A tensor that is a parameter as it is.</summary>
    public ForeignWeights Add(string name, Parameter parameter) =>
        Add(name, parameter.Shape, () => parameter, value => [(parameter, value)]);

    /// <summary>Two vectors that are only ever added: the first is written with all of it, the second with zeros.</summary>
    public ForeignWeights AddSum(
        string first, string second, Shape shape, Func<Tensor> write,
        Func<Tensor, IEnumerable<(Parameter Parameter, Tensor Value)>> read) =>
        AddPair(first, second, shape, () => (write(), Tensor.Zeros(shape)), (one, other) => read(one + other));

    /// <summary>Two vectors that belong together, each zeros where it is missing.</summary>
    public ForeignWeights AddPair(
        string first, string second, Shape shape, Func<(Tensor First, Tensor Second)> write,
        Func<Tensor, Tensor, IEnumerable<(Parameter Parameter, Tensor Value)>> read)
    {
        tensors.AddRange([(first, shape, true), (second, shape, true)]);
        writers.Add(() => write() is var (one, other) ? [(first, one), (second, other)] : []);
        readers.Add(find => read(find(first) ?? Tensor.Zeros(shape), find(second) ?? Tensor.Zeros(shape)));
        return this;
    }

    /// <summary>All tensors, with a prefix before their names.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Write(string prefix) =>
        [.. writers.SelectMany(write => write()).Select(tensor => (prefix + tensor.Name, tensor.Value.Detach()))];

    /// <summary>What all parameters get.</summary>
    /// <exception cref="ArgumentException">A tensor is missing, or of another shape.</exception>
    public IReadOnlyList<(Parameter Parameter, Tensor Value)> Read(
        string operation, IReadOnlyDictionary<string, Tensor> given, string prefix)
    {
        var problems = new List<string>();
        foreach (var (name, shape, isOptional) in tensors)
        {
            if (!given.TryGetValue(prefix + name, out var tensor))
            {
                if (!isOptional) problems.Add($"{prefix}{name} is missing");
            }
            else if (tensor.Shape != shape)
            {
                problems.Add($"{prefix}{name} is {tensor.Shape}, {shape} is needed");
            }
        }
        if (problems.Count > 0) throw new ArgumentException($"{operation}: {string.Join("; ", problems)}.", nameof(given));
        return [.. readers.SelectMany(read => read(name => given.GetValueOrDefault(prefix + name)?.As(ElementType.Float32)))
            .Select(pair => (pair.Parameter, pair.Value.As(pair.Parameter.ElementType).Detach()))];
    }
}

namespace Autograd.Layers;

/// <summary>A run of a layer, and values that its steps name with <see cref="Cell{TState}.Probe"/>.</summary>
/// <typeparam name="TState">The cell's state.</typeparam>
/// <param name="Run">The run, the same as without probes.</param>
/// <param name="Values"> The values at all steps by name, <c>[time, batch, …]</c>; 0 beyond a sequence's length. Differentiable: gradients
/// flow through them.
/// </param>
public sealed record ProbedRun<TState>(Unrolled<TState> Run, IReadOnlyDictionary<string, Tensor> Values)
{
    /// <summary>A value at all steps, <c>[time, batch, …]</c>.</summary>
    /// <exception cref="KeyNotFoundException">The value was not asked for.</exception>
    public Tensor this[string name] => Values.TryGetValue(name, out var value)
        ? value
        : throw new KeyNotFoundException($"ProbedRun: there is no value {name}; there are: {string.Join(", ", Values.Keys)}.");
}

/// <summary>Takes the values that a step names, for as long as it is open. Without one naming a value does nothing.</summary>
sealed class ProbeSink : IDisposable
{
    [ThreadStatic]
    static ProbeSink? current;

    readonly ProbeSink? before = current;
    readonly Module root;
    readonly Dictionary<string, Tensor> values = new(StringComparer.Ordinal);

    /// <summary>Opens it for the steps of a cell, whose parts' names are paths from it.</summary>
    public ProbeSink(Module root)
    {
        this.root = root;
        current = this;
    }

    /// <summary>The values, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Values => values;

    public static void Add(Module module, string name, Tensor value) => current?.Put(module, name, value);

    /// <summary>What a recurrence inside of a step names belongs to its own steps.</summary>
    public static Closed Close()
    {
        var scope = new Closed(current);
        current = null;
        return scope;
    }

    public void Dispose() => current = before;

    void Put(Module module, string name, Tensor value)
    {
        string path = root.PathTo(module) + name;
        if (!values.TryAdd(path, value))
            throw new InvalidOperationException(
                $"{module.GetType().Name}.Step: it names two values {path}; give each probe a name of its own.");
    }

    /// <summary>A stretch without a sink.</summary>
    internal readonly ref struct Closed(ProbeSink? before)
    {
        public void Dispose() => current = before;
    }
}

/// <summary>
/// A cell with named values of its step in addition to its state, so that anything that runs cells returns them. The inner cell is not
/// aware of this.
/// </summary>
sealed class ProbedCell<TState> : Cell<(TState State, Tensor[] Values)>
{
    readonly Cell<TState> cell;
    readonly string[] names;

    public ProbedCell(Cell<TState> cell, IEnumerable<string> names)
        : base(default)
    {
        // Shared: its parameters keep their names.
        this.cell = Share(cell, "cell");
        this.names = [.. names];
    }

    public IReadOnlyList<string> Names => names;

    /// <summary>The shapes of the values, found by <see cref="Find"/>.</summary>
    public (Shape Shape, ElementType Type)[] Shapes { get; private set; } = [];

    /// <summary>Runs one step to see which values there are.</summary>
    /// <exception cref="ArgumentException">A name that was asked for is none of them.</exception>
    /// <exception cref="ShapeException">The first axis of a value is not the batch.</exception>
    public void Find(Tensor x, TState state, int firstStep)
    {
        using var pause = Tape.Current is { } tape ? tape.Pause() : default;
        using var step = TimeStep.Begin(firstStep);
        using var sink = new ProbeSink(cell);
        CellDriver<TState>.Advance(cell, x, state);
        Shapes = Array.ConvertAll(names, name => ShapeOf(name, sink.Values, x.Shape));
    }

    public override (TState State, Tensor[] Values) Initial(int batch, ElementType type) => (cell.Initial(batch, type), Zeros());

    /// <summary>What stands in the place of the values before the first step, where nobody reads them.</summary>
    public Tensor[] Zeros() => Array.ConvertAll(Shapes, each => Tensor.Zeros(each.Shape, each.Type));

    public override (Tensor Output, (TState State, Tensor[] Values) Next) Step(Tensor x, (TState State, Tensor[] Values) state)
    {
        using var sink = new ProbeSink(cell);
        var (output, next) = CellDriver<TState>.Advance(cell, x, state.State);
        return (output, (next, Array.ConvertAll(names, name => sink.Values.TryGetValue(name, out var value)
            ? value
            : throw new InvalidOperationException($"{cell.GetType().Name}.Step: it names the value {name} at some steps only."))));
    }

    (Shape Shape, ElementType Type) ShapeOf(string name, IReadOnlyDictionary<string, Tensor> values, Shape x)
    {
        if (!values.TryGetValue(name, out var found))
        {
            string there = values.Count == 0 ? "none; call Probe(name, value) in Step" : string.Join(", ", values.Keys);
            throw new ArgumentException($"Recurrent.Probe: {cell.GetType().Name}.Step names no value {name}; it names {there}.");
        }
        if (found.Rank == 0 || found.Shape[0] != x[0])
            throw new ShapeException($"Recurrent.Probe: the value {name} is {found.Shape}; its first axis must be the batch, {x[0]}.");
        return (found.Shape, Tape.Actual(found).ElementType);
    }
}

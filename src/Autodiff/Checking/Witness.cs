using static System.FormattableString;

namespace Autograd.Checking;

/// <summary>
/// Examines every value of a computation and its backward sweep, and remembers the first bad one, the last few before it, and the largest
/// of each equation.
/// </summary>
sealed class Witness(double largestGradient) : ValueObserver
{
    const int MostRecent = 12, MostLargest = 8;

    readonly Dictionary<(string, string, string?, int), CallSite?> sites = [];
    readonly Dictionary<int, Origin> origins = [];
    readonly Dictionary<(bool, string, CallSite?), LargestValue> largest = [];
    readonly Queue<string> recent = new();
    int visiting = -1;

    public override string Reason => "a post-mortem looks at every value";

    public BadValue? First { get; private set; }

    public BadValue? FirstNaN { get; private set; }

    /// <summary>The last values before the first bad one.</summary>
    public IReadOnlyCollection<string> Recent => recent;

    /// <summary>The largest magnitude at each time step.</summary>
    public SortedDictionary<int, double> Forward { get; } = [];

    /// <summary>The largest magnitude of a cotangent at each time step.</summary>
    public SortedDictionary<int, double> Backward { get; } = [];

    public IReadOnlyList<LargestValue> Largest() =>
        [.. largest.Values.GroupBy(value => value.IsBackward).OrderBy(pass => pass.Key)
            .SelectMany(pass => pass.OrderByDescending(value => value.Size).Take(MostLargest))];

    public override void Observe(Recorder recorder, RecordedOperation operation, ReadOnlySpan<Tensor> operands, Tensor result)
    {
        if (result.IsSymbolic || result.ElementCount == 0) return;
        var tape = (Tape)recorder;
        Origin origin;
        if (tape.IsSweeping) origin = Visited with { Operation = $"{operation.Name} in the rule of {Visited.Operation}" };
        else origins[tape.Position] = origin = new(operation.Name, tape.CurrentStep, CallSite.Find(sites));
        See(tape.IsSweeping, origin, operands, result);
    }

    public override void Visit(Recorder recorder, int entry, ReadOnlySpan<Tensor?> cotangents)
    {
        visiting = entry;
        // What arrives at a leaf is a gradient, which is seen when it is complete.
        if (!origins.TryGetValue(entry, out var origin)) return;
        foreach (var cotangent in cotangents)
            if (cotangent is { IsSymbolic: false, ElementCount: > 0 })
                See(true, origin with { Operation = $"the sum of what arrives at {origin.Operation}" }, [], cotangent);
    }

    public override void ObserveGradient(Recorder recorder, Tensor source, Tensor gradient)
    {
        if (!gradient.IsSymbolic && gradient.ElementCount > 0)
            See(true, new(source is Parameter parameter ? $"the gradient of {parameter.Name}" : "a gradient", null, null), [], gradient);
    }

    Origin Visited => origins.TryGetValue(visiting, out var origin) ? origin : new("a given tensor", null, null);

    void See(bool isBackward, Origin origin, ReadOnlySpan<Tensor> operands, Tensor result)
    {
        var extent = Extent.Of(result, isBackward ? largestGradient : double.PositiveInfinity);
        Measure(isBackward, origin, extent.Largest);
        if (extent.FirstBad < 0)
        {
            if (First is null) Remember(origin, result, extent);
            return;
        }
        First ??= Describe(isBackward, origin, operands, result, extent.FirstBad, static extent => extent.FirstBad);
        if (FirstNaN is null && extent.FirstNaN >= 0 && !double.IsNaN(First.Value))
            FirstNaN = Describe(isBackward, origin, operands, result, extent.FirstNaN, static extent => extent.FirstNaN);
    }

    void Measure(bool isBackward, Origin origin, double size)
    {
        var key = (isBackward, origin.Operation, origin.Site);
        if (!largest.TryGetValue(key, out var known) || known.Size < size)
            largest[key] = new(isBackward, origin.Operation, size, origin.Step, origin.Site?.ToString());
        if (origin.Step is not { } step) return;
        var sizes = isBackward ? Backward : Forward;
        sizes[step] = Math.Max(size, sizes.GetValueOrDefault(step));
    }

    void Remember(Origin origin, Tensor result, Extent extent)
    {
        if (recent.Count == MostRecent) recent.Dequeue();
        string step = origin.Step is { } number ? Invariant($"step {number}: ") : "";
        recent.Enqueue($"{step}{origin.Operation} {result.Shape} {extent}{(origin.Site is { } site ? $", {site}" : "")}");
    }

    // A bad operand did not arise here: its own operation is to blame.
    static BadValue Describe(
        bool isBackward, Origin origin, ReadOnlySpan<Tensor> operands, Tensor result, int position, Func<Extent, int> find)
    {
        var described = new string[operands.Length];
        var (blamed, made) = (result, origin.Operation);
        for (int i = operands.Length - 1; i >= 0; i--)
        {
            var extent = Extent.Of(operands[i]);
            described[i] = $"{NameOf(operands[i])} {operands[i].Shape} {extent}";
            if (isBackward || find(extent) < 0) continue;
            (blamed, made, position) = (operands[i], $"{NameOf(operands[i])}, given to {origin.Operation}", find(extent));
        }
        int[] index = IndexOf(position, blamed.Shape);
        var (step, sequence) = origin.Step is not null ? (origin.Step, index.Length > 1 ? index[0] : (int?)null)
            : index.Length > 2 ? (index[0], index[1]) : (null, null);
        return new(isBackward, made, blamed.Shape, index, blamed.ToDoubles()[position], step, sequence,
            origin.Step is null ? null : origin.Site?.Cell, origin.Site?.ToString(), described);
    }

    static string NameOf(Tensor tensor) => tensor is Parameter parameter ? $"parameter {parameter.Name}"
        : tensor.Origin is { } made ? $"a result of {made.Name}" : "a given tensor";

    static int[] IndexOf(int position, Shape shape)
    {
        var index = new int[shape.Rank];
        for (int axis = index.Length - 1; axis >= 0; axis--)
        {
            index[axis] = position % shape[axis];
            position /= shape[axis];
        }
        return index;
    }

    sealed record Origin(string Operation, int? Step, CallSite? Site);
}

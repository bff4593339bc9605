using static System.FormattableString;

namespace Autograd.Layers;

/// <summary>A cell over a sequence as a function of tensors, in every way in which it can be run.</summary>
sealed class CheckedRun<TState>(Cell<TState> cell, TState initial, int[]? lengths)
{
    // Roundings between two ways for each step, of the size of the numbers that are added.
    const double Roundings = 256;

    readonly Tensor[] state = StateTensors<TState>.Flatten(initial);
    readonly SequenceRunner<TState> compiled = new(cell);

    public IReadOnlyList<string> InputNames => ["x", .. state.Select((_, i) => Invariant($"initial state {i}"))];

    public Tensor[] Inputs(Tensor x) => [x, .. state];

    /// <summary>All outputs and the final state, end to end.</summary>
    public Tensor Projected(IReadOnlyList<Tensor> inputs) => Projected(compiled, inputs);

    /// <summary>What makes the state one from which the cell cannot be checked, or null.</summary>
    public string? Problem(Tensor x, string origin)
    {
        for (int i = 0; i < state.Length; i++)
            if (!IsFinite(state[i])) return Invariant($"tensor {i} of the initial state, {origin}, is not finite");
        var (values, _) = Gradients(x, compiled, hooks: false, gradients: false);
        return IsFinite(values)
            ? null
            : $"{cell.GetType().Name} is not finite over this input, from the initial state that was {origin}";
    }

    /// <summary>The gradients of every way against those of the eager one, which is the definition.</summary>
    public IEnumerable<StepFreeTest> Ways(Tensor x)
    {
        var eager = new SequenceRunner<TState>(cell) { Execution = Execution.Eager };
        var (values, gradients) = Gradients(x, eager);
        double size = values.ToDoubles().Sum(Math.Abs);
        foreach (var (name, way, hooks) in Others())
        {
            var found = Gradients(x, way, hooks);
            yield return way.Execution != Execution.Eager && way.LastPath.Execution == Execution.Eager
                ? new(name, Verdict.Skipped, $"it runs operation by operation: {way.LastPath.Reason}")
                : Compare(name, gradients, found.Gradients, size, x.Shape[0]);
        }
    }

    IEnumerable<(string Name, SequenceRunner<TState> Way, bool Hooks)> Others()
    {
        yield return ("compiled against eager", new(cell), false);
        yield return ("interpreted against eager", new(cell) { Execution = Execution.Interpreted }, false);
        yield return ("run again in segments against kept", new(cell) { Execution = Execution.Eager, MemoryBudget = 1 }, false);
        yield return ("with hooks against without", new(cell) { Execution = Execution.Eager }, true);
    }

    StepFreeTest Compare(string name, double[][] expected, double[][] found, double size, int steps)
    {
        double worst = 0, largest = expected.SelectMany(gradient => gradient).Select(Math.Abs).DefaultIfEmpty(0).Max();
        string where = "";
        double allowed = Roundings * steps * (double.BitIncrement(1) - 1) * (size + largest);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = expected[i].Zip(found[i], (left, right) => left.Equals(right) ? 0 : Math.Abs(left - right)).DefaultIfEmpty(0)
                .Max();
            if (error > worst || double.IsNaN(error))
                (worst, where) = (error, " in " + InputNames.Concat(cell.Parameters.Select(parameter => parameter.Name)).ElementAt(i));
        }
        return new(
            name, worst <= allowed ? Verdict.Pass : Verdict.Fail,
            Invariant($"the gradients differ by at most {worst:G2}{where} (allowed {allowed:G2})"));
    }

    (Tensor Values, double[][] Gradients) Gradients(Tensor x, SequenceRunner<TState> way, bool hooks = false, bool gradients = true)
    {
        using var tape = new Tape();
        Tensor[] inputs = [.. Inputs(x).Select(tensor => tensor.Detach().As(ElementType.Float64))];
        Tensor[] parameters = [.. cell.Parameters.Select(parameter => parameter.Detach().As(ElementType.Float64))];
        foreach (var (parameter, value) in cell.Parameters.Zip(parameters)) tape.Bind(parameter, value);
        foreach (var tensor in inputs.Concat(parameters)) tape.Watch(tensor);
        var values = Projected(way, hooks ? [.. inputs.Select(Hooked)] : inputs);
        if (hooks) values = Hooked(values);
        var results = gradients && tape.IsTracked(values) ? tape.Gradients([values], [Weights(values)], [.. inputs, .. parameters]) : [];
        return (values.Detach(), [.. results.Select(result => result.ToDoubles())]);
    }

    Tensor Projected(SequenceRunner<TState> way, IReadOnlyList<Tensor> inputs)
    {
        var run = way.Run(inputs[0], StateTensors<TState>.Rebuild(initial, [.. inputs.Skip(1)]), lengths);
        return Functions.Concatenate(
            0, [.. StateTensors<TState>.Flatten(run.Final).Prepend(run.Outputs).Select(tensor => tensor.Reshape(-1))]);
    }

    // A hook that changes nothing, and looks at what it gets.
    static Tensor Hooked(Tensor tensor) =>
        Functions.WithGradient(tensor, gradient => Functions.Sum(gradient).ElementCount == 1 ? gradient : gradient * 1);

    static Tensor Weights(Tensor values) => new RandomKey(1).For("ways").Normal(values.Shape, type: ElementType.Float64);

    static bool IsFinite(Tensor tensor) => Array.TrueForAll(tensor.ToDoubles(), double.IsFinite);
}

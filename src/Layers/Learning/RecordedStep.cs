namespace Autograd.Layers;

/// <summary>One step of a cell on a tape, with its derivatives by the state before it and by parameters, as numbers.</summary>
sealed class RecordedStep<TState>
{
    readonly Tape tape;
    readonly Tensor[] before;
    readonly Tensor[] after;
    readonly Tensor[] weights;
    readonly int influencing;
    readonly int batch;

    /// <param name="tape">A new tape.</param>
    /// <param name="driver">Who makes the step, for messages.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="parameters">Parameters, those that influence the state first.</param>
    /// <param name="influencing">How many do.</param>
    /// <param name="x">Input, <c>[batch, inputs]</c>.</param>
    /// <param name="state">The state before the step.</param>
    /// <param name="number">Number of the step.</param>
    /// <param name="values">What the parameters are taken to be; none for what they are.</param>
    public RecordedStep(
        Tape tape, string driver, Cell<TState> cell, IReadOnlyList<Parameter> parameters, int influencing, Tensor x, TState state,
        int number, Tensor[]? values = null)
    {
        this.tape = tape;
        this.influencing = influencing;
        batch = x.Shape[0];
        weights = new Tensor[parameters.Count];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (values?[i] ?? parameters[i].Detach()).As(x.ElementType).Detach();
            tape.Rebind(parameters[i], weights[i]);
        }
        before = [.. StateTensors<TState>.Flatten(state).Select(tensor => tape.Watch(tensor.Detach()))];
        var driven = new CellDriver<TState>(driver, cell, InputBatch.OfStep(x), () => StateTensors<TState>.Rebuild(state, before), number);
        Output = driven.Step(x);
        Next = driven.State;
        after = StateTensors<TState>.Flatten(Next);
    }

    public Tensor Output { get; }

    public TState Next { get; }

    /// <summary>Number of units of a state: elements for each sequence, over all its tensors.</summary>
    public int Units => before.Sum(UnitsOf);

    /// <summary>Number of elements of the parameters that influence the state.</summary>
    public int Weights => weights.Take(influencing).Sum(weight => weight.ElementCount);

    /// <summary>∂loss/∂state before the step, <c>[batch × units]</c>, and the gradients of all parameters by this step alone.</summary>
    public (double[] State, double[][] Parameters) Gradients(Tensor loss)
    {
        var found = tape.Gradients([loss], [Tensor.Ones(loss.Shape, loss.ElementType)], [.. before, .. weights]);
        return (Rows(found.AsSpan(0, before.Length)), [.. found.Skip(before.Length).Select(gradient => gradient.ToDoubles())]);
    }

    /// <summary>Sweeps from units of the next state.</summary>
    public UnitSweeps FromUnits() => new(tape, before, after, [.. weights.Take(influencing)], batch);

    // The tensors of a state side by side, sequence by sequence.
    double[] Rows(ReadOnlySpan<Tensor> tensors)
    {
        int units = Units, first = 0;
        var rows = new double[batch * units];
        foreach (var tensor in tensors)
        {
            int width = UnitsOf(tensor);
            var elements = tensor.ToDoubles();
            for (int b = 0; b < batch; b++) elements.AsSpan(b * width, width).CopyTo(rows.AsSpan(b * units + first));
            first += width;
        }
        return rows;
    }

    int UnitsOf(Tensor tensor) => tensor.Shape.Product(1, tensor.Rank);
}

namespace Autograd.Layers;

/// <summary>One step of a cell on a tape, with its derivatives by the state before it and by parameters, as numbers.</summary>
internal sealed class RecordedStep<TState>
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
    public RecordedStep(
        Tape tape, string driver, Cell<TState> cell, IReadOnlyList<Parameter> parameters, int influencing, Tensor x, TState state,
        int number)
    {
        this.tape = tape;
        this.influencing = influencing;
        batch = x.Shape[0];
        weights = new Tensor[parameters.Count];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = parameters[i].Detach().As(x.ElementType).Detach();
            tape.Rebind(parameters[i], weights[i]);
        }
        before = [.. StateTensors<TState>.Flatten(state).Select(tensor => tape.Watch(tensor.Detach()))];
        var driven = new CellDriver<TState>(driver, cell, InputBatch.OfStep(x), () => StateTensors<TState>.Rebuild(state, before), number);
        (Output, Next) = (driven.Step(x), driven.State);
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

    /// <summary>
    /// Σ over some units of one sequence's next state: by its state before, <c>[units]</c>, and by the influencing parameters,
    /// <c>[weights]</c>.
    /// </summary>
    public (double[] ByState, double[] ByWeights) Derivatives(int sequence, Func<int, bool> isUnit)
    {
        var (outputs, seeds) = Seeds(sequence, isUnit);
        if (outputs.Count == 0) return (new double[Units], new double[Weights]);
        var found = tape.Gradients(outputs, seeds, [.. before, .. weights.Take(influencing)]);
        int units = Units;
        return (Rows(found.AsSpan(0, before.Length))[(sequence * units)..((sequence + 1) * units)], Flat(found.AsSpan(before.Length)));
    }

    (List<Tensor> Outputs, List<Tensor> Seeds) Seeds(int sequence, Func<int, bool> isUnit)
    {
        var (outputs, seeds) = (new List<Tensor>(), new List<Tensor>());
        int first = 0;
        foreach (var tensor in after)
        {
            int units = UnitsOf(tensor);
            var seed = new double[tensor.ElementCount];
            for (int i = 0; i < units; i++) seed[sequence * units + i] = isUnit(first + i) ? 1 : 0;
            first += units;
            if (seed.All(x => x == 0) || !tape.IsTracked(tensor)) continue;
            outputs.Add(tensor);
            seeds.Add(Tensor.From(seed, tensor.Shape, tensor.ElementType));
        }
        return (outputs, seeds);
    }

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

    static double[] Flat(ReadOnlySpan<Tensor> tensors)
    {
        var elements = new List<double>();
        foreach (var tensor in tensors) elements.AddRange(tensor.ToDoubles());
        return [.. elements];
    }

    int UnitsOf(Tensor tensor) => tensor.Shape.Product(1, tensor.Rank);
}

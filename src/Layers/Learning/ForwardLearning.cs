namespace Autograd.Layers;

/// <summary>
/// Learning that runs forward in time: derivatives of the state are carried along with it, so that the gradient of a step's loss is
/// available at that step, and nothing of the past is stored. Computes in the element type of the inputs; the derivatives are carried in
/// double.
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public abstract class ForwardLearning<TState> : ISaved
{
    readonly string name;
    readonly Cell<TState> cell;
    readonly int influencing;
    Influence? influence;
    TState state = default!;
    int time, inputs;

    private protected ForwardLearning(string name, Cell<TState> cell, IEnumerable<Parameter>? readOut)
    {
        ArgumentNullException.ThrowIfNull(cell);
        this.name = name;
        this.cell = cell;
        influencing = cell.Parameters.Count;
        Parameters = [.. cell.Parameters.Concat(readOut ?? []).Concat(cell.LearnedFirst).Distinct()];
    }

    /// <inheritdoc cref="BackPropagation{TState}.Parameters"/>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The state after the last step.</summary>
    /// <exception cref="InvalidOperationException">No sequence has begun.</exception>
    public TState State => influence is not null ? state
        : throw new InvalidOperationException($"{name}: no step was made yet; there is no state.");

    private protected Cell<TState> Cell => cell;

    private protected Influence? Current => influence;

    /// <summary>Begins a new sequence: the next step starts from the cell's first state, and has the number 0.</summary>
    public void Begin() => influence = null;

    /// <summary>
    /// Runs one step: its loss, and the gradients of the loss through the whole past. The weights may be changed before the next step.
    /// </summary>
    /// <param name="x">Input, <c>[batch, inputs]</c>.</param>
    /// <param name="loss">
    /// Computes one element from the output <c>[batch, outputs]</c>; null for a step without a loss, whose gradients are 0.
    /// </param>
    /// <exception cref="ShapeException">
    /// x is not <c>[batch, inputs]</c> or differs in its batch from the previous step, or the loss does not have exactly one element.
    /// </exception>
    /// <exception cref="TapeException">A tape is recording on this thread; the rule has its own.</exception>
    public ForwardStep Step(Tensor x, Func<Tensor, Tensor>? loss = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 2) throw new ShapeException($"{name}: x is {x.Shape}; a step takes [batch, inputs].");
        if (influence is null) Begin(x);
        else CheckBatch(x);
        using var tape = new Tape();
        var step = new RecordedStep<TState>(tape, name, cell, Parameters, influencing, x, state, time);
        var result = Judge(step, loss, x);
        var derivatives = step.FromUnits().Derivatives(influence!.Pattern);
        using (tape.Pause()) influence.Advance(derivatives);
        state = Layers.State.Detach(step.Next);
        time++;
        return result;
    }

    /// <summary>Runs a whole sequence from the cell's initial state; loss and gradients are summed over its steps.</summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="loss">The loss of each step's output <c>[1, batch, outputs]</c>.</param>
    /// <param name="update">Called after each step, where parameters may be changed, for online learning.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <returns>
    /// As other rules; <see cref="SequenceGradients{TState}.StepNorms"/> has the norm of each step's gradients over all parameters.
    /// </returns>
    public SequenceGradients<TState> Run(
        Tensor x, StepLoss loss, Action<LearningWindow>? update = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        int time = Lengths.CheckSequences(name, x, default)[0];
        Begin();
        var norms = new double[time];
        var totals = new GradientTotals(Parameters.Count, Layers.State.Tensors(cell.First(x.Shape[1], x.ElementType)).Length, 0);
        for (int t = 0; t < time; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            int number = t;
            var step = Step(Functions.At(x, t), output => loss(Functions.Stack([output]), number));
            totals.Add(step.Loss, [.. step.Gradients], step.Initial.ToArray(), [], 0);
            norms[t] = step.Norm;
            update?.Invoke(new LearningWindow(t, 1, step.Loss, step.Gradients));
        }
        return new SequenceGradients<TState>(
            totals.Loss, totals.Parameters, StateTensors<TState>.Rebuild(state, totals.Initial), state, norms);
    }

    /// <summary>
    /// The state after the last step, the number of the next one, and the derivatives that are carried along, in double: all that online
    /// learning needs to continue in the middle of a sequence. The parameters are saved with their modules.
    /// </summary>
    void ISaved.Describe(SavedState saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        var loaded = (Time: time, Inputs: inputs, Derivatives: (Tensor?)null, State: (Tensor[]?)null);
        saved.Add("time", () => time, value => loaded.Time = checked((int)value));
        saved.Add("inputs", () => inputs, value => loaded.Inputs = checked((int)value));
        saved.AddOptional("derivatives", () => influence?.ToTensor(), value => loaded.Derivatives = value);
        saved.Add("state", new CarriedState<TState>(
            () => cell.First(1, ElementType.Float32), () => influence is null ? null : Layers.State.Tensors(state),
            value => loaded.State = value));
        saved.WhenLoaded(() =>
        {
            if (loaded is { Derivatives: { } derivatives, State: { } carried }) Take(loaded.Time, loaded.Inputs, derivatives, carried);
            else Begin();
        });
    }

    void Take(int loadedTime, int loadedInputs, Tensor derivatives, Tensor[] carried)
    {
        var made = Layers.State.From(cell.First(1, ElementType.Float32), carried);
        int units = carried.Sum(tensor => tensor.Shape.Product(1, tensor.Rank));
        var next = new Influence(carried[0].Shape[0], PatternOf(units, cell.ParameterCount, loadedInputs));
        next.Take(name, derivatives);
        (influence, state, time, inputs) = (next, made, loadedTime, loadedInputs);
    }

    private protected abstract InfluencePattern PatternOf(int units, int weights, int inputs);

    void Begin(Tensor x)
    {
        var first = Layers.State.Detach(new CellDriver<TState>(name, cell, InputBatch.OfStep(x)).State);
        int units = StateTensors<TState>.Flatten(first).Sum(tensor => tensor.Shape.Product(1, tensor.Rank));
        influence = new Influence(x.Shape[0], PatternOf(units, cell.ParameterCount, x.Shape[1]));
        (state, time, inputs) = (first, 0, x.Shape[1]);
    }

    ForwardStep Judge(RecordedStep<TState> step, Func<Tensor, Tensor>? loss, Tensor x)
    {
        var value = loss?.Invoke(step.Output);
        if (value is { ElementCount: not 1 })
            throw new ShapeException($"{name}: the loss is {value.Shape}; it must have exactly one element.");
        var (byState, direct) = value is null
            ? (new double[x.Shape[0] * step.Units], [.. Parameters.Select(parameter => new double[parameter.ElementCount])])
            : step.Gradients(value);
        var (byWeights, byInitial) = (new double[step.Weights], new double[byState.Length]);
        influence!.AddGradients(byState, byWeights, byInitial);
        int used = 0;
        for (int i = 0; i < influencing; i++)
            for (int e = 0; e < direct[i].Length; e++)
                direct[i][e] += byWeights[used++];
        var initial = Split(byInitial, x.ElementType);
        AddLearned(initial, direct);
        return new ForwardStep(
            value?.ToScalar() ?? 0, [.. Parameters.Select((parameter, i) => Tensor.From(direct[i], parameter.Shape, x.ElementType))],
            initial, step.Output.Detach());
    }

    // A learned first state is the same for all sequences.
    void AddLearned(Tensor[] initial, double[][] direct)
    {
        for (int i = 0; i < cell.LearnedFirst.Count; i++)
        {
            int number = Parameters.TakeWhile(parameter => parameter != cell.LearnedFirst[i]).Count();
            if (number == Parameters.Count) continue;
            double[] elements = initial[i].ToDoubles(), sum = direct[number];
            for (int e = 0; e < elements.Length; e++) sum[e % sum.Length] += elements[e];
        }
    }

    Tensor[] Split(double[] rows, ElementType type)
    {
        var tensors = StateTensors<TState>.Flatten(state);
        int batch = tensors[0].Shape[0], units = rows.Length / Math.Max(batch, 1), first = 0;
        return Array.ConvertAll(tensors, tensor =>
        {
            int width = tensor.Shape.Product(1, tensor.Rank);
            var elements = new double[tensor.ElementCount];
            for (int b = 0; b < batch; b++) rows.AsSpan(b * units + first, width).CopyTo(elements.AsSpan(b * width));
            first += width;
            return Tensor.From(elements, tensor.Shape, type);
        });
    }

    void CheckBatch(Tensor x)
    {
        int batch = StateTensors<TState>.Flatten(state)[0].Shape[0];
        if (x.Shape[0] != batch)
            throw new ShapeException($"{name}: x is {x.Shape}, and the state has a batch of {batch}. Call Begin for other sequences.");
    }
}

/// <summary>The result of a step of <see cref="ForwardLearning{TState}"/>.</summary>
/// <param name="Loss">The step's loss.</param>
/// <param name="Gradients">Its gradients, one for each of the rule's parameters.</param>
/// <param name="Initial">Its gradients with respect to the tensors of the sequence's first state.</param>
/// <param name="Output">The cell's output, <c>[batch, outputs]</c>.</param>
public sealed record ForwardStep(double Loss, IReadOnlyList<Tensor> Gradients, IReadOnlyList<Tensor> Initial, Tensor Output)
{
    /// <summary>The Euclidean norm of the step's gradients over all parameters.</summary>
    public double Norm => Norms.Of([.. Gradients]);
}

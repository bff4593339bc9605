namespace Autograd.Layers;

/// <summary>A cell run over a sequence step by step, with every state at hand.</summary>
internal sealed class Unfolding<TState>
{
    // Entries of a tape; fewer are not worth the pass over those that stay.
    const int WorthForgetting = 1024;

    readonly Cell<TState> cell;
    readonly Tape tape;
    readonly LengthMasks masks;
    readonly Tensor[] inputs;
    readonly List<Tensor> outputs = [];
    readonly List<TState> states = [];
    readonly List<int> starts = [];
    readonly TState initial;

    public Unfolding(Tape tape, Cell<TState> cell, IReadOnlyList<Parameter> parameters, Tensor x, Func<TState> first, ReadOnlySpan<int> lengths)
    {
        this.tape = tape;
        this.cell = cell;
        masks = Lengths.Masks(x, lengths);
        inputs = Functions.Unstack(masks.Clean(x));
        Copies = new ParameterCopies(tape, parameters, x.ElementType);
        Copies.Refresh(0);
        State = initial = StateTensors<TState>.Map(first(), Source);
        CheckBatch(initial, x.Shape);
    }

    public ParameterCopies Copies { get; }

    public TState State { get; private set; }

    public Tensor[] Initial => StateTensors<TState>.Flatten(initial);

    /// <summary>Number of steps taken.</summary>
    public int Time => outputs.Count;

    /// <summary>Begins again from the initial state.</summary>
    public void Restart() => State = initial;

    public void Step()
    {
        int t = Time;
        tape.BeginStep(t);
        starts.Add(tape.Position);
        var (output, next) = cell.Step(inputs[t], State);
        outputs.Add(masks.OutputAt(t, output));
        State = masks.StateAt(t, next, State);
        states.Add(State);
        tape.BeginStep(-1);
    }

    /// <summary>The state tensors after a step, each tracked.</summary>
    public Tensor[] StateAt(int step) => Array.ConvertAll(StateTensors<TState>.Flatten(states[step]), tensor => tape.Watch(tensor));

    /// <summary>The loss of the outputs since a step.</summary>
    public Tensor Loss(string rule, StepLoss loss, int first)
    {
        var value = loss(Functions.Stack([.. outputs.Skip(first)]), first);
        if (value.ElementCount != 1) throw new ShapeException($"{rule}: the loss is {value.Shape}; it must have exactly one element.");
        return value;
    }

    /// <summary>The gradients of a loss by what was recorded since a step.</summary>
    public Tensor[] Gradients(Tensor loss, IReadOnlyList<Tensor> sources, int since) =>
        tape.Gradients([loss], [Tensor.Ones(loss.Shape, loss.ElementType)], sources, entries: (since == 0 ? 0 : starts[since])..);

    public Tape.PauseScope Pause() => tape.Pause();

    /// <summary>
    /// Gives back the memory of the steps before one, once that is worth the while. Those steps must not be asked for any more.
    /// </summary>
    /// <param name="step">The first step that a later sweep reaches; beyond the last one for none.</param>
    /// <param name="ended">Results of sweeps that nobody uses any longer.</param>
    public void Forget(int step, List<Tensor> ended)
    {
        int cut = step < Time ? starts[step] : tape.Position;
        if (cut < WorthForgetting || cut < tape.Position - cut || Array.Exists(Initial, IsComputed)) return;
        var current = StateTensors<TState>.Flatten(State);
        int lower = tape.ForgetBefore(cut, [.. Copies.Since(step), .. Initial, .. current], ended);
        ended.Clear();
        for (int t = Math.Min(step, Time); t < Time; t++) starts[t] -= lower;
        State = StateTensors<TState>.Map(State, Given);
    }

    bool IsComputed(Tensor tensor) => tensor.Owner == tape && tensor.Number >= 0;

    // A state that comes from before the cut: its values only.
    static Tensor Given(Tensor tensor) =>
        tensor.Owner is { IsEnded: true } ? new Tensor(tensor.ElementType, tensor.Shape, tensor.Storage, tensor.Offset) : tensor;

    // A copy, so that two tensors of the state are never the same one; but what derives from parameters keeps its history.
    Tensor Source(Tensor tensor) => tape.NumberOf(tensor) >= 0 ? tensor : tape.Watch(tensor.Detach());

    // Otherwise a state of another batch could be broadcast against the input without an error.
    static void CheckBatch(TState state, Shape x)
    {
        var tensors = StateTensors<TState>.Flatten(state);
        for (int i = 0; i < tensors.Length; i++)
            if (tensors[i].Rank == 0 || tensors[i].Shape[0] != x[1])
                throw new ShapeException($"BackPropagation: tensor {i} of the initial state is {tensors[i].Shape}; its first axis must be the batch, {x[1]} in x {x}.");
    }
}

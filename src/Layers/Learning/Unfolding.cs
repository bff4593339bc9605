using System.Diagnostics.CodeAnalysis;

namespace Autograd.Layers;

/// <summary>A cell run over a sequence step by step, with every state at hand.</summary>
sealed class Unfolding<TState>
{
    // Entries of a tape; fewer are not worth the pass over those that stay.
    const int WorthForgetting = 1024;

    readonly Tape tape;
    readonly CellDriver<TState> driver;
    readonly Tensor[] inputs;
    readonly List<Tensor> outputs = [];
    readonly List<TState> states = [];
    readonly List<int> starts = [];
    int? beginning;

    /// <param name="tape">The rule's tape.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="parameters">What is learned.</param>
    /// <param name="x">Inputs, <c>[time, batch, …]</c>.</param>
    /// <param name="given">The state to begin with; null for the cell's first one.</param>
    /// <param name="lengths">Lengths of the sequences.</param>
    /// <param name="firstStep">Number of the first step.</param>
    /// <param name="cancellation">Ends it before a step, and within a sweep.</param>
    public Unfolding(
        Tape tape, Cell<TState> cell, IReadOnlyList<Parameter> parameters, Tensor x, Func<TState>? given, ReadOnlySpan<int> lengths,
        int firstStep, CancellationToken cancellation)
    {
        this.tape = tape;
        var masks = Lengths.Masks(x, lengths);
        inputs = Functions.Unstack(masks.Clean(x));
        Copies = new ParameterCopies(tape, parameters, x.ElementType);
        Copies.Refresh(0);
        driver = new(nameof(BackPropagation), cell, InputBatch.OfSequences(x), given, firstStep)
        {
            Masks = masks,
            Cancellation = cancellation,
        };
        Begin();
    }

    public ParameterCopies Copies { get; }

    public TState State => driver.State;

    /// <summary>The tensors of the state that the steps began with; those of the last beginning if there were several.</summary>
    public Tensor[] Initial { get; private set; }

    /// <summary>Number of steps taken.</summary>
    public int Time => outputs.Count;

    /// <summary>Begins again from the initial state, with the parameters as they are now.</summary>
    public void Restart()
    {
        beginning = tape.Position;
        driver.State = driver.First();
        Begin();
    }

    public void Step()
    {
        // With what a new beginning has recorded.
        starts.Add(beginning ?? tape.Position);
        beginning = null;
        outputs.Add(driver.Step(inputs[Time]));
        states.Add(State);
    }

    /// <summary>The state tensors after a step, each tracked.</summary>
    public Tensor[] StateAt(int step) => Array.ConvertAll(StateTensors<TState>.Flatten(states[step]), tensor => tape.Watch(tensor));

    /// <summary>The loss of the outputs since a step.</summary>
    public Tensor Loss(string rule, StepLoss loss, int first)
    {
        var value = Require.Result(rule, loss(Functions.Stack([.. outputs.Skip(first)]), first));
        if (value.ElementCount != 1) throw new ShapeException($"{rule}: the loss is {value.Shape}; it must have exactly one element.");
        return value;
    }

    /// <summary>The gradients of a loss by what was recorded since a step.</summary>
    public Tensor[] Gradients(Tensor loss, IReadOnlyList<Tensor> sources, int since) =>
        tape.Gradients(
            [loss], [Tensor.Ones(loss.Shape, loss.ElementType)], sources, entries: (since == 0 ? 0 : starts[since])..,
            cancellation: driver.Cancellation);

    public Tape.PauseScope Pause() => tape.Pause();

    /// <summary>
    /// Gives back the memory of the steps before one, once that is worth the while. Those steps must not be asked for any more.
    /// </summary>
    /// <param name="step">The first step that a later sweep reaches; beyond the last one for none.</param>
    /// <param name="ended">Results of sweeps that nobody uses any longer.</param>
    public void Forget(int step, List<Tensor> ended)
    {
        int cut = step < Time ? starts[step] : tape.Position;
        if (cut < WorthForgetting || cut < tape.Position - cut) return;
        var current = StateTensors<TState>.Flatten(State);
        var (lower, kept) = tape.ForgetBefore(cut, [.. Copies.Since(step), .. current], ended);
        ended.Clear();
        for (int t = Math.Min(step, Time); t < Time; t++) starts[t] -= lower;
        driver.State = StateTensors<TState>.Rebuild(State, kept.AsSpan()[^current.Length..]);
    }

    [MemberNotNull(nameof(Initial))]
    void Begin()
    {
        driver.State = StateTensors<TState>.Map(driver.State, Source);
        Initial = StateTensors<TState>.Flatten(driver.State);
    }

    // A copy, so that two tensors of the state are never the same one; but what derives from parameters keeps its history.
    Tensor Source(Tensor tensor) => tape.IsTracked(tensor) ? tensor : tape.Watch(tensor.Detach());
}

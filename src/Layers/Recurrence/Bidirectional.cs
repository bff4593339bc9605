namespace Autograd.Layers;

/// <summary>
/// Two cells over the same sequences, one forward and one backward in time, with their outputs side by side at each step (Schuster and
/// Paliwal 1997): <c>[time, batch, forward outputs + backward outputs]</c>. The backward cell starts at each sequence's own end; its
/// outputs are aligned with the inputs again.
/// </summary>
/// <typeparam name="TState">The cells' state.</typeparam>
public sealed class Bidirectional<TState> : Module, ISequenceLayer
{
    readonly Recurrent<TState> forward;
    readonly Recurrent<TState> backward;

    /// <summary>Creates the layer from two cells. Use different keys for their weights, or both start out identical.</summary>
    /// <param name="forward">Cell that runs forward in time.</param>
    /// <param name="backward">Cell that runs backward in time.</param>
    /// <param name="initial">Where the first states come from.</param>
    public Bidirectional(Cell<TState> forward, Cell<TState> backward, InitialState initial = InitialState.FromCell)
    {
        if (ReferenceEquals(forward, backward))
            throw new ArgumentException("Bidirectional: the same cell was given for both directions; make two.", nameof(backward));
        this.forward = Part(new Recurrent<TState>(forward, initial), "forward");
        this.backward = Part(new Recurrent<TState>(backward, initial), "backward");
    }

    /// <inheritdoc cref="Recurrent{TState}.Execution"/>
    public Execution Execution
    {
        get => forward.Execution;
        set => forward.Execution = backward.Execution = value;
    }

    /// <summary>How the last run was executed in each direction, and why.</summary>
    public (ExecutionPath Forward, ExecutionPath Backward) LastPath => (forward.LastPath, backward.LastPath);

    /// <inheritdoc cref="Recurrent{TState}.Threads"/>
    public int Threads
    {
        get => forward.Threads;
        set => forward.Threads = backward.Threads = value;
    }

    /// <summary>As <see cref="Recurrent{TState}.MemoryBudget"/>, for each direction.</summary>
    public long? MemoryBudget
    {
        get => forward.MemoryBudget;
        set => forward.MemoryBudget = backward.MemoryBudget = value;
    }

    /// <inheritdoc cref="Recurrent{TState}.KeepsStates"/>
    public bool KeepsStates
    {
        get => forward.KeepsStates;
        set => forward.KeepsStates = backward.KeepsStates = value;
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, ReadOnlySpan<int> lengths = default)
    {
        Lengths.CheckSequences("Bidirectional", x, lengths);
        return Joined(forward.Forward(x, lengths), backward.Forward(Reverse(x, lengths), lengths), lengths);
    }

    /// <summary>Runs both directions from their initial states.</summary>
    /// <inheritdoc cref="Recurrent{TState}.Run(Tensor, ReadOnlySpan{int}, CancellationToken)"/>
    public BidirectionalRun<TState> Run(Tensor x, ReadOnlySpan<int> lengths = default, CancellationToken cancellation = default)
    {
        Lengths.CheckSequences("Bidirectional", x, lengths);
        return Join(forward.Run(x, lengths, cancellation), backward.Run(Reverse(x, lengths), lengths, cancellation), lengths);
    }

    /// <summary>
    /// Runs both directions from given states: the forward one's before the first step, the backward one's after the last.
    /// </summary>
    /// <inheritdoc cref="Recurrent{TState}.Run(Tensor, ReadOnlySpan{int}, CancellationToken)"/>
    public BidirectionalRun<TState> Run(
        Tensor x, TState forwardInitial, TState backwardInitial, ReadOnlySpan<int> lengths = default,
        CancellationToken cancellation = default)
    {
        Lengths.CheckSequences("Bidirectional", x, lengths);
        var ahead = forward.Run(x, forwardInitial, lengths, cancellation: cancellation);
        return Join(ahead, backward.Run(Reverse(x, lengths), backwardInitial, lengths, cancellation: cancellation), lengths);
    }

    static BidirectionalRun<TState> Join(Unrolled<TState> ahead, Unrolled<TState> back, ReadOnlySpan<int> lengths) =>
        new(Joined(ahead.Outputs, back.Outputs, lengths), ahead, back);

    static Tensor Joined(Tensor ahead, Tensor back, ReadOnlySpan<int> lengths) =>
        Functions.Concatenate(-1, ahead, Reverse(back, lengths));

    static Tensor Reverse(Tensor x, ReadOnlySpan<int> lengths) =>
        lengths.IsEmpty ? Functions.Flip(x, 0) : Functions.ReverseSequences(x, lengths);
}

/// <summary>A run of a bidirectional layer.</summary>
/// <typeparam name="TState">The cells' state.</typeparam>
/// <param name="Outputs">Both directions side by side, aligned with the input: <c>[time, batch, forward outputs + backward
/// outputs]</c>.</param>
/// <param name="Forward">The forward run.</param>
/// <param name="Backward">
/// The backward run in its own order: its first step reads each sequence's last input, and its final state is the one after the first
/// input.
/// </param>
public readonly record struct BidirectionalRun<TState>(Tensor Outputs, Unrolled<TState> Forward, Unrolled<TState> Backward);

/// <summary>Makes bidirectional layers without naming the state's type.</summary>
public static class Bidirectional
{
    /// <inheritdoc cref="Bidirectional{TState}(Cell{TState}, Cell{TState}, InitialState)"/>
    public static Bidirectional<TState> Over<TState>(
        Cell<TState> forward, Cell<TState> backward, InitialState initial = InitialState.FromCell) =>
        new(forward, backward, initial);
}

namespace Autograd.Layers;

/// <summary>
/// Two cells over the same sequences, one forward and one backward in time, their outputs side by side at each step (Schuster and Paliwal 1997):
/// <c>[time, batch, forward outputs + backward outputs]</c>. Backward means from each sequence's own end; the output is aligned with the input again.
/// </summary>
/// <typeparam name="TState">The cells' state.</typeparam>
public sealed class Bidirectional<TState> : Module, ISequenceLayer
{
    readonly Recurrent<TState> forward;
    readonly Recurrent<TState> backward;

    /// <summary>Creates the layer from two cells. Give their weights different keys, or both begin alike.</summary>
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

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, ReadOnlySpan<int> lengths = default) => Run(x, lengths).Outputs;

    /// <summary>Runs both directions. The backward final state is that after the first time step of the input.</summary>
    /// <inheritdoc cref="Recurrent{TState}.Run(Tensor, ReadOnlySpan{int})"/>
    public (Tensor Outputs, TState ForwardFinal, TState BackwardFinal) Run(Tensor x, ReadOnlySpan<int> lengths = default)
    {
        Lengths.CheckSequences("Bidirectional", x, lengths);
        var ahead = forward.Run(x, lengths);
        var back = backward.Run(Reverse(x, lengths), lengths);
        return (Functions.Concatenate(-1, ahead.Outputs, Reverse(back.Outputs, lengths)), ahead.Final, back.Final);
    }

    static Tensor Reverse(Tensor x, ReadOnlySpan<int> lengths) => lengths.IsEmpty ? Functions.Flip(x, 0) : Functions.ReverseSequences(x, lengths);
}

/// <summary>Makes bidirectional layers without naming the state's type.</summary>
public static class Bidirectional
{
    /// <inheritdoc cref="Bidirectional{TState}(Cell{TState}, Cell{TState}, InitialState)"/>
    public static Bidirectional<TState> Over<TState>(Cell<TState> forward, Cell<TState> backward, InitialState initial = InitialState.FromCell) =>
        new(forward, backward, initial);
}

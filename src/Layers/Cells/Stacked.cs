using System.Runtime.CompilerServices;

namespace Autograd.Layers;

/// <summary>
/// Cells on top of each other, as one cell: layer l reads the output of layer l − 1 at the same step (El Hihi and Bengio 1995). The state
/// is the list of the layers' states.
/// </summary>
/// <typeparam name="TState">The state of each layer.</typeparam>
public sealed class Stacked<TState> : LayerStack<TState>
{
    /// <summary>Creates the stack, lowest layer first.</summary>
    /// <exception cref="ArgumentException">There is no layer, or a cell is given twice.</exception>
    public Stacked(params Cell<TState>[] layers)
        : base("Stacked", layers)
    {
    }

    private protected override Tensor Step(Tensor x, Cell<TState>[] layers, LayerStates<TState> state, TState[] next)
    {
        for (int i = 0; i < layers.Length; i++) (x, next[i]) = layers[i].Step(x, state[i]);
        return x;
    }
}

/// <summary>Creates stacks without naming the state's type.</summary>
public static class Stacked
{
    /// <inheritdoc cref="Stacked{TState}(Cell{TState}[])"/>
    // Cells with the same state are a list, whatever their number.
    [OverloadResolutionPriority(1)]
    public static Stacked<TState> Of<TState>(params Cell<TState>[] layers) => new(layers);

    /// <summary>
    /// Two cells with different states, as one cell whose state is a tuple: <c>Stacked.Of(lstm, gru)</c>. For longer stacks, use
    /// <see cref="FlatState.Of"/>, which gives cells the same type of state.
    /// </summary>
    public static Stacked<T1, T2> Of<T1, T2>(Cell<T1> first, Cell<T2> second) => new(first, second);

    /// <summary>Three cells with different states, lowest first.</summary>
    /// <inheritdoc cref="Stacked{T1, T2, T3}(Cell{T1}, Cell{T2}, Cell{T3})"/>
    public static Stacked<T1, T2, T3> Of<T1, T2, T3>(Cell<T1> first, Cell<T2> second, Cell<T3> third) => new(first, second, third);

    /// <summary>Four cells with different states, lowest first.</summary>
    /// <inheritdoc cref="Stacked{T1, T2, T3, T4}(Cell{T1}, Cell{T2}, Cell{T3}, Cell{T4})"/>
    public static Stacked<T1, T2, T3, T4> Of<T1, T2, T3, T4>(Cell<T1> first, Cell<T2> second, Cell<T3> third, Cell<T4> fourth) =>
        new(first, second, third, fourth);

    internal static void CheckDistinct(params Module[] layers)
    {
        if (layers.Distinct().Count() != layers.Length)
            throw new ArgumentException("Stacked: each layer must be a different object.", nameof(layers));
    }
}

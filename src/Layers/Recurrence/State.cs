namespace Autograd.Layers;

/// <summary>What can be done with a state of any cell.</summary>
public static class State
{
    /// <summary>The tensors of a state, in order of declaration.</summary>
    public static Tensor[] Tensors<TState>(TState state) => StateTensors<TState>.Flatten(state);

    /// <summary>A state of the same structure with each tensor replaced.</summary>
    public static TState Map<TState>(TState state, Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return StateTensors<TState>.Map(state, function);
    }

    /// <summary>A copy that outlives the tape, through which no gradient flows: the state between chunks of a stream.</summary>
    public static TState Detach<TState>(TState state) => StateTensors<TState>.Map(state, tensor => tensor.Detach());

    /// <summary>
    /// A state that is carried from chunk to chunk, to be saved with a run: truncated training goes on in the middle of a sequence only if
    /// it comes back.
    /// It may be missing, as before the first chunk, and of any batch. The type must have no lists.
    /// </summary>
    /// <param name="save">Gives the state; null where there is none.</param>
    /// <param name="load">Takes it back.</param>
    /// <exception cref="ArgumentException">The type of the state has lists, whose lengths a file does not tell.</exception>
    public static ISaved Carried<TState>(Func<TState?> save, Action<TState?> load)
        where TState : struct => new CarriedState<TState>(save, load);
}

/// <summary>A carried state, tensor by tensor.</summary>
internal sealed class CarriedState<TState> : ISaved
    where TState : struct
{
    readonly Func<TState?> save;
    readonly Action<TState?> load;

    public CarriedState(Func<TState?> save, Action<TState?> load)
    {
        ArgumentNullException.ThrowIfNull(save);
        ArgumentNullException.ThrowIfNull(load);
        if (StateTensors<TState>.HasLists) throw new ArgumentException($"State.Carried: {StateTensors<TState>.TypeName} has lists; save their tensors one by one.");
        (this.save, this.load) = (save, load);
    }

    public void Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var loaded = new Tensor?[StateTensors<TState>.Slots];
        for (int i = 0; i < loaded.Length; i++)
        {
            int number = i;
            state.AddOptional(
                number.ToString(System.Globalization.CultureInfo.InvariantCulture),
                () => save() is { } now ? StateTensors<TState>.Flatten(now)[number] : null,
                value => Take(loaded, number, value));
        }
    }

    // The last one completes it.
    void Take(Tensor?[] loaded, int number, Tensor? value)
    {
        loaded[number] = value;
        if (number < loaded.Length - 1) return;
        load(loaded.Contains(null) ? null : StateTensors<TState>.Create(Array.ConvertAll(loaded, tensor => tensor!)));
    }
}

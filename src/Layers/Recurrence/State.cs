namespace Autograd.Layers;

/// <summary>Functions of the state of any cell.</summary>
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

    /// <summary>A state of the same structure with other tensors: the inverse of <see cref="Tensors"/>.</summary>
    /// <param name="like">A state of the structure, such as a cell's first one.</param>
    /// <param name="tensors">As many tensors as it has, in order of declaration.</param>
    /// <exception cref="ArgumentException">The number of tensors differs.</exception>
    public static TState From<TState>(TState like, IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        int count = StateTensors<TState>.Flatten(like).Length;
        if (tensors.Count != count)
            throw new ArgumentException(
                $"State.From: the state {StateTensors<TState>.TypeName} has {count} tensors; {tensors.Count} were given.", nameof(tensors));
        return StateTensors<TState>.Rebuild(like, [.. tensors]);
    }

    /// <summary>
    /// A state that is carried from chunk to chunk, to be saved with a run: truncated training can continue in the middle of a sequence
    /// only if it is restored. It may be absent, as before the first chunk, and have any batch size. The type must not contain lists; for
    /// those, see <see cref="Carried{TState}(Cell{TState}, Func{Nullable{TState}}, Action{Nullable{TState}})"/>.
    /// </summary>
    /// <param name="save">Returns the state, or null if there is none.</param>
    /// <param name="load">Receives the state when it is loaded.</param>
    /// <exception cref="ArgumentException">The type of the state contains lists, whose lengths are not stored in a file.</exception>
    public static ISaved Carried<TState>(Func<TState?> save, Action<TState?> load)
        where TState : struct => CarriedNow(null, save, load);

    /// <inheritdoc cref="Carried{TState}(Func{Nullable{TState}}, Action{Nullable{TState}})"/>
    public static ISaved Carried<TState>(Func<TState?> save, Action<TState?> load)
        where TState : class => CarriedNow(null, save, load);

    /// <summary>
    /// A state of any type that is carried from chunk to chunk, such as that of a stack, to be saved with a run.
    /// </summary>
    /// <param name="cell">The cell, whose first state determines the number of tensors.</param>
    /// <param name="save">Returns the state, or null if there is none.</param>
    /// <param name="load">Receives the state when it is loaded.</param>
    public static ISaved Carried<TState>(Cell<TState> cell, Func<TState?> save, Action<TState?> load)
        where TState : struct => CarriedNow(First(cell), save, load);

    /// <inheritdoc cref="Carried{TState}(Cell{TState}, Func{Nullable{TState}}, Action{Nullable{TState}})"/>
    public static ISaved Carried<TState>(Cell<TState> cell, Func<TState?> save, Action<TState?> load)
        where TState : class => CarriedNow(First(cell), save, load);

    static CarriedState<TState> CarriedNow<TState>(Func<TState>? like, Func<TState?> save, Action<TState?> load)
        where TState : struct
    {
        ArgumentNullException.ThrowIfNull(save);
        ArgumentNullException.ThrowIfNull(load);
        return new(like, () => save() is { } now ? Tensors(now) : null, tensors => load(tensors is null ? null : Made(like, tensors)));
    }

    static CarriedState<TState> CarriedNow<TState>(Func<TState>? like, Func<TState?> save, Action<TState?> load)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(save);
        ArgumentNullException.ThrowIfNull(load);
        return new(like, () => save() is { } now ? Tensors(now) : null, tensors => load(tensors is null ? null : Made(like, tensors)));
    }

    static TState Made<TState>(Func<TState>? like, Tensor[] tensors) =>
        like is null ? StateTensors<TState>.Create(tensors) : StateTensors<TState>.Rebuild(like(), tensors);

    static Func<TState> First<TState>(Cell<TState> cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return () => cell.First(1, ElementType.Float32);
    }
}

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
}

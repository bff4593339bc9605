namespace Autograd.Layers;

/// <summary>A run of a cell over sequences.</summary>
/// <typeparam name="TState">The cell's state.</typeparam>
/// <param name="Outputs">The outputs of all steps, <c>[time, batch, outputs]</c>; 0 beyond a sequence's length.</param>
/// <param name="Final">The state after each sequence's last step; differentiable.</param>
/// <param name="States">
/// The state after every step, all differentiable, unless they were not kept (<see cref="Recurrent{TState}.KeepsStates"/>,
/// <see cref="Recurrent{TState}.MemoryBudget"/>). A compiled run creates the tensors when they are first read.
/// </param>
public readonly record struct Unrolled<TState>(Tensor Outputs, TState Final, IReadOnlyList<TState> States)
{
    /// <summary>The states as one state of tensors <c>[time, batch, units]</c>.</summary>
    public TState StackedStates()
    {
        if (States is IStackedStates<TState> sequence) return sequence.Stacked;
        var steps = States.Select(state => StateTensors<TState>.Flatten(state)).ToArray();
        var tensors = new Tensor[steps[0].Length];
        for (int i = 0; i < tensors.Length; i++) tensors[i] = Functions.Stack([.. steps.Select(step => step[i])]);
        return StateTensors<TState>.Rebuild(States[0], tensors);
    }
}

/// <summary>A run of a cell with several outputs over sequences.</summary>
/// <typeparam name="TState">The cell's state.</typeparam>
/// <typeparam name="TOutput">The cell's output.</typeparam>
/// <param name="Outputs">The outputs of all steps, tensors <c>[time, batch, …]</c>; 0 beyond a sequence's length.</param>
/// <param name="Final">The state after each sequence's last step; differentiable.</param>
/// <param name="States">The state after every step, all differentiable.</param>
public readonly record struct Unrolled<TState, TOutput>(TOutput Outputs, TState Final, IReadOnlyList<TState> States);

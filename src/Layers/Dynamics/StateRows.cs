namespace Autograd.Layers;

/// <summary>Takes rows of numbers apart into a state, and puts a state together as rows.</summary>
sealed class StateRows<TState>
{
    readonly TState template;
    readonly int[] sizes;

    public StateRows(Cell<TState> cell)
    {
        template = cell.Initial(1, ElementType.Float64);
        sizes = Array.ConvertAll(StateTensors<TState>.Flatten(template), Size);
        Count = sizes.Sum();
    }

    /// <summary>Numbers in the state of one sequence.</summary>
    public int Count { get; }

    public TState Split(Tensor rows)
    {
        if (rows.Rank != 2 || rows.Shape[1] != Count)
            throw new ShapeException($"CellMap: the states are {rows.Shape}; [rows, {Count}] is needed.");
        var tensors = new Tensor[sizes.Length];
        for (int i = 0, start = 0; i < tensors.Length; start += sizes[i++]) tensors[i] = Functions.Slice(rows, 1, start, sizes[i]);
        return StateTensors<TState>.Rebuild(template, tensors);
    }

    public Tensor Join(TState state)
    {
        var tensors = StateTensors<TState>.Flatten(state);
        return tensors.Length == 1 ? tensors[0] : Functions.Concatenate(1, tensors);
    }

    static int Size(Tensor tensor) =>
        tensor.Rank == 2 ? tensor.Shape[1]
        : throw new ShapeException($"CellMap: a tensor of the state is {tensor.Shape}; [batch, units] is needed.");
}

namespace Autograd.PeerTable;

/// <summary>Sizes of a recurrent network and its input.</summary>
sealed record Size(int Time, int Batch, int Inputs, int Hidden, int Layers = 1)
{
    public override string ToString() =>
        $"T{Time} B{Batch} I{Inputs} H{Hidden}" + (Layers > 1 ? $", {Layers} layers" : "");
}

/// <summary>A recurrent network, which every library makes with the same weights.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Size">Its sizes and those of its input.</param>
/// <param name="Threads">How many threads run it.</param>
sealed record Network(string Kind, Size Size, int Threads)
{
    public bool IsBidirectional { get; init; }

    public ElementType Type { get; init; } = ElementType.Float32;

    /// <summary>Whether training asks for the gradient of the input too.</summary>
    public bool HasInputGradient { get; init; }

    /// <summary>The length of each sequence; none if all are full.</summary>
    public int[] Lengths { get; init; } = [];

    public int Directions => IsBidirectional ? 2 : 1;

    /// <summary>The same input for every library, <c>[time, batch, inputs]</c>.</summary>
    public Tensor Input() => Ours.Key.For("x").Normal([Size.Time, Size.Batch, Size.Inputs], 1, Type);

    public override string ToString() => Size + (IsBidirectional ? ", bidirectional" : "");
}

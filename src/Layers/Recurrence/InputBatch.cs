namespace Autograd.Layers;

/// <summary>What a driver has to know of the inputs of its steps, whatever they are made of.</summary>
/// <param name="Count">Number of sequences.</param>
/// <param name="Type">Element type.</param>
/// <param name="Of">The shape that the number was taken from, for messages.</param>
readonly record struct InputBatch(int Count, ElementType Type, Shape Of)
{
    /// <summary>Of sequences, <c>[time, batch, …]</c>.</summary>
    public static InputBatch OfSequences(Tensor x) => new(x.Shape[1], Tape.Actual(x).ElementType, x.Shape);

    /// <summary>Of the input of one step, <c>[batch, …]</c>.</summary>
    public static InputBatch OfStep(Tensor x) => new(x.Shape[0], Tape.Actual(x).ElementType, x.Shape);
}

namespace Autograd;

/// <summary>
/// Parts of a sequence that are computed one after the other, in the memory of the whole: nothing is kept twice. A part is copied into its place, and the whole is
/// the memory once all parts are there.
/// </summary>
internal sealed class AssembledSequence(Shape shape, ElementType type)
{
    readonly Tensor memory = Engine.Allocate(type, shape);
    readonly List<int> starts = [];

    /// <summary>The part in its place, beginning at a step.</summary>
    public Tensor Place(Tensor part, int start) => Engine.Apply(new PlaceOperation(memory, start), part);

    /// <summary>The whole, from all parts in order.</summary>
    public Tensor Whole(ReadOnlySpan<Tensor> parts)
    {
        int start = 0;
        foreach (var part in parts)
        {
            starts.Add(start);
            start += part.Shape[0];
        }
        return Engine.Apply(new AssembleOperation(memory, [.. starts]), parts);
    }
}

/// <summary>The identity, whose result lies in the memory of a whole.</summary>
internal sealed class PlaceOperation(Tensor memory, int start) : Operation
{
    public override string Name => "Place";

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

    public override Tensor View(ReadOnlySpan<Tensor> operands, Shape shape)
    {
        var part = new Tensor(memory.ElementType, shape, memory.Storage, memory.Offset + start * shape.Product(1, shape.Rank));
        Accumulation.Copy(operands[0], part);
        return part;
    }

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => throw new InvalidOperationException("Place is always a view.");

    public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => cotangent;

    public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => tangents[0];
}

/// <summary>The whole of which all operands lie in their places.</summary>
internal sealed class AssembleOperation(Tensor memory, int[] starts) : Operation
{
    public override string Name => "Assemble";

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => memory.Shape;

    public override Tensor View(ReadOnlySpan<Tensor> operands, Shape shape) => new(memory.ElementType, shape, memory.Storage, memory.Offset);

    public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => throw new InvalidOperationException("Assemble is always a view.");

    public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Functions.Slice(cotangent, 0, starts[argument], call[argument].Shape[0]);

    public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents)
    {
        var parts = new Tensor[tangents.Length];
        for (int i = 0; i < parts.Length; i++) parts[i] = tangents[i] ?? Tensor.Zeros(call[i].Shape, call[i].ElementType);
        return Functions.Concatenate(0, parts);
    }
}

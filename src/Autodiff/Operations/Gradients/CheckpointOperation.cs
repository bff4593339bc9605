namespace Autograd;

/// <summary>A segment of a computation of which only the results are kept; a backward sweep runs it again.</summary>
internal class CheckpointOperation : PartitionOperation
{
    readonly Func<Tensor[]> segment;
    readonly Shape[] shapes;

    public CheckpointOperation(Func<Tensor[]> segment, Tensor[] outputs)
    {
        this.segment = segment;
        shapes = Array.ConvertAll(outputs, output => output.Shape);
    }

    public override string Name => "Checkpoint";

    public int Count => shapes.Length;

    public Tensor[] Run()
    {
        var outputs = segment();
        bool isSame = outputs.Length == shapes.Length;
        for (int i = 0; isSame && i < shapes.Length; i++) isSame = outputs[i].Shape.Equals(shapes[i]);
        if (!isSame)
            throw new ShapeException(
                $"{Name}: the segment gave {Text(shapes)} at first and {Text(Array.ConvertAll(outputs, output => output.Shape))} when it was run again; it must compute the same.");
        return outputs;
    }

    public override Shape Infer(ReadOnlySpan<Tensor> operands) => throw new InvalidOperationException("A checkpoint is not computed as a whole.");

    public override Tensor[] Split(Tensor operand) => throw new InvalidOperationException("A checkpoint is not computed as a whole.");

    public override Tensor Vjp(Tensor operand, ReadOnlySpan<Tensor?> cotangents) => throw new InvalidOperationException("A checkpoint is swept entry by entry.");

    public override int Parts(Tensor operand) => Count;

    static string Text(Shape[] shapes) => string.Join(", ", shapes.Select(shape => shape.ToString()));
}

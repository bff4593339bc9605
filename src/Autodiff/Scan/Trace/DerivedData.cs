namespace Autograd.Scan;

/// <summary>
/// What a step computes from data of the step and constants alone, with no row for each sequence: a time gate, the sine of the step. A run
/// works it out for all steps before the first, so that nothing of it is left in the program.
/// </summary>
/// <param name="Sources">Data of the step.</param>
/// <param name="Constants">Tensors that are the same at every step.</param>
/// <param name="Nodes">Values: the sources, the constants, and then what is computed; the last is the result.</param>
sealed record DerivedData(StepData[] Sources, Tensor[] Constants, StepNode[] Nodes) : StepData(Nodes[^1].Shape)
{
    public override Recorder? Trace => Sources[0].Trace;

    public override void Fill<T>(int step, Span<T> target)
    {
        var values = new Tensor[Nodes.Length];
        for (int i = 0; i < Sources.Length; i++) values[i] = Sources[i].At(step, ElementTypes.Of<T>());
        Constants.CopyTo(values, Sources.Length);
        for (int i = Sources.Length + Constants.Length; i < values.Length; i++)
        {
            var (operation, shape) = (Nodes[i].Operation!, Nodes[i].Shape);
            var operands = Array.ConvertAll(Nodes[i].Operands, operand => values[operand]);
            if (operation.View(operands, shape) is { } view)
            {
                values[i] = view;
                continue;
            }
            values[i] = Tensor.Own(new T[shape.ElementCount], shape);
            operation.Compute(operands, values[i]);
        }
        values[^1].ReadSpan<T>().CopyTo(target);
    }

    public bool Equals(DerivedData? other)
    {
        if (other is null || Nodes.Length != other.Nodes.Length || !Sources.AsSpan().SequenceEqual(other.Sources)
            || Constants.Length != other.Constants.Length) return false;
        for (int i = 0; i < Nodes.Length; i++)
            if (!Nodes[i].IsSameAs(other.Nodes[i]))
                return false;
        return Constants.Zip(other.Constants).All(pair => StepComparison.IsSame(pair.First, pair.Second));
    }

    public override int GetHashCode() => Nodes.Length;
}

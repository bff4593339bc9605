using Autograd.Layers;

namespace Autograd.PropertyTests;

/// <summary>A cell whose step is a random list of operations, over a state of some tensors.</summary>
sealed class RandomCell : Cell<LayerStates<Tensor>>
{
    readonly IReadOnlyList<StepLine> lines;
    readonly Tensor[] constants;
    readonly int output;
    readonly int[] next;
    readonly Parameter[] parameters;

    public RandomCell(IReadOnlyList<StepLine> lines, IReadOnlyList<Tensor> values, IReadOnlyList<Tensor> constants, int output, int[] next)
        : base(default)
    {
        (this.lines, this.constants, this.output, this.next) = (lines, [.. constants], output, next);
        parameters = new Parameter[values.Count];
        for (int i = 0; i < parameters.Length; i++) Parameter(out parameters[i], values[i].As(ElementType.Float32), $"p{i}");
    }

    /// <summary>What the step uses from outside; set before each run.</summary>
    public Tensor[] Captured { get; set; } = [];

    public override LayerStates<Tensor> Initial(int batch, ElementType type) =>
        new(lines.Where(line => line.Source == StepSource.State).Select(line => Tensor.Zeros(line.Shape, type)));

    public override (Tensor Output, LayerStates<Tensor> Next) Step(Tensor x, LayerStates<Tensor> state)
    {
        var values = new Tensor[lines.Count];
        for (int i = 0; i < values.Length; i++)
        {
            var line = lines[i];
            values[i] = line.Source switch
            {
                StepSource.Input => x,
                StepSource.State => state[line.Index],
                StepSource.Parameter => parameters[line.Index],
                StepSource.Captured => Captured[line.Index],
                StepSource.Constant => constants[line.Index].As(x.ElementType),
                _ => line.Apply!(Array.ConvertAll(line.Operands, operand => values[operand]), x.ElementType),
            };
        }
        return (values[output], new LayerStates<Tensor>(next.Select(number => values[number])));
    }

    public override string ToString() =>
        string.Join("\n", lines.Select((line, i) => $"  {i} = {line}")) + $"\n  output {output}, next {string.Join(", ", next)}";
}

namespace Autograd.PropertyTests;

/// <summary>Time cut in two, or every step with weights of its own: the parts add up to the whole.</summary>
public class TruncationTests
{
    public static TheoryData<string> Cells => CellKinds.Names;

    [Theory]
    [MemberData(nameof(Cells))]
    public void TwoHalvesOfATapeEqualTheWhole(string cell) => Law.Holds(20, draw => Steps.Of(draw, CellKinds.Named(cell)), steps =>
        steps.OnTape((tape, sources) =>
    {
        int half = steps.Inputs.Length / 2;
        var (early, middle) = steps.Run(steps.Cell.State, 0, half);
        int cut = tape.Position;
        var (late, last) = steps.Run(middle, half, steps.Inputs.Length);
        Tensor[] outputs = [.. early, .. late, .. last];
        Tensor[] seeds = [.. outputs.Select((output, i) => Directions.Of(output.Shape, i))];
        double[][] whole = Derivatives.Numbers(tape.Gradients(outputs, seeds, sources));

        int count = early.Length;
        var later = tape.Gradients(outputs[count..], seeds[count..], [.. sources, .. middle], entries: cut..);
        var earlier = tape.Gradients([.. early, .. middle], [.. seeds[..count], .. later[sources.Length..]], sources, entries: ..cut);
        // A delay line still holds what it was given: a source that is also a state in the middle would count twice.
        var own = later.Select((gradient, i) => middle.Contains(sources[i < sources.Length ? i : 0]) ? 0 * gradient : gradient);
        double[][] sum = [.. earlier.Zip(own, (a, b) => (a + b).ToDoubles())];
        Near.Equal(whole, sum, Near.Rounding(Derivatives.Scale(tape)), "gradient");
        return true;
    }));

    [Theory]
    [MemberData(nameof(Cells))]
    public void AStateIsASourceLikeAnyOther(string cell) => Law.Holds(20, draw => Steps.Of(draw, CellKinds.Named(cell)), steps =>
        steps.OnTape((tape, sources) =>
    {
        int half = steps.Inputs.Length / 2;
        var (_, middle) = steps.Run(steps.Cell.State, 0, half);
        var (_, last) = steps.Run(middle, half, steps.Inputs.Length);
        Tensor[] seeds = [.. last.Select((state, i) => Directions.Of(state.Shape, i))];
        double[][] alone = Derivatives.Numbers(tape.Gradients(last, seeds, middle));
        var together = tape.Gradients(last, seeds, [.. middle, .. sources]);
        Near.SameBits(alone, Derivatives.Numbers(together[..middle.Length]), "gradient of a state, asked for with the parameters,");
        Near.SameBits(alone, Derivatives.Numbers(tape.Gradients(last, seeds, middle)), "gradient of a state, asked for again,");
        Near.SameBits(
            Derivatives.Numbers(together[middle.Length..]), Derivatives.Numbers(tape.Gradients(last, seeds, sources)),
            "gradient of a source");
        return true;
    }));

    [Theory]
    [MemberData(nameof(Cells))]
    public void DeferredWeightGradientsEqualTheSumOverSteps(string cell) =>
        Law.Holds(20, draw => Steps.Of(draw, CellKinds.Named(cell)), steps =>
    {
        double[][] deferred = steps.OnTape((tape, sources) =>
        {
            var (outputs, _) = steps.Run(steps.Cell.State, 0, steps.Inputs.Length);
            return Derivatives.Numbers(tape.Gradients(outputs, Seeds(outputs), sources[steps.Leading..]));
        });
        var (sum, scale) = StepByStep(steps);
        Near.Equal(sum, deferred, Near.Rounding(scale), "gradient of parameter");
    });

    // Every step on a tape of its own, backward in time: what the queue of products replaces.
    static (double[][] Sum, double Scale) StepByStep(Steps steps)
    {
        var states = new List<Tensor[]> { steps.Cell.State };
        foreach (var x in steps.Inputs) states.Add(steps.OnTape((_, _) => Copies(steps.Cell.Step(x, states[^1]).Next)));
        double[][]? sum = null;
        double scale = 1;
        Tensor[] cotangents = [.. steps.Cell.State.Select(state => Tensor.Zeros(state.Shape, ElementType.Float64))];
        for (int t = steps.Inputs.Length - 1; t >= 0; t--)
        {
            int step = t;
            var (gradients, own) = (steps with { Cell = steps.Cell with { State = states[t] } }).OnTape((tape, sources) =>
            {
                var (output, next) = steps.Cell.Step(steps.Inputs[step], states[step]);
                Tensor[] seeds = [Directions.Of(output.Shape, step), .. cotangents];
                return (Copies(tape.Gradients([output, .. next], seeds, sources, record: true)), Derivatives.Scale(tape));
            });
            cotangents = gradients[steps.Inputs.Length..steps.Leading];
            double[][] part = Derivatives.Numbers(gradients[steps.Leading..]);
            sum = sum is null ? part : [.. sum.Zip(part, (a, b) => a.Zip(b, (x, y) => x + y).ToArray())];
            scale = Math.Max(scale, own);
        }
        return (sum!, scale);
    }

    static Tensor[] Seeds(Tensor[] outputs) => [.. outputs.Select((output, t) => Directions.Of(output.Shape, t))];

    static Tensor[] Copies(Tensor[] tensors) => Array.ConvertAll(tensors, tensor => tensor.Detach());
}

/// <summary>A cell with its first state, and the inputs of some steps.</summary>
sealed record Steps(SteppedCell Cell, Tensor[] Inputs)
{
    /// <summary>Sources that are not parameters: the inputs, then the first state.</summary>
    public int Leading => Inputs.Length + Cell.State.Length;

    public static Steps Of(Draw draw, CellKind kind)
    {
        var cell = kind.Stepped(draw);
        int batch = cell.State[0].Shape[0];
        return new(cell, [.. Enumerable.Range(0, draw.Whole(2, 5)).Select(_ => draw.Values([batch, cell.Inputs], Domain.Any))]);
    }

    /// <summary>The outputs of steps <paramref name="from"/> to <paramref name="to"/>, and the state after them.</summary>
    public (Tensor[] Outputs, Tensor[] State) Run(Tensor[] state, int from, int to)
    {
        var outputs = new List<Tensor>();
        for (int t = from; t < to; t++)
        {
            (var output, state) = Cell.Step(Inputs[t], state);
            outputs.Add(output);
        }
        return ([.. outputs], state);
    }

    public T OnTape<T>(Func<Tape, Tensor[], T> run) => new ModuleTrial(Cell.Module, x => x[0], [.. Inputs, .. Cell.State]).OnTape(run);

    public override string ToString() => $"{Cell.Module.GetType().Name}, {Inputs.Length} steps of {Inputs[0].Shape}";
}

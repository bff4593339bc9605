namespace Autograd.PropertyTests;

/// <summary>
/// Every operation's batching rule: a map over rows is a loop over them, in values and derivatives of both modes, of the map and within it,
/// whichever of the operands are mapped.
/// </summary>
public class VmapTests
{
    public static TheoryData<string> Cases => OperationCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void AMapIsALoopOverRows(string name) => Law.Holds(12, draw => MappedTrial.Of(OperationCases.Named(name), draw), trial =>
        trial.AgreesWithLoop(trial.Function, "value"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void AMapOfGradientsIsALoopOverThem(string name) =>
        Law.Holds(8, draw => MappedTrial.Of(OperationCases.Named(name), draw), trial =>
        trial.AgreesWithLoop(
            trial.OfDrawn((function, x) => Differentiate.Vjp(function, x, Directions.Of(trial.Result)).Product), "gradient"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void AMapOfTangentsIsALoopOverThem(string name) =>
        Law.Holds(8, draw => MappedTrial.Of(OperationCases.Named(name), draw), trial =>
        trial.AgreesWithLoop(trial.OfDrawn((function, x) => Differentiate.Jvp(function, x, Directions.Of(x.Shape)).Product), "tangent"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void AMapOfHessianProductsIsALoopOverThem(string name) =>
        Law.Holds(5, draw => MappedTrial.Of(OperationCases.Named(name), draw), trial =>
        trial.AgreesWithLoop(trial.OfDrawn((function, x) => Differentiate.HessianVectorProduct(
            at => Functions.Sum(function(at) * Directions.Of(trial.Result)), x, Directions.Of(x.Shape, 1)).Product), "Hessian product"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsOfAMapAreThoseOfALoop(string name) =>
        Law.Holds(8, draw => MappedTrial.Of(OperationCases.Named(name), draw), trial =>
    {
        double tolerance = Near.Rounding(trial.Scale);
        Near.Equal(First(trial.Loop), First(trial.Map), tolerance, "gradient of the map");
        Near.Equal(Second(trial.Loop), Second(trial.Map), tolerance, "second derivative of the map");

        double[][] First(Func<IReadOnlyList<Tensor>, Tensor> function) => Derivatives.Gradients(function, trial.Inputs, Directions.Of);

        double[][] Second(Func<IReadOnlyList<Tensor>, Tensor> function) => Derivatives.Gradients(
            inputs =>
            {
                var result = function(inputs);
                var gradients = Derivatives.OrZero(Tape.Current!, result, Directions.Of(result.Shape), [.. inputs], record: true);
                return gradients.Select((gradient, i) => Functions.Sum(gradient * Directions.Of(gradient.Shape, i)))
                    .Aggregate((sum, one) => sum + one);
            },
            trial.Inputs, Directions.Of);
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void AMapOfMapsIsALoopOfLoops(string name) => Law.Holds(6, draw => MappedTrial.Of(OperationCases.Named(name), draw), trial =>
    {
        // Every input gets another leading axis, of two.
        Tensor[] all = [.. trial.Inputs.Select(input => Functions.Stack([input, input * 1.03125]))];
        var map = Vmap.Run(inputs => [trial.Map(inputs)], all)[0];
        Tensor[] loops = [.. Enumerable.Range(0, 2).Select(i => trial.Loop([.. all.Select(one => one[i])]))];
        Near.Equal(Functions.Stack(loops), map, Near.Rounding(trial.Scale), "map of maps");
    });

    // A rule that takes the mapped axis for one of the row's is found by every law.
    [Fact]
    public void AWrongRuleIsFound()
    {
        Tensor[] inputs = [Directions.Of([3, 3, 3])];
        var wrong = new MappedTrial(row => new WrongAxis().Apply(row[0]), inputs, [true], 3, 0, [3]);
        Assert.ThrowsAny<Exception>(() => wrong.AgreesWithLoop(wrong.Function, "value"));
        Assert.ThrowsAny<Exception>(() => Near.Equal(
            Derivatives.Gradients(wrong.Loop, inputs, Directions.Of), Derivatives.Gradients(wrong.Map, inputs, Directions.Of),
            Near.Rounding(wrong.Scale), "gradient"));
        var right = wrong with { Function = row => Functions.Sum(row[0], 0) };
        right.AgreesWithLoop(right.Function, "value");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NoRowsGiveNoResults(string name) => Law.Holds(3, draw => MappedTrial.Of(OperationCases.Named(name), draw), trial =>
    {
        var empty = trial.Inputs.Select((input, i) => trial.IsMapped[i] ? input[..0] : input);
        Assert.Equal(Shape.Create([0, .. trial.Result.Lengths]), trial.Map([.. empty]).Shape);
    });
}

/// <summary>The sum over the first axis, whose rule sums over the rows.</summary>
sealed class WrongAxis : CustomOperation
{
    public override Shape Infer(ReadOnlySpan<Tensor> operands) => Shape.Create(operands[0].Shape.Lengths[1..]);

    public override Tensor Value(ReadOnlySpan<Tensor> operands) => Functions.Sum(operands[0], 0);

    public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
        Functions.BroadcastTo(cotangent, operands[0].Shape);

    public override Tensor Map(ReadOnlySpan<Tensor> operands, ReadOnlySpan<bool> isMapped, int rows) => Functions.Sum(operands[0], 0);
}

/// <summary>A function of rows, and its inputs, some of them mapped.</summary>
/// <param name="Function">Of one row.</param>
/// <param name="Inputs">Those that are mapped with a leading axis.</param>
/// <param name="IsMapped">Which are.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Drawn">Which input is differentiated by.</param>
/// <param name="Result">Shape of the function's result.</param>
sealed record MappedTrial(
    Func<IReadOnlyList<Tensor>, Tensor> Function, Tensor[] Inputs, bool[] IsMapped, int Rows, int Drawn, Shape Result)
{
    public double Scale { get; } = ScaleOf(Function, Inputs, IsMapped);

    /// <summary>A case whose rows are the drawn inputs, each row a little larger than the one before.</summary>
    public static MappedTrial Of(OperationCase operation, Draw draw)
    {
        var trial = operation.Draw(draw);
        int rows = draw.Whole(1, 3), certain = draw.Whole(0, trial.Inputs.Length - 1);
        bool[] isMapped = [.. trial.Inputs.Select((_, i) => i == certain || draw.Flag())];
        Tensor[] inputs = [.. trial.Inputs.Select((input, i) => isMapped[i] ? Grown(input, rows) : input)];
        return new(trial.Function, inputs, isMapped, rows, draw.Whole(0, inputs.Length - 1), trial.Function(trial.Inputs).Shape);
    }

    public Tensor Map(IReadOnlyList<Tensor> inputs) => Map(Function, inputs);

    public Tensor Loop(IReadOnlyList<Tensor> inputs) => Loop(Function, inputs);

    /// <summary>The function with another one of the drawn input alone in its place.</summary>
    public Func<IReadOnlyList<Tensor>, Tensor> OfDrawn(Func<Func<Tensor, Tensor>, Tensor, Tensor> transform) => row =>
        transform(x => Function([.. row.Select((one, i) => i == Drawn ? x : one)]), row[Drawn]);

    /// <summary>A map of a function over the inputs gives what a loop gives.</summary>
    public void AgreesWithLoop(Func<IReadOnlyList<Tensor>, Tensor> function, string what) =>
        Near.Equal(Loop(function, Inputs), Map(function, Inputs), Near.Rounding(Scale), what);

    public override string ToString() =>
        string.Join("; ", Inputs.Select((input, i) => $"input {i}{(IsMapped[i] ? ", mapped" : "")}: {input}"));

    Tensor Map(Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs)
    {
        Tensor[] mapped = [.. inputs.Where((_, i) => IsMapped[i])];
        return Vmap.Run(
            rows =>
            {
                var given = new Queue<Tensor>(rows);
                return [function([.. inputs.Select((input, i) => IsMapped[i] ? given.Dequeue() : input)])];
            },
            mapped)[0];
    }

    Tensor Loop(Func<IReadOnlyList<Tensor>, Tensor> function, IReadOnlyList<Tensor> inputs) => Functions.Stack(
        [.. Enumerable.Range(0, Rows).Select(row => function([.. inputs.Select((input, i) => IsMapped[i] ? input[row] : input)]))]);

    static Tensor Grown(Tensor input, int rows) =>
        Functions.Stack([.. Enumerable.Range(0, rows).Select(row => input * (1 + row / 64.0))]).Detach();

    static double ScaleOf(Func<IReadOnlyList<Tensor>, Tensor> function, Tensor[] inputs, bool[] isMapped) =>
        Derivatives.Scale(new Trial(function, [.. inputs.Select((input, i) => isMapped[i] ? input[^1].Detach() : input)]));
}

using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>A function twice: as it should be, and with one error in a derivative. The values are the same.</summary>
/// <param name="Name">The error.</param>
/// <param name="Order">The order of derivatives at which it shows first.</param>
/// <param name="Faulty">The input whose gradient is wrong.</param>
/// <param name="Function">Makes the function, with the error or without.</param>
/// <param name="Inputs">Shapes of the inputs.</param>
sealed record PlantedError(
    string Name, int Order, int Faulty,
    Func<bool, Func<IReadOnlyList<Tensor>, Tensor>> Function, params Shape[] Inputs)
{
    /// <summary>How it is checked.</summary>
    public GradientCheckOptions Options { get; init; } = new();

    /// <summary>Whether differences of values at the point see it; else only a test that needs no step does.</summary>
    public bool IsSeenByDifferences { get; init; } = true;
}

/// <summary>Errors that people make, in operations and in cells.</summary>
static partial class PlantedErrors
{
    public static IReadOnlyList<PlantedError> All { get; } =
        [.. InFunctions, .. InOperations, .. InRules, .. InCells, .. InTime, .. HardToSee];

    public static TheoryData<string> Names => [.. All.Select(error => error.Name)];

    static IEnumerable<PlantedError> InFunctions =>
    [
        new("wrong sign", 1, 0, planted => x => planted ? Dispatcher.Apply(UnaryOperation<WrongSign>.Instance, x[0]) : Sin(x[0]), [4]),
        new("missing factor", 1, 0, planted => x => planted ? Dispatcher.Apply(UnaryOperation<MissingFactor>.Instance, x[0])
            : Square(x[0]), [4]),
        new("relative error of 1e-5", 1, 0, planted => x => planted ? Dispatcher.Apply(UnaryOperation<SmallError>.Instance, x[0])
            : Tanh(x[0]), [4]),
        new("missing square", 1, 1, planted => x =>
            planted ? Dispatcher.Apply(BinaryOperation<MissingSquare>.Instance, x[0], x[1]) : x[0] / x[1], [2, 3], [3]),
        new("weights not normalised", 1, 0, planted => x =>
            planted ? RowReductionOperation<MissingNormalization>.Apply(x[0], 1, 1) : LogSumExp(x[0], 1), [2, 3]),
    ];

    static IEnumerable<PlantedError> InOperations =>
    [
        Rule("missing transpose", 1, 0, MatMulOperation.Of(false, false), (in call, argument, cotangent) =>
            argument == 0 ? MatMul(cotangent, call[1]) : MatMul(call[0], cotangent, transposeLeft: true), [2, 3], [3, 3]),
        Rule("factors in the wrong order", 1, 1, MatMulOperation.Of(false, false), (in call, argument, cotangent) =>
            argument == 0 ? MatMul(cotangent, call[1], transposeRight: true)
            : MatMul(cotangent, call[0], transposeLeft: true), [2, 3], [3, 3]),
        Rule("missing term", 1, 0, new RowOperation<SoftmaxRow>(default, -1), (in call, _, cotangent) => cotangent * call.Result, [2, 3]),
        Rule("missing gradient of one operand", 1, 1, BinaryOperation<MultiplyFunction>.Instance, (in call, argument, cotangent) =>
            argument == 0 ? cotangent * call[1] : null, [2, 3], [2, 3]),
        Rule("missing sum over broadcast rows", 1, 1, BinaryOperation<AddFunction>.Instance, (in _, argument, cotangent) =>
            argument == 0 ? cotangent : cotangent[0], [3, 2], [2]),
        Rule("missing division by the count", 1, 0, new SumOperation(0, 1), (in call, _, cotangent) =>
            BroadcastTo(cotangent * call[0].Shape[0], call[0].Shape), [3, 2]),
        Rule("one element lost", 1, 0, UnaryOperation<ExpFunction>.Instance, (in call, _, cotangent) =>
            Pad((cotangent * call.Result)[..^1], 0, 0, 1), [5]),
        Rule("repeated rows overwritten instead of added", 1, 0, new GatherRowsOperation([1, 0, 1]), (in _, _, cotangent) =>
            Stack([cotangent[1], cotangent[2]]), [2, 2]),
        Rule("slope taken for a constant", 2, 0, UnaryOperation<ExpFunction>.Instance, (in call, _, cotangent) =>
            cotangent * call.Result.Detach(), [4]),
        Rule("cotangent taken for a constant", 2, 0, UnaryOperation<ExpFunction>.Instance, (in call, _, cotangent) =>
            cotangent.Detach() * call.Result, [4]),
        new("wrong factors of a deferred product", 1, 1, planted => x =>
            planted ? Dispatcher.Apply(new WrongFactors(), x[0], x[1]) : MatMul(x[0], x[1]), [3, 2], [2, 2]),
        new("a slice added at the wrong place", 1, 0, planted => x =>
            planted ? Square(Dispatcher.Apply(new WrongPart(1, 2), x[0])) : Square(x[0][1..3]), [4]),
    ];

    // The result is squared, so that cotangents depend on the inputs.
    static PlantedError Rule(string name, int order, int faulty, Operation operation, Rule rule, params Shape[] inputs) => new(
        name, order, faulty, planted => x => Square(Dispatcher.Apply(planted ? new OtherRule(operation, rule) : operation, [.. x])),
        inputs);
}

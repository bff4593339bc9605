using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>A function with an error in its rule, at points where differences have a hard time; without the error it is right.</summary>
/// <param name="Name">The function, the point and the error.</param>
/// <param name="Check">Checks it at a random such point, with the error or without.</param>
sealed record AwkwardError(string Name, Func<Draw, bool, GradientCheckReport> Check);

/// <summary>Every error that people make with a slope, in functions at domains' edges, at kinks, at large and small numbers.</summary>
static class AwkwardErrors
{
    public static IReadOnlyList<AwkwardError> All { get; } =
    [
        .. Rules.SelectMany(rule => Slips, (rule, slip) => new AwkwardError(
            $"{rule.Name}: {slip.Name}", (draw, planted) => Check(rule, planted ? slip.Slip : slope => slope, draw))),
    ];

    static IEnumerable<(string Name, Func<Tensor, Tensor> Slip)> Slips =>
    [
        ("half the slope", slope => 0.5 * slope),
        ("wrong sign", slope => -slope),
        ("a ten thousandth too much", slope => 1.0001 * slope),
        ("a slope taken for a constant", slope => slope.Detach()),
    ];

    static IEnumerable<Rule> Rules =>
    [
        new("logarithm at 1e-4", Log, (x, _) => Reciprocal(x), Around(1e-4)),
        new("root at 1e-5", Sqrt, (_, y) => 0.5 / y, Around(1e-5)),
        new("power 1.5 at 1e-4", x => Power(x, 1.5), (x, _) => 1.5 * Sqrt(x), Around(1e-4)),
        new("sine at 1e6", Sin, (x, _) => Cos(x), Around(1e6)),
        new("cos(100 x)", x => Cos(100 * x), (x, _) => -100 * Sin(100 * x), draw => draw.Values([3], Domain.Any)),
        new("tanh(1e5 x) at 1e-5", x => Tanh(1e5 * x), (_, y) => 1e5 * (1 - y * y), Around(1e-5)),
        new("1/x at 1e-3", Reciprocal, (_, y) => -y * y, Around(1e-3)),
        new("sigmoid of nanoseconds", x => Sigmoid(1e9 * x), (_, y) => 1e9 * y * (1 - y), Around(1e-9)),
        new("exponential at 200", Exp, (_, y) => 1 * y, draw => 200 + draw.Values([3], Domain.Any)),
        new("bump of width 1e-5", x => Exp(-Square(1e5 * x)), (x, y) => -2e10 * x * y, Around(1e-5)),
        new("sine above a thousand", x => 1e3 + Sin(x), (x, _) => Cos(x), draw => draw.Values([3], Domain.Any)),
        new("logarithm of one plus at 1e-9", Log1P, (x, _) => 1 / (1 + x), Around(1e-9)),
        new("tanh at 3", Tanh, (_, y) => 1 - y * y, draw => 3 + draw.Values([3], Domain.Fraction)),
        new("square of 1e8", Square, (x, _) => 2 * x, Around(1e8)),
        new("x|x| at 0", x => x * Abs(x), (x, _) => 2 * Abs(x), Zeros),
        new("|x|e^x at 0", x => Abs(x) * Exp(x), (x, _) => (Sign(x) + Abs(x)) * Exp(x), Zeros),
        new("relu squared at 0", x => Square(Relu(x)), (x, _) => 2 * Relu(x), Zeros),
        new("squared distance to a tie", x => Square(Maximum(x, 2 - x)), (x, _) => 2 * Maximum(x, 2 - x) * Sign(x - 1),
            draw => Zeros(draw) + 1),
    ];

    static GradientCheckReport Check(Rule rule, Func<Tensor, Tensor> slip, Draw draw)
    {
        var operation = new Handwritten(
            x => rule.Value(x[0]), (x, y, _, g) => g * slip(rule.Slope(x[0], y)),
            (x, y, tangents) => tangents[0]! * slip(rule.Slope(x[0], y)));
        return GradientCheck.Run(operation, [rule.Point(draw)], new() { Seed = (ulong)draw.Whole(1, 1_000_000) });
    }

    static Func<Draw, Tensor> Around(double size) => draw => draw.Values([3], Domain.Between(0.5 * size, 1.5 * size));

    static Tensor Zeros(Draw draw) => Tensor.Zeros([draw.Whole(1, 3)], ElementType.Float64);

    sealed record Rule(string Name, Func<Tensor, Tensor> Value, Func<Tensor, Tensor, Tensor> Slope, Func<Draw, Tensor> Point);
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>A right function where differences have a hard time.</summary>
/// <param name="Name">What it is, and where.</param>
/// <param name="Check">Checks it at a random such point.</param>
sealed record AwkwardPoint(string Name, Func<Draw, GradientCheckReport> Check);

/// <summary>Right functions and cells at domains' edges, kinks and ties, at large and small numbers, saturated and cancelling.</summary>
static partial class AwkwardPoints
{
    public static IReadOnlyList<AwkwardPoint> All { get; } = [.. AtEdges, .. AtKinks, .. OfScales, .. Cancelling, .. Saturated, .. Cells];

    static IEnumerable<AwkwardPoint> AtEdges =>
    [
        At("logarithm at 1e-4", Log, Around(1e-4)),
        At("logarithm at 1e-8", Log, Around(1e-8)),
        At("root at 1e-5", Sqrt, Around(1e-5)),
        At("root at 1e-10", Sqrt, Around(1e-10)),
        At("power 1.5 at 1e-4", x => Power(x, 1.5), Around(1e-4)),
        At("power 2.5 at 1e-6", x => Power(x, 2.5), Around(1e-6)),
        At("power -0.5 at 1e-3", x => Power(x, -0.5), Around(1e-3)),
        At("logarithm of one plus at -1 + 1e-4", Log1P, draw => Around(1e-4)(draw) - 1),
        At("entropy of rare events", x => -Sum(x * Log(x)), Around(1e-6)),
        At("logit at the ends", x => Log(x / (1 - x)), draw => 1 - Around(1e-5)(draw)),
        At("arc of the unit circle", x => Sqrt(1 - Square(x)), draw => 1 - Around(1e-6)(draw)),
        At("function that refuses negative numbers", x => Log(Where(Greater(x, 0), x, Tensor.Scalar(double.NaN, x.ElementType))),
            Around(1e-5)),
    ];

    static IEnumerable<AwkwardPoint> AtKinks =>
    [
        At("relu at 0", Relu, Zeros),
        At("relu beside 0", Relu, Around(1e-9)),
        At("relu at a shifted kink", x => Relu(x - 0.7), draw => 0.7 + Around(1e-7)(draw)),
        At("leaky relu at 0", x => LeakyRelu(x), Zeros),
        At("absolute value at 0", Abs, Zeros),
        At("elu at 0", x => Elu(x), Zeros),
        At("x|x| at 0", x => x * Abs(x), Zeros),
        At("softsign at 0", Softsign, Zeros),
        At("largest at a tie", x => Max(x, 0), Equals),
        At("smallest at a tie", x => Min(x, 0), Equals),
        At("larger of two at a tie", x => Maximum(x, 2 - x), draw => Tensor.Ones([3], ElementType.Float64)),
        At("clamp at its limits", x => Clamp(x, -1, 1) * x, draw => Tensor.Full([2], draw.Flag() ? 1 : -1, ElementType.Float64)),
        At("branches that meet smoothly once", x => Where(Greater(x, 0), Square(x), -Square(x)), Zeros),
        At("norm at 0", x => Norm(x), Zeros, order: 1),
        At("norm at 1e-5", x => Norm(x), Around(1e-5)),
        At("relu of a product at zero input", x => Relu(x * 3) * x, Zeros),
    ];

    static IEnumerable<AwkwardPoint> OfScales =>
    [
        At("sine at 1e6", Sin, Around(1e6)),
        At("cosine at 1e4", Cos, Around(1e4)),
        At("sine at 1e9", Sin, Around(1e9)),
        At("tanh(1e5 x) at 1e-5", x => Tanh(1e5 * x), Around(1e-5)),
        At("cos(100 x)", x => Cos(100 * x), Any),
        At("sin(1e4 x)", x => Sin(1e4 * x), Any),
        At("1/x at 1e-3", Reciprocal, Around(1e-3)),
        At("1/x at -1e-6", Reciprocal, draw => -Around(1e-6)(draw)),
        At("sigmoid of nanoseconds", x => Sigmoid(1e9 * x), Around(1e-9)),
        At("bump of width 1e-5", x => Exp(-Square(1e5 * x)), Around(1e-5)),
        At("square of 1e8", Square, Around(1e8)),
        At("cube of 1e-6", x => x * x * x, Around(1e-6)),
        At("exponential at 200", Exp, draw => 200 + Any(draw)),
        At("exponential at -200", Exp, draw => -200 + Any(draw)),
        At("product with a zero", x => Product(x), draw => Any(draw) * Tensor.From(new double[] { 1, 0, 1 })),
    ];

    static IEnumerable<AwkwardPoint> Cancelling =>
    [
        At("sine above a million", x => 1e6 + Sin(x), Any),
        At("sin(x)/x at 1e-6", x => Sin(x) / x, Around(1e-6), order: 1),
        At("1 - cos x at 1e-3", x => 1 - Cos(x), Around(1e-3)),
        At("exponential minus one at 1e-9", ExpM1, Around(1e-9)),
        At("logarithm of one plus at 1e-9", Log1P, Around(1e-9)),
        At("deviation of a nearly constant row", x => Sqrt(Variance(x)), draw => 1 + Around(1e-3)(draw)),
        At("difference of logarithms of sums", x => LogSumExp(x) - LogSumExp(x + 1e-6), Any),
        Two("softmax with a common bias", (x, b) => Softmax(x + b), draw => draw.Values([2, 3], Domain.Any),
            draw => draw.Values([], Domain.Any)),
        Two("logarithm of a softmax with a common bias", (x, b) => LogSoftmax(x + b), draw => draw.Values([2, 3], Domain.Any),
            draw => draw.Values([1], Domain.Any)),
        Two("attention with a key bias", (x, b) => MatMul(Softmax(MatMul(x, Transpose(x + b))), x), draw => draw.Values([3, 2], Domain.Any),
            draw => draw.Values([2], Domain.Any)),
        Two("normalisation with a bias before it", (x, b) => Normalized(x + b), draw => draw.Values([2, 4], Domain.Any),
            draw => draw.Values([], Domain.Any)),
    ];

    static IEnumerable<AwkwardPoint> Saturated =>
    [
        At("tanh at 8", Tanh, draw => 8 + Any(draw)),
        At("sigmoid at 20", Sigmoid, draw => 20 + Any(draw)),
        At("sigmoid at -30", Sigmoid, draw => -30 + Any(draw)),
        At("softplus at 30", Softplus, draw => 30 + Any(draw)),
        At("softplus at -30", Softplus, draw => -30 + Any(draw)),
        At("gelu at -4", Gelu, draw => -4 + Any(draw)),
        At("silu at -15", Silu, draw => -15 + Any(draw)),
        At("logarithm of a sum with one large term", x => LogSumExp(x), draw => Any(draw) + Tensor.From(new double[] { 0, 40, 0 })),
        At("softmax with one winner", x => Softmax(x), draw => Any(draw) + Tensor.From(new double[] { 0, 25, 0 })),
        At("cross-entropy of a sure answer", x => Loss.CrossEntropy(x.Reshape(1, 3), [1]),
            draw => Any(draw) + Tensor.From(new double[] { 0, 30, 0 })),
    ];

    static AwkwardPoint At(string name, Func<Tensor, Tensor> function, Func<Draw, Tensor> point, int order = 2) =>
        new(name, draw => GradientCheck.Run(function, point(draw), Options(draw, order)));

    static AwkwardPoint Two(string name, Func<Tensor, Tensor, Tensor> function, Func<Draw, Tensor> left, Func<Draw, Tensor> right) =>
        new(name, draw => GradientCheck.Run(x => function(x[0], x[1]), [left(draw), right(draw)], options: Options(draw, 2)));

    static GradientCheckOptions Options(Draw draw, int order) => new() { Order = order, Seed = (ulong)draw.Whole(1, 1_000_000) };

    static Func<Draw, Tensor> Around(double size) => draw => draw.Values([3], Domain.Between(0.5 * size, 1.5 * size));

    static Tensor Any(Draw draw) => draw.Values([3], Domain.Any);

    static Tensor Zeros(Draw draw) => Tensor.Zeros([draw.Whole(1, 3)], ElementType.Float64);

    static Tensor Equals(Draw draw) => Tensor.Full([3, 2], draw.Number(-2, 2), ElementType.Float64);

    static Tensor Normalized(Tensor x)
    {
        var centred = x - MeanKeepingAxes(x, -1);
        return centred / Sqrt(MeanKeepingAxes(Square(centred), -1) + 1e-5);
    }
}

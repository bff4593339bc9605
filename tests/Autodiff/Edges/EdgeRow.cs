using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>A function of a row at one row.</summary>
/// <param name="X">The row.</param>
/// <param name="Value">What it is.</param>
/// <param name="Gradient">The gradient, with the cotangents 1, 2, … of its results.</param>
/// <param name="Choice">Why, if it is no limit, and what PyTorch has; else empty.</param>
sealed record EdgeCase(double[] X, double[] Value, double[] Gradient, string Choice = "");

/// <summary>A function of rows at its edges.</summary>
sealed record EdgeRow(string Name, Func<Tensor, Tensor> Apply, EdgeCase[] Cases)
{
    const double Infinity = double.PositiveInfinity, NaN = double.NaN;

    const string Masked = "nothing is shared out, and nothing can be moved; PyTorch: NaN";

    public static EdgeRow[] All =>
    [
        new("Sum", x => Sum(x), [new([], [0], []), new([NaN, 1], [NaN], [1, 1]), new([Infinity, -Infinity], [NaN], [1, 1])]),
        new("Mean", x => Mean(x), [new([NaN, 1], [NaN], [0.5, 0.5]), new([Infinity, 1], [Infinity], [0.5, 0.5])]),
        new("CumulativeSum", x => CumulativeSum(x, 0),
            [new([], [], []), new([1, Infinity, 1], [1, Infinity, Infinity], [6, 5, 3]), new([1, NaN], [1, NaN], [3, 2])]),
        new("Product", x => Product(x),
            [new([], [1], []), new([0, 5], [0], [5, 0]), new([0, 0], [0], [0, 0]), new([NaN, 2], [NaN], [2, NaN])]),
        new("Max", x => Max(x), [.. Extremes]),
        new("Min", x => Min(x), [.. Extremes.Select(one => one with { X = [.. one.X.Select(x => -x)], Value = [-one.Value[0]] })]),
        new("LogSumExp", x => LogSumExp(x),
        [
            new([], [-Infinity], []),
            new([-Infinity, -Infinity], [-Infinity], [0, 0], Masked),
            new([-Infinity, 1], [1], [0, 1]),
            new([Infinity, 1], [Infinity], [1, 0]),
            new([Infinity, Infinity], [Infinity], [0.5, 0.5], "that of all other equal numbers; PyTorch: NaN"),
            new([NaN, 1], [NaN], [NaN, NaN]),
            new([1e4, 1e4], [1e4 + Math.Log(2)], [0.5, 0.5]),
        ]),
        new("Softmax", x => Softmax(x),
        [
            new([], [], []),
            new([-Infinity, -Infinity], [0, 0], [0, 0], Masked),
            new([-Infinity, 1], [0, 1], [0, 0]),
            new([Infinity, 1], [1, 0], [0, 0]),
            new([Infinity, Infinity], [0.5, 0.5], [-0.25, 0.25], "that of all other equal numbers; PyTorch: NaN"),
            new([NaN, 1], [NaN, NaN], [NaN, NaN]),
        ]),
        new("LogSoftmax", x => LogSoftmax(x),
        [
            new([], [], []),
            new([-Infinity, -Infinity], [-Infinity, -Infinity], [1, 2], "the logarithm of the softmax, whose share is 0; PyTorch: NaN"),
            new([-Infinity, 1], [-Infinity, 0], [1, -1]),
            new([Infinity, 1], [0, -Infinity], [-2, 2], "the logarithm of the softmax; PyTorch: NaN"),
            new([NaN, 1], [NaN, NaN], [NaN, NaN]),
        ]),
        new("Norm", x => Norm(x),
        [
            new([], [0], []),
            new([0, 0], [0], [0, 0],
                "the norm has its minimum there, and is at rest; its second slopes are taken as 0; PyTorch: 0, second slopes NaN"),
            new([3e30, 4e30], [5e30], [0.6, 0.8]),
            new([3e-30, 4e-30], [5e-30], [0.6, 0.8]),
            new([Infinity, 1], [Infinity], [NaN, 0]),
            new([NaN, 3], [NaN], [NaN, NaN]),
        ]),
        new("Variance", x => Variance(x),
            [new([2, 2], [0], [0, 0]), new([1, 3], [1], [-1, 1]), new([5], [0], [0]), new([Infinity, 1], [NaN], [NaN, NaN]),
            new([NaN, 1], [NaN], [NaN, NaN])]),
        new("StandardDeviation", x => StandardDeviation(x),
        [
            new([2, 2], [0], [0, 0], "the deviation has its minimum there, and is at rest; PyTorch: 0"),
            new([5], [0], [0], "as of equal elements; PyTorch: 0"),
            new([1, 3], [1], [-0.5, 0.5]),
            new([1e30, 3e30], [1e30], [-0.5, 0.5]),
            new([NaN, 1], [NaN], [NaN, NaN]),
        ]),
    ];

    // Of a maximum; those of a minimum are its mirror.
    static EdgeCase[] Extremes =>
    [
        new([1, 1, 0], [1], [0.5, 0.5, 0],
            "at a tie each the same, whatever their order is; PyTorch: the same for all elements of several axes"),
        new([Infinity, Infinity], [Infinity], [0.5, 0.5], "as every tie"),
        new([-Infinity, -Infinity], [-Infinity], [0.5, 0.5], "as every tie"),
        new([NaN, 1], [NaN], [NaN, NaN]),
        new([1, -0.0], [1], [1, 0]),
    ];
}

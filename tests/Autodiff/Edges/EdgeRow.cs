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
        new("CumulativeProduct", x => CumulativeProduct(x, 0),
        [
            new([], [], []), new([2, 0, 3], [2, 0, 0], [1, 22, 0]), new([0, 0], [0, 0], [1, 0]), new([3, -0.0], [3, -0.0], [1, 6]),
            new([2, NaN], [2, NaN], [NaN, 4]),
        ]),
        new("CumulativeMax", x => CumulativeMax(x, 0), [.. RunningExtremes]),
        new("CumulativeMin", x => CumulativeMin(x, 0),
            [.. RunningExtremes.Select(one => one with { X = [.. one.X.Select(x => -x)], Value = [.. one.Value.Select(y => -y)] })]),
        new("CumulativeLogSumExp", x => CumulativeLogSumExp(x, 0),
        [
            new([], [], []),
            new([-Infinity, -Infinity], [-Infinity, -Infinity], [0, 0], Masked),
            new([-Infinity, 1], [-Infinity, 1], [0, 2]),
            new([Infinity, 1], [Infinity, Infinity], [3, 0]),
            new([Infinity, Infinity], [Infinity, Infinity], [2, 1], "that of all other equal numbers; PyTorch: NaN"),
            new([1, NaN], [1, NaN], [NaN, NaN]),
            new([1e4, 1e4], [1e4, 1e4 + Math.Log(2)], [2, 1]),
        ]),
        new("MaskedSoftmax", x => MaskedSoftmax(x, Kept(x)),
        [
            new([], [], []), new([NaN, 1, 1], [0, 0.5, 0.5], [0, -0.25, 0.25]), new([Infinity], [0], [0], Masked),
            new([0, 1, NaN], [NaN, NaN, NaN], [0, NaN, NaN]),
        ]),
        new("MaskedLogSumExp", x => MaskedLogSumExp(x, Kept(x)),
        [
            new([], [-Infinity], []), new([NaN, 1, 1], [1 + Math.Log(2)], [0, 0.5, 0.5]), new([Infinity], [-Infinity], [0], Masked),
            new([0, 1, NaN], [NaN], [0, NaN, NaN]),
        ]),
        new("Sort", x => Sort(x), [new([], [], []), new([NaN, 2, -Infinity], [-Infinity, 2, NaN], [3, 2, 1]), new([1, 1], [1, 1], [1, 2])]),
        new("ArgSort", x => ArgSort(x), [new([], [], []), new([NaN, 2, -Infinity], [2, 1, 0], [0, 0, 0]), new([0, -0.0], [0, 1], [0, 0])]),
        new("TopK", x => TopK(x, 2), [new([1, NaN, 3], [NaN, 3], [0, 1, 2]), new([1, 1, 1], [1, 1], [1, 2, 0], "of equal ones the first")]),
        new("ArgTopK", x => ArgTopK(x, 2), [new([1, NaN, 3], [1, 2], [0, 0, 0]), new([1, 1, 1], [0, 1], [0, 0, 0])]),
        new("ArgMax", x => ArgMax(x), [new([1, NaN, 3], [1], [0, 0, 0]), new([-1, -1], [0], [0, 0])]),
        new("ArgMin", x => ArgMin(x), [new([1, NaN, 3], [1], [0, 0, 0]), new([-1, -1], [0], [0, 0])]),
        new("ScatterRowsMax", x => ScatterRowsMax(x, [0, 2, 0], 3),
        [
            new([1, 5, 1], [1, -Infinity, 5], [0.5, 3, 0.5], "at a tie each the same"),
            new([1, 5, NaN], [NaN, -Infinity, 5], [NaN, 3, NaN]),
        ]),
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
        // The row as the bias, so as the logits.
        new("LinearCrossEntropy",
            x => LinearCrossEntropy(Tensor.Ones([1, 1], x.ElementType), Tensor.Zeros([1, x.ElementCount], x.ElementType), x, [0]),
        [
            new([0, Math.Log(3)], [Math.Log(4)], [-0.75, 0.75]),
            new([-Infinity, 1], [Infinity], [-1, 1]),
            new([-Infinity, -Infinity], [Infinity], [-1, 0], "what would make the label possible; PyTorch: NaN"),
            new([Infinity, 1], [0], [0, 0], "as its softmax; PyTorch: NaN"),
            new([Infinity, Infinity], [Math.Log(2)], [-0.5, 0.5], "that of all other equal numbers; PyTorch: NaN"),
            new([NaN, 1], [NaN], [NaN, NaN]),
            new([1e4, 1e4], [Math.Log(2)], [-0.5, 0.5]),
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
        new("Standardise", x => Standardise(x, 1),
        [
            new([-1, 1], [-Math.Sqrt(0.5), Math.Sqrt(0.5)], [-Math.Sqrt(0.03125), Math.Sqrt(0.03125)]),
            new([1, 1], [0, 0], [-0.5, 0.5]),
            new([Infinity, 1], [NaN, NaN], [NaN, NaN]),
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

    // All but the first.
    static Tensor Kept(Tensor x) =>
        Tensor.From([.. Enumerable.Range(0, x.ElementCount).Select(i => i > 0 ? 1.0 : 0)], x.Shape, x.ElementType);

    // Of a running maximum; those of a minimum are its mirror.
    static EdgeCase[] RunningExtremes =>
    [
        new([], [], []),
        new([1, 1, 0], [1, 1, 1], [3.5, 2.5, 0], "at a tie each the same, whatever their order is; PyTorch: the last"),
        new([-Infinity, -Infinity, 2], [-Infinity, -Infinity, 2], [2, 1, 3], "as every tie"),
        new([1, 3, NaN], [1, 3, NaN], [NaN, NaN, NaN]),
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

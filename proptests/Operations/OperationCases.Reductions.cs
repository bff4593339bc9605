using static Autograd.Functions;

namespace Autograd.PropertyTests;

internal static partial class OperationCases
{
    delegate Tensor Reduction(Tensor x, params ReadOnlySpan<int> axes);

    static IEnumerable<OperationCase> Reductions =>
    [
        Over("Sum", Sum, mayBeEmpty: true),
        Over("SumKeepingAxes", SumKeepingAxes, mayBeEmpty: true),
        Over("Mean", Mean),
        Over("MeanKeepingAxes", MeanKeepingAxes),
        Over("Variance", Variance),
        Over("StandardDeviation", (x, axes) => StandardDeviation(0.3 * x + Spread(x), axes)),
        Over("LogSumExp", LogSumExp, mayBeEmpty: true),
        Over("Product", Product, mayBeEmpty: true),
        Over("Product", "with zeros", Domain.Any, (x, axes) => Product(x * Greater(x, Tensor.Scalar(-0.5, x.ElementType)), axes)),
        Over("Norm", "", Domain.Divisor, Norm),
        Extreme("Max", Max),
        Extreme("Min", Min),
        new("SumTo", "", draw =>
        {
            var shape = draw.Shape();
            var target = draw.BroadcastingTo(shape);
            return new Trial(x => SumTo(x[0], target), draw.Values(shape, Domain.Any));
        }),
    ];

    /// <summary>Functions along one axis that keep the shape.</summary>
    static IEnumerable<OperationCase> Rows =>
    [
        Along("Softmax", Softmax),
        Along("LogSoftmax", LogSoftmax),
        Along("CumulativeSum", CumulativeSum),
        Along("Flip", Flip),
    ];

    // No two elements near each other.
    static Tensor Spread(Tensor x) =>
        Tensor.From([.. Enumerable.Range(0, x.ElementCount).Select(i => (double)i)], x.Shape).As(x.ElementType);

    static OperationCase Over(string function, Reduction reduce, bool mayBeEmpty = false) => Over(function, "", Domain.Any, reduce, mayBeEmpty);

    static OperationCase Over(string function, string variant, Domain domain, Reduction reduce, bool mayBeEmpty = false) => new(
        function,
        variant,
        draw =>
        {
            var shape = draw.Shape(mayBeEmpty: mayBeEmpty);
            int[] axes = draw.Axes(shape);
            return new Trial(x => reduce(x[0], axes), draw.Values(shape, domain));
        });

    static OperationCase Extreme(string function, Reduction reduce) => new(
        function,
        "",
        draw =>
        {
            var shape = draw.Shape(mayBeEmpty: false);
            int[] axes = draw.Axes(shape);
            return new Trial(x => reduce(x[0], axes), draw.Distinct(shape));
        });

    static OperationCase Along(string function, Func<Tensor, int, Tensor> apply) => Of(
        function,
        draw => draw.Shape(minimumRank: 1),
        (draw, shape) =>
        {
            int axis = draw.Axis(shape);
            return x => apply(x, axis);
        });
}

using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class OperationCases
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
        Along("Standardise", "", (x, axis) => Standardise(x, 0.1, axis), mayBeEmpty: false),
        Along("CumulativeSum", CumulativeSum),
        Along("CumulativeProduct", CumulativeProduct),
        Along("CumulativeProduct", "with zeros", (x, axis) => CumulativeProduct(x * Greater(x, -0.5), axis)),
        Ranked("CumulativeMax", CumulativeMax),
        Ranked("CumulativeMin", CumulativeMin),
        Along("CumulativeLogSumExp", CumulativeLogSumExp),
        Ranked("Sort", (x, axis) => Sort(x, axis)),
        Ranked("Sort", (x, axis) => Sort(x, axis, descending: true) * x) with { Variant = "descending" },
        Ranked("ArgSort", (x, axis) => ArgSort(x, axis) * x * x),
        Ranked("ArgMax", (x, axis) => ArgMax(x, axis)),
        Ranked("ArgMin", (x, axis) => ArgMin(x, axis)),
        new("TopK", "", draw => Topmost(draw, TopK)),
        new("ArgTopK", "", draw => Topmost(draw, ArgTopK)),
        new("MaskedSoftmax", "", draw => Hidden(draw, MaskedSoftmax)),
        new("MaskedLogSumExp", "", draw => Hidden(draw, (x, mask, axis) => MaskedLogSumExp(x, mask, axis))),
        Along("Flip", Flip),
    ];

    // Which element comes first does not change nearby.
    static OperationCase Ranked(string function, Func<Tensor, int, Tensor> apply) => new(
        function,
        "",
        draw =>
        {
            var shape = draw.Shape(minimumRank: 1, mayBeEmpty: false);
            int axis = draw.Axis(shape);
            return new Trial(x => apply(x[0], axis), draw.Distinct(shape));
        });

    static Trial Topmost(Draw draw, Func<Tensor, int, int, Tensor> apply)
    {
        var shape = draw.Shape(minimumRank: 1, mayBeEmpty: false);
        int axis = draw.Axis(shape), count = draw.Whole(0, shape.Lengths[axis < 0 ? axis + shape.Rank : axis]);
        return new Trial(x => apply(x[0], count, axis), draw.Distinct(shape));
    }

    static Trial Hidden(Draw draw, Func<Tensor, Tensor, int, Tensor> apply)
    {
        var shape = draw.Shape(minimumRank: 1);
        int axis = draw.Axis(shape);
        var mask = Greater(draw.Values(shape, Domain.Any), Tensor.Scalar(-0.5, ElementType.Float64));
        // At least one is left along the axis.
        int position = axis < 0 ? axis + shape.Rank : axis, length = shape.Lengths[position];
        if (length > 0) mask = Maximum(mask, Place(shape, position, length - 1));
        return new Trial(x => apply(x[0], mask.As(x[0].ElementType), axis), draw.Values(shape, Domain.Any));
    }

    // 1 at one place along an axis.
    static Tensor Place(Shape shape, int axis, int place) =>
        Pad(Tensor.Ones(shape.With(axis, 1), ElementType.Float64), axis, place, shape.Lengths[axis] - 1 - place);

    // No two elements near each other.
    static Tensor Spread(Tensor x) =>
        Tensor.From([.. Enumerable.Range(0, x.ElementCount).Select(i => (double)i)], x.Shape).As(x.ElementType);

    static OperationCase Over(string function, Reduction reduce, bool mayBeEmpty = false) =>
        Over(function, "", Domain.Any, reduce, mayBeEmpty);

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

    static OperationCase Along(string function, Func<Tensor, int, Tensor> apply) => Along(function, "", apply);

    static OperationCase Along(string function, string variant, Func<Tensor, int, Tensor> apply, bool mayBeEmpty = true) => Of(
        function,
        variant,
        draw => draw.Shape(minimumRank: 1, mayBeEmpty: mayBeEmpty),
        (draw, shape) =>
        {
            int axis = draw.Axis(shape);
            return x => apply(x, axis);
        });
}

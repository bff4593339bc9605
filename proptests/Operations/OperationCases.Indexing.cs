using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class OperationCases
{
    static IEnumerable<OperationCase> Indexing =>
    [
        Of("GatherRows", draw => draw.Shape(minimumRank: 1, mayBeEmpty: false), (draw, shape) =>
        {
            int[] indices = draw.Indices(draw.Whole(0, 4), shape[0]);
            return x => GatherRows(x, indices);
        }),
        Of("GatherRows", "used twice", draw => draw.Shape(minimumRank: 1, mayBeEmpty: false), (draw, shape) =>
        {
            int count = draw.Whole(1, 3);
            var (first, second) = (draw.Indices(count, shape[0]), draw.Indices(count, shape[0]));
            return x => GatherRows(x, first) * GatherRows(x, second) + x[..1];
        }),
        Of("ScatterRows", draw => draw.Shape(minimumRank: 1), (draw, shape) =>
        {
            int count = draw.Whole(1, 4);
            int[] indices = draw.Indices(shape[0], count);
            return x => ScatterRows(x, indices, count);
        }),
        new("ScatterRowsMax", "", draw =>
        {
            var shape = draw.Shape(minimumRank: 1);
            int count = draw.Whole(1, 3);
            // Every row of the result has one, so that it is finite.
            int[] indices = [.. Enumerable.Range(0, Math.Max(count, shape[0])).Select(i => i % count)];
            return new Trial(x => ScatterRowsMax(x[0], indices, count), draw.Distinct(shape.With(0, indices.Length)));
        }),
        new("TakeAlong", "", draw => Numbered(draw, (x, indices, _, axis) => TakeAlong(x, indices, axis), hasLength: true)),
        new("AddAlong", "", draw => Numbered(draw, AddAlong, hasLength: false)),
        Of("GatherAlong", draw => draw.Shape(minimumRank: 1, mayBeEmpty: false), (draw, shape) =>
        {
            int axis = draw.Axis(shape), count = draw.Whole(0, 3), position = axis < 0 ? axis + shape.Rank : axis;
            int[] indices = draw.Indices(shape.With(position, count).ElementCount, shape.Lengths[position]);
            return x => GatherAlong(x, indices, count, axis);
        }),
        Of("ScatterAlong", draw => draw.Shape(minimumRank: 1), (draw, shape) =>
        {
            int axis = draw.Axis(shape), length = draw.Whole(1, 4);
            int[] indices = draw.Indices(shape.ElementCount, length);
            return x => ScatterAlong(x, indices, length, axis);
        }),
        Of("OneHot", draw => draw.Shape(minimumRank: 2, maximumRank: 2), (draw, shape) =>
        {
            int[] labels = draw.Indices(shape[0], Math.Max(shape[1], 1));
            return shape[1] == 0 ? x => x : x => x * OneHot(labels, shape[1], x.ElementType);
        }),
        Of("Dropout", draw => draw.Shape(), (draw, _) =>
        {
            var (rate, key) = (draw.OneOf(0.0, 0.3, 0.8), draw.Key());
            return x => Dropout(x, rate, key);
        }),
        Of("DropoutMask", draw => draw.Shape(), (draw, shape) =>
        {
            var (rate, key) = (draw.Number(0, 0.9), draw.Key());
            return x => x * DropoutMask(shape, rate, key, x.ElementType) * x;
        }),
        Of("StepMask", draw => draw.Shape(), (draw, shape) =>
        {
            var (rate, key) = (draw.Number(0, 0.9), draw.Key());
            return x => x * StepMask(shape, rate, key, x.ElementType) * x;
        }),
    ];

    // With numbers below the length of the axis, or of the one of the result.
    static Trial Numbered(Draw draw, Func<Tensor, Tensor, int, int, Tensor> apply, bool hasLength)
    {
        var shape = draw.Shape(minimumRank: 1, mayBeEmpty: false);
        int axis = draw.Axis(shape), position = axis < 0 ? axis + shape.Rank : axis, length = draw.Whole(1, 4);
        var numbered = hasLength ? shape.With(position, length) : shape;
        int[] indices = draw.Indices(numbered.ElementCount, hasLength ? shape.Lengths[position] : length);
        return new Trial(
            x => apply(x[0], Tensor.From([.. indices.Select(i => (double)i)], numbered).As(x[0].ElementType), length, axis),
            draw.Values(shape, Domain.Any));
    }
}

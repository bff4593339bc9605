using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class OperationCases
{
    static IEnumerable<OperationCase> Shapes =>
    [
        new("BroadcastTo", "", draw =>
        {
            var shape = draw.Shape();
            return new Trial(x => BroadcastTo(x[0], shape), draw.Values(draw.BroadcastingTo(shape), Domain.Any));
        }),
        Of("Repeat", draw => draw.Shape(minimumRank: 1), (draw, shape) =>
        {
            var (times, axis) = (draw.Whole(1, 3), draw.Axis(shape));
            return x => Repeat(x, times, axis);
        }),
        Of("Permute", draw => draw.Shape(), (draw, shape) =>
        {
            int[] order = draw.Permutation(shape.Rank);
            if (shape.Rank > 0 && draw.Flag()) order[0] -= shape.Rank;
            return x => Permute(x, order);
        }),
        Of("Transpose", draw => draw.Shape(minimumRank: 2), (_, _) => Transpose),
        Of("SwapAxes", draw => draw.Shape(minimumRank: 1), (draw, shape) =>
        {
            var (first, second) = (draw.Axis(shape), draw.Axis(shape));
            return x => SwapAxes(x, first, second);
        }),
        Of("MoveAxis", draw => draw.Shape(minimumRank: 1), (draw, shape) =>
        {
            var (from, to) = (draw.Axis(shape), draw.Axis(shape));
            return x => MoveAxis(x, from, to);
        }),
        Of("Reshape", draw => draw.Shape(), (draw, shape) =>
        {
            int[] lengths = [1, .. draw.Permutation(shape.Rank).Select(axis => shape.Lengths[axis])];
            if (shape.ElementCount > 0 && draw.Flag()) lengths[draw.Whole(0, shape.Rank)] = -1;
            return x => Reshape(x, lengths);
        }),
        new("ReverseSequences", "", draw =>
        {
            var shape = draw.Shape(minimumRank: 2);
            int[] lengths = draw.Indices(shape[1], shape[0] + 1);
            return new Trial(x => ReverseSequences(x[0], lengths), draw.Values(shape, Domain.Any));
        }),
    ];

    /// <summary>Cutting and joining.</summary>
    static IEnumerable<OperationCase> Parts =>
    [
        Of("At", draw => draw.Shape(minimumRank: 1, mayBeEmpty: false), (draw, shape) =>
        {
            int index = draw.Whole(0, shape[0] - 1);
            return draw.Flag() ? x => At(x, index) : x => x[^(shape[0] - index)];
        }),
        Of("Slice(Tensor, Range)", draw => draw.Shape(minimumRank: 1), (draw, shape) =>
        {
            int start = draw.Whole(0, shape[0]), end = draw.Whole(start, shape[0]);
            return draw.Flag() ? x => Slice(x, start..end) : x => x[start..^(shape[0] - end)];
        }),
        Of("Slice(Tensor, Int32, Int32, Int32, Int32)", draw => draw.Shape(minimumRank: 1), (draw, shape) =>
        {
            int axis = draw.Axis(shape), available = shape.Lengths[axis < 0 ? axis + shape.Rank : axis];
            int start = draw.Whole(0, available), step = draw.Whole(1, 3);
            int length = draw.Whole(0, (available - start + step - 1) / step);
            return x => Slice(x, axis, start, length, step);
        }),
        Of("Pad", draw => draw.Shape(minimumRank: 1), (draw, shape) =>
        {
            var (axis, before, after) = (draw.Axis(shape), draw.Whole(0, 2), draw.Whole(0, 2));
            return x => Pad(x, axis, before, after);
        }),
        new("Concatenate", "", Concatenated),
        new("Stack", "", draw =>
        {
            var shape = draw.Shape(maximumRank: 3);
            int axis = draw.Whole(-shape.Rank - 1, shape.Rank);
            var parts = Enumerable.Range(0, draw.Whole(1, 3)).Select(_ => draw.Values(shape, Domain.Any));
            return new Trial(x => Stack([.. x], axis), [.. parts]);
        }),
        Of("Unstack", draw => draw.Shape(minimumRank: 1, mayBeEmpty: false), (draw, shape) =>
        {
            int axis = draw.Axis(shape), count = shape.Lengths[axis < 0 ? axis + shape.Rank : axis];
            int[] used = draw.Indices(2, count);
            return x => Unstack(x, axis) is var parts ? parts[used[0]] * parts[used[1]] + parts[used[0]] : x;
        }),
        new("Unstack", "as right operands of products", draw =>
        {
            int parts = draw.Whole(1, 3), inner = draw.Whole(1, 3);
            return new Trial(
                x => Unstack(x[1]).Aggregate(x[0], (product, part) => MatMul(product, part)),
                draw.Values([draw.Whole(1, 3), inner], Domain.Any), draw.Values([parts, inner, inner], Domain.Any));
        }),
    ];

    static Trial Concatenated(Draw draw)
    {
        var shape = draw.Shape(minimumRank: 1);
        int axis = draw.Axis(shape);
        var parts = new Tensor[draw.Whole(1, 3)];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = draw.Values(shape.With(axis < 0 ? axis + shape.Rank : axis, draw.Whole(i == 0 ? 1 : 0, 3)), Domain.Any);
        return new Trial(x => Concatenate(axis, [.. x]), parts);
    }
}

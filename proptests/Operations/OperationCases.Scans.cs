using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class OperationCases
{
    static IEnumerable<OperationCase> Scans =>
    [
        new("LinearScan", "", draw =>
        {
            var shape = draw.Shape(minimumRank: 1);
            var (axis, fromEnd) = (draw.Axis(shape), draw.Flag());
            return new Trial(
                x => LinearScan(x[0], x[1], axis, fromEnd: fromEnd), draw.Values(shape, Domain.Any),
                draw.Values(draw.BroadcastingTo(shape), Domain.Any));
        }),
        new("LinearScan", "from a state", draw =>
        {
            var shape = draw.Shape(minimumRank: 1);
            var (axis, fromEnd) = (draw.Axis(shape), draw.Flag());
            var state = Autograd.Operations.Reduction.Without(shape, axis < 0 ? axis + shape.Rank : axis, 1);
            return new Trial(
                x => LinearScan(x[0], x[1], axis, x[2], fromEnd), draw.Values(draw.BroadcastingTo(shape), Domain.Any),
                draw.Values(shape, Domain.Any), draw.Values(draw.BroadcastingTo(state), Domain.Any));
        }),
    ];
}

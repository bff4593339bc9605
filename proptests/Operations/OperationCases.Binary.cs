using static Autograd.Functions;

namespace Autograd.PropertyTests;

internal static partial class OperationCases
{
    static IEnumerable<OperationCase> Binary =>
    [
        Pair("Add", Domain.Any, Domain.Any, Add),
        Pair("Subtract", Domain.Any, Domain.Any, Subtract),
        Pair("Multiply", Domain.Any, Domain.Any, Multiply),
        Pair("Divide", Domain.Any, Domain.Divisor, Divide),
        Of("Divide", "by and of numbers", Domain.Divisor, x => x / 3 + 2 / x),
        Pair("Power(Tensor, Tensor)", Domain.Positive, Domain.Any, Power),
        Apart("Maximum", Maximum),
        Apart("Minimum", Minimum),
        Apart("Greater", Greater),
        Apart("Greater", "as a factor", (x, y) => Greater(x, y) * x * y),
        new("Where", "", Choose),
    ];

    static OperationCase Pair(string function, Domain left, Domain right, Func<Tensor, Tensor, Tensor> apply) => new(
        function,
        "",
        draw =>
        {
            var shape = draw.Shape();
            return new Trial(
                x => apply(x[0], x[1]), draw.Values(draw.BroadcastingTo(shape), left), draw.Values(draw.BroadcastingTo(shape), right));
        });

    static OperationCase Apart(string function, Func<Tensor, Tensor, Tensor> apply) => Apart(function, "", apply);

    // Kinked where left and right are equal.
    static OperationCase Apart(string function, string variant, Func<Tensor, Tensor, Tensor> apply) => new(
        function,
        variant,
        draw =>
        {
            var shape = draw.Shape();
            return new Trial(x => apply(x[0], x[1]), draw.Distinct(draw.BroadcastingTo(shape)), draw.Distinct(draw.BroadcastingTo(shape), 0.5));
        });

    static Trial Choose(Draw draw)
    {
        var shape = draw.Shape();
        var condition = Greater(draw.Values(draw.BroadcastingTo(shape), Domain.Any), Tensor.Scalar(0, ElementType.Float64));
        return new Trial(
            x => Where(condition.As(x[0].ElementType), x[0], x[1]),
            draw.Values(draw.BroadcastingTo(shape), Domain.Any), draw.Values(draw.BroadcastingTo(shape), Domain.Any));
    }
}

using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class OperationCases
{
    static IEnumerable<OperationCase> Binary =>
    [
        Pair("Add", Domain.Any, Domain.Any, Add),
        Pair("Subtract", Domain.Any, Domain.Any, Subtract),
        Pair("Multiply", Domain.Any, Domain.Any, Multiply),
        Pair("Multiply", Domain.Any, Domain.Any, TimesSlope) with { Variant = "by a slope" },
        Pair("Divide", Domain.Any, Domain.Divisor, Divide),
        Pair("Divide", Domain.Any, Domain.Divisor, OverSlope) with { Variant = "by what a slope is the reciprocal of" },
        Of("Divide", "by and of numbers", Domain.Divisor, x => x / 3 + 2 / x),
        Pair("Power(Tensor, Tensor)", Domain.Positive, Domain.Any, Power),
        Pair("LogAddExp(Tensor, Tensor)", Domain.Any, Domain.Any, LogAddExp),
        Of("LogAddExp(Tensor, Double)", Domain.Any, x => LogAddExp(x, 0.4)),
        Apart("Maximum(Tensor, Tensor)", Maximum),
        Of("Maximum(Tensor, Double)", Domain.AwayFrom(0.3), x => Maximum(x, 0.3)),
        Apart("Minimum(Tensor, Tensor)", Minimum),
        Of("Minimum(Tensor, Double)", Domain.AwayFrom(-0.2), x => Minimum(x, -0.2)),
        new("Modulo(Tensor, Tensor)", "", Remain),
        Of("Modulo(Tensor, Double)", Domain.AwayFrom(-2, -1, 0, 1, 2), x => Modulo(0.75 * x, 0.75)),
        Pair("Atan2", Domain.Divisor, Domain.Divisor, Atan2),
        .. Comparisons,
        new("Where(Tensor, Tensor, Tensor)", "", Choose),
        Of("Where(Tensor, Tensor, Double)", Domain.NotZero, x => Where(Greater(x, 0), Square(x), -1.5)),
        Of("Where(Tensor, Double, Tensor)", Domain.NotZero, x => Where(Greater(x, 0), 0.25, Square(x) * x)),
        Of("Where(Tensor, Double, Double)", Domain.NotZero, x => Where(Greater(x, 0), 0.25, 2) * x * x),
    ];

    static IEnumerable<OperationCase> Comparisons =>
    [
        .. Compared("Greater", Greater, Greater),
        .. Compared("GreaterOrEqual", GreaterOrEqual, GreaterOrEqual),
        .. Compared("Less", Less, Less),
        .. Compared("LessOrEqual", LessOrEqual, LessOrEqual),
        .. Compared("Equal", Equal, Equal),
        .. Compared("NotEqual", NotEqual, NotEqual),
    ];

    static IEnumerable<OperationCase> Compared(
        string function, Func<Tensor, Tensor, Tensor> apply, Func<Tensor, double, Tensor> withNumber) =>
    [
        Apart($"{function}(Tensor, Tensor)", apply),
        Apart($"{function}(Tensor, Tensor)", "as a factor", (x, y) => apply(x, y) * x * y),
        Of($"{function}(Tensor, Double)", Domain.AwayFrom(0.5), x => withNumber(x, 0.5) * x * x),
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
            return new Trial(
                x => apply(x[0], x[1]), draw.Distinct(draw.BroadcastingTo(shape)), draw.Distinct(draw.BroadcastingTo(shape), 0.5));
        });

    // Quotients away from whole numbers: their multiples of 1 and a part between ¼ and ¾ more.
    static Trial Remain(Draw draw)
    {
        var shape = draw.Shape();
        var (part, divisor) = (draw.Values(shape, Domain.Between(0.25, 0.75)), draw.Values(draw.BroadcastingTo(shape), Domain.Divisor));
        double turns = draw.Whole(-2, 2);
        return new Trial(x => Modulo(x[0], x[1]), (part + turns) * divisor, divisor);
    }

    static Trial Choose(Draw draw)
    {
        var shape = draw.Shape();
        var condition = Greater(draw.Values(draw.BroadcastingTo(shape), Domain.Any), Tensor.Scalar(0, ElementType.Float64));
        return new Trial(
            x => Where(condition.As(x[0].ElementType), x[0], x[1]),
            draw.Values(draw.BroadcastingTo(shape), Domain.Any), draw.Values(draw.BroadcastingTo(shape), Domain.Any));
    }
}

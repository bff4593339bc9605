using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class OperationCases
{
    /// <summary>What changes derivatives or states its own, used such that they are those of the value.</summary>
    static IEnumerable<OperationCase> Gradients =>
    [
        Of("StopGradient", Domain.Any, x => Square(x) + StopGradient(0 * x)),
        Of("StraightThrough", Domain.AwayFrom(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5),
            x => Square(StraightThrough(Round(x), x) + StopGradient(x - Round(x)))),
        Of("WithGradient", Domain.Any, x => Square(WithGradient(Sin(x), cotangent => cotangent))),
        new(nameof(CustomOperation), "", draw =>
        {
            var shape = draw.Shape();
            return new Trial(x => new SquareTimes().Apply(x[0], x[1]), draw.Values(shape, Domain.Any), draw.Values(shape, Domain.Any));
        }),
    ];

    /// <summary>x²y, as somebody outside the library would write it.</summary>
    sealed class SquareTimes : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => operands[0] * operands[0] * operands[1];

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
            argument == 0 ? cotangent * 2 * operands[0] * operands[1] : cotangent * operands[0] * operands[0];

        public override Tensor? Jvp(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
        {
            var first = tangents[0] is { } x ? 2 * operands[0] * operands[1] * x : null;
            var second = tangents[1] is { } y ? operands[0] * operands[0] * y : null;
            return first is null ? second : second is null ? first : first + second;
        }

        // As of more axes, once both operands have them.
        public override Tensor Map(ReadOnlySpan<Tensor> operands, ReadOnlySpan<bool> isMapped, int rows)
        {
            var shape = operands[isMapped[0] ? 0 : 1].Shape;
            return Apply(Functions.BroadcastTo(operands[0], shape), Functions.BroadcastTo(operands[1], shape));
        }
    }
}

using static Autograd.Functions;

namespace Autograd.PropertyTests;

static partial class PlantedErrors
{
    static int[] Cycle => [1, 2, 0];

    static IEnumerable<PlantedError> InRules =>
    [
        Rule("softmax along the wrong axis", 1, 0, new RowOperation<SoftmaxRow>(default, -1), (in call, _, cotangent) =>
            call.Result * (cotangent - SumKeepingAxes(cotangent * call.Result, 0)), [2, 3]),
        Rule("slice off by one", 1, 0, new SliceOperation(1, 1, 2, 1), (in _, _, cotangent) => Pad(cotangent, 1, 2, 1), [2, 5]),
        Rule("order of axes instead of its inverse", 1, 0, new PermuteOperation(Cycle), (in _, _, cotangent) => Permute(cotangent, Cycle),
            [2, 2, 2]),
        Rule("running sum in the same direction", 1, 0, new CumulativeSumOperation(0, false),
            (in _, _, cotangent) => CumulativeSum(cotangent, 0), [4]),
        Rule("missing sum over broadcast columns", 1, 1, BinaryOperation<AddFunction>.Instance, (in _, argument, cotangent) =>
            argument == 0 ? cotangent : Slice(cotangent, 1, 0, 1), [2, 3], [2, 1]),
        Rule("reversal forgotten", 1, 0, new FlipOperation(0), (in _, _, cotangent) => cotangent, [4]),
        Rule("parts swapped", 1, 0, new ConcatenateOperation(0), (in _, argument, cotangent) => argument == 0 ? cotangent[2..]
            : cotangent[..2], [2], [2]),
        Rule("slope at the result", 1, 0, UnaryOperation<SinFunction>.Instance, (in call, _, cotangent) => cotangent * Cos(call.Result),
            [4]),
        Rule("cotangent forgotten", 1, 0, UnaryOperation<ExpFunction>.Instance, (in call, _, _) => call.Result, [4]),
        Rule("factor of one half", 1, 0, UnaryOperation<TanhFunction>.Instance,
            (in call, _, cotangent) => cotangent * (1 - Square(call.Result)) / 2, [4]),
        new("gradient where the mask is 0", 1, 0, planted => x =>
            Square(Dispatcher.Apply(planted ? new OtherRule(WhereOperation.Instance, WithoutMask)
                : WhereOperation.Instance, Mask, x[0], x[1])), [2, 2], [2, 2]),
        Rule("one operand taken for a constant", 2, 0, BinaryOperation<MultiplyFunction>.Instance, (in call, argument, cotangent) =>
            cotangent * (argument == 0 ? call[1] : call[0].Detach()), [3], [3]),
        Rule("wrong factor in the slope's slope", 2, 0, UnaryOperation<SinFunction>.Instance, (in call, _, cotangent) =>
            cotangent * Dispatcher.Apply(new OtherRule(UnaryOperation<CosFunction>.Instance, WrongCosine), call[0]), [4]),
    ];

    static Tensor Mask => Tensor.From(new double[,] { { 1, 0 }, { 0, 1 } });

    static Tensor? WithoutMask(in Call call, int argument, Tensor cotangent) => argument switch
    {
        0 => null,
        1 => cotangent,
        _ => Where(call[0], Tensor.Scalar(0, cotangent.ElementType), cotangent),
    };

    static Tensor WrongCosine(in Call call, int argument, Tensor cotangent) => -2 * cotangent * Sin(call[0]);
}

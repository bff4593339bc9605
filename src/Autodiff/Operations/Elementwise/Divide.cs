namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>left / right, broadcast. Slopes: 1/right and −result/right. IEEE 754 at 0: ±∞, or NaN for 0/0.</summary>
        public static Tensor Divide(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<DivideFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    readonly struct DivideFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Divide);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => left / right;

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => argument == 0
            ? Functions.OverSlope(vector, call[1])
            : -Functions.OverSlope(Functions.TimesSlope(vector, call.Result), call[1]);
    }
}

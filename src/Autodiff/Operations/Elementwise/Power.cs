using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// leftʳⁱᵍʰᵗ, broadcast; 1 for right = 0 and for left = 1. Slopes: right·left^(right−1), which is 0 for right = 0 even at left = 0
        /// or NaN, and result·log left, which is NaN for left &lt; 0, 0 for left = 0 and right ≥ 0, and −∞ for left = 0 and right &lt; 0.
        /// NaN for negative left unless right is whole.
        /// </summary>
        public static Tensor Power(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<PowerFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    readonly struct PowerFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Power);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => N.Power(left, right);

        public static bool TryEvaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            PowerLoop.Run<T>(left, right, result);
            return true;
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
        {
            var (left, right) = (call[0], call[1]);
            var zero = Tensor.Scalar(0, left.ElementType);
            if (argument == 0) return Functions.TimesSlope(vector, right * Functions.Power(WithoutPole(left, right, zero), right - 1));
            // Where it is 0 for every exponent nearby above, it does not change with the exponent.
            var isZero = Functions.Equal(left, zero) * Functions.GreaterOrEqual(right, zero);
            var logarithm = Functions.Log(Functions.Where(isZero, zero + 1, left));
            return Functions.TimesSlope(vector, Functions.Where(isZero, zero, call.Result * logarithm));
        }

        // The factor 0 of a zeroth power wins over 1/left where that is infinite or NaN, whatever is derived from it.
        static Tensor WithoutPole(Tensor left, Tensor right, Tensor zero)
        {
            var isPole = Functions.Equal(right, zero) * (1 - Functions.Greater(Functions.Abs(left), zero + 1e-37));
            return Functions.Where(isPole, zero + 1, left);
        }
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// log(eˡᵉᶠᵗ + eʳⁱᵍʰᵗ), broadcast, in the form max + log(1 + e^−|left − right|), which does not overflow. Slopes: σ(left − right)
        /// and σ(right − left). −∞ is the logarithm of 0: if one side is −∞, the result is the other side, and if both are, it is −∞. Two
        /// equal infinities have the slopes ½ and ½. NaN if either is.
        /// </summary>
        public static Tensor LogAddExp(Tensor left, Tensor right) =>
            Dispatcher.Apply(BinaryOperation<LogAddExpFunction>.Instance, left, right);

        /// <inheritdoc cref="LogAddExp(Tensor, Tensor)"/>
        /// <param name="left">Argument.</param>
        /// <param name="right">A plain number, which takes the tensor's element type.</param>
        public static Tensor LogAddExp(Tensor left, double right) => LogAddExp(left, Number(right, left));
    }
}

namespace Autograd.Operations
{
    readonly struct LogAddExpFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.LogAddExp);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
        {
            // Of equal infinities the difference would be NaN.
            var difference = N.Select(N.Equal(left, right), 0.0, left - right);
            return N.Maximum(left, right) + N.Softplus(-N.Abs(difference));
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
        {
            var (own, other) = (call[argument], call[1 - argument]);
            return vector * Functions.Sigmoid(Difference(own, other));
        }

        internal static Tensor Difference(Tensor left, Tensor right)
        {
            var difference = left - right;
            // An infinity less itself: equal sides whose difference is NaN.
            var isNaN = Functions.NotEqual(difference, difference);
            return Functions.Where(isNaN * Functions.Equal(left, right), 0, difference);
        }
    }
}

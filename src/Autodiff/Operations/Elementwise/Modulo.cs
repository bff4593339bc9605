namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// left − right·⌊left/right⌋, broadcast: the remainder of left after the largest multiple of right. It has the sign of right, and
        /// lies between 0 and right up to a rounding of left. Slopes: 1 and −⌊left/right⌋; where it jumps, that on the right-hand side. For
        /// right = ±∞ it is left if that has the same sign, otherwise ±∞, as in Python. NaN for right = 0, for left = ±∞, and where either
        /// is NaN.
        /// </summary>
        public static Tensor Modulo(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<ModuloFunction>.Instance, left, right);

        /// <inheritdoc cref="Modulo(Tensor, Tensor)"/>
        /// <param name="left">Argument.</param>
        /// <param name="right">A plain number, which takes the tensor's element type.</param>
        public static Tensor Modulo(Tensor left, double right) => Modulo(left, Number(right, left));
    }
}

namespace Autograd.Operations
{
    readonly struct ModuloFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Modulo);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
        {
            var multiple = Multiple(left, right);
            // No multiple of an infinite number is 0, and not NaN. The sign makes 0 of −0.
            return left - N.Select(N.Equal(multiple, 0.0), -0.0, right * multiple);
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector) =>
            argument == 0 ? vector : -(vector * Multiple(new TensorNumber(call[0]), new TensorNumber(call[1])).Tensor!);

        // ⌊left/right⌋, which is −1 and not −0 where the quotient of numbers of different signs is too small to be told from 0.
        static N Multiple<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
        {
            var quotient = left / right;
            var differ = N.Greater(left, 0.0) * N.Greater(0.0, right) + N.Greater(0.0, left) * N.Greater(right, 0.0);
            return N.Select(N.Equal(quotient, 0.0), -differ, N.Floor(quotient));
        }
    }
}

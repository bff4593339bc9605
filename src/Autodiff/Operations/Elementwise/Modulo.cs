namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// left − right·⌊left/right⌋, broadcast: what is left over of left beyond a multiple of right. It has the sign of right, and lies
        /// between 0 and right to a rounding of left. Slopes: 1 and −⌊left/right⌋; where it jumps, that on the right. NaN for right = 0,
        /// and where either is ±∞ or NaN.
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
    internal readonly struct ModuloFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Modulo);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => left - right * N.Floor(left / right);

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => argument == 0 ? vector : -(vector * Functions.Floor(call[0] / call[1]));
    }
}

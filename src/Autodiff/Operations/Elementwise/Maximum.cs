namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The larger of two, broadcast. At a tie, each side gets half of the slope. NaN if either is NaN, and so are both slopes.
        /// </summary>
        public static Tensor Maximum(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<MaximumFunction>.Instance, left, right);

        /// <inheritdoc cref="Maximum(Tensor, Tensor)"/>
        /// <param name="left">Argument.</param>
        /// <param name="right">A plain number, which takes the tensor's element type.</param>
        public static Tensor Maximum(Tensor left, double right) => Maximum(left, Number(right, left));
    }
}

namespace Autograd.Operations
{
    readonly struct MaximumFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Maximum);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => N.Maximum(left, right);

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => vector * Functions.Preference(call[argument], call[1 - argument], call.Result);
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// The smaller of two, broadcast. At a tie, each side gets half of the slope. NaN if either is NaN, and so are both slopes.
        /// </summary>
        public static Tensor Minimum(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<MinimumFunction>.Instance, left, right);

        /// <inheritdoc cref="Minimum(Tensor, Tensor)"/>
        /// <param name="left">Argument.</param>
        /// <param name="right">A plain number, which takes the tensor's element type.</param>
        public static Tensor Minimum(Tensor left, double right) => Minimum(left, Number(right, left));
    }
}

namespace Autograd.Operations
{
    readonly struct MinimumFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Minimum);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => N.Minimum(left, right);

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => vector * Functions.Preference(call[1 - argument], call[argument], call.Result);
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>1 where left &gt; right, otherwise 0, including where either is NaN; broadcast. Slope: 0 everywhere.</summary>
        public static Tensor Greater(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<GreaterFunction>.Instance, left, right);

        /// <inheritdoc cref="Greater(Tensor, Tensor)"/>
        /// <param name="left">Argument.</param>
        /// <param name="right">A plain number, which takes the tensor's element type.</param>
        public static Tensor Greater(Tensor left, double right) => Greater(left, Number(right, left));

        /// <summary>
        /// The share of the slope that goes to the left side of a maximum: 1 where it is larger, ½ at a tie, otherwise 0; NaN where the
        /// result is.
        /// </summary>
        internal static Tensor Preference(Tensor left, Tensor right, Tensor result)
        {
            var share = 0.5 * (Greater(left, right) - Greater(right, left)) + 0.5;
            return Where(Equal(result, result), share, double.NaN);
        }
    }
}

namespace Autograd.Operations
{
    readonly struct GreaterFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Greater);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => N.Greater(left, right);

        public Tensor? Propagate(in Call call, int argument, Tensor vector) => null;
    }
}

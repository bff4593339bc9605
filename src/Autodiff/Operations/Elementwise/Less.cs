namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>1 where left &lt; right, otherwise 0, including where either is NaN; broadcast. Slope: 0 everywhere.</summary>
        public static Tensor Less(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<LessFunction>.Instance, left, right);

        /// <inheritdoc cref="Less(Tensor, Tensor)"/>
        /// <param name="left">Argument.</param>
        /// <param name="right">A plain number, which takes the tensor's element type.</param>
        public static Tensor Less(Tensor left, double right) => Less(left, Number(right, left));
    }
}

namespace Autograd.Operations
{
    readonly struct LessFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Less);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => N.Greater(right, left);

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => null;
    }
}

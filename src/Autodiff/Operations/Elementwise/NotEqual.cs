namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// 1 where left ≠ right, including where either is NaN, otherwise 0; 0 and −0 are equal; broadcast. Slope: 0 everywhere.
        /// </summary>
        public static Tensor NotEqual(Tensor left, Tensor right) =>
            Dispatcher.Apply(BinaryOperation<NotEqualFunction>.Instance, left, right);

        /// <inheritdoc cref="NotEqual(Tensor, Tensor)"/>
        /// <param name="left">Argument.</param>
        /// <param name="right">A plain number, which takes the tensor's element type.</param>
        public static Tensor NotEqual(Tensor left, double right) => NotEqual(left, Number(right, left));
    }
}

namespace Autograd.Operations
{
    readonly struct NotEqualFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.NotEqual);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => 1.0 - N.Equal(left, right);

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => null;
    }
}

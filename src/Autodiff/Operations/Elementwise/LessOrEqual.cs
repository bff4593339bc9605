namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>1 where left ≤ right, otherwise 0, including where either is NaN; broadcast. Slope: 0 everywhere.</summary>
        public static Tensor LessOrEqual(Tensor left, Tensor right) =>
            Dispatcher.Apply(BinaryOperation<LessOrEqualFunction>.Instance, left, right);

        /// <inheritdoc cref="LessOrEqual(Tensor, Tensor)"/>
        /// <param name="left">Argument.</param>
        /// <param name="right">A plain number, which takes the tensor's element type.</param>
        public static Tensor LessOrEqual(Tensor left, double right) => LessOrEqual(left, Number(right, left));
    }
}

namespace Autograd.Operations
{
    readonly struct LessOrEqualFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.LessOrEqual);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => N.Greater(right, left) + N.Equal(left, right);

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => null;
    }
}

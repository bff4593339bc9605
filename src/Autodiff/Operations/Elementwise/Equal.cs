namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// 1 where left = right, otherwise 0, including where either is NaN; 0 and −0 are equal; broadcast. Slope: 0 everywhere.
        /// </summary>
        public static Tensor Equal(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<EqualFunction>.Instance, left, right);

        /// <inheritdoc cref="Equal(Tensor, Tensor)"/>
        /// <param name="left">Argument.</param>
        /// <param name="right">A plain number, which takes the tensor's element type.</param>
        public static Tensor Equal(Tensor left, double right) => Equal(left, Number(right, left));
    }
}

namespace Autograd.Operations
{
    readonly struct EqualFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Equal);

        public OperationForm? Form => OperationForm.Equality;

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => N.Equal(left, right);

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => null;
    }
}

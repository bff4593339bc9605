namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>left + right, broadcast. Slopes: 1 and 1.</summary>
        public static Tensor Add(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<AddFunction>.Instance, left, right);
    }
}

namespace Autograd.Operations
{
    internal readonly struct AddFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Add);

        public N Value<N>(N left, N right)
            where N : struct, ISlopeNumber<N>
            => left + right;

        public Tensor? Propagate(in Call call, int argument, Tensor vector)
            => vector;
    }
}

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Sigmoid linear unit, also called swish (Elfwing, Uchibe, Doya 2018): x·σ(x). Slope: s + y(1 − s) with s = σ(x). −0 where σ(x)
        /// is 0.
        /// </summary>
        public static Tensor Silu(Tensor x) => Dispatcher.Apply(UnaryOperation<SiluFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct SiluFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Silu);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            // At −∞ the second factor is 0.
            => N.Maximum(x, -1e30) * N.Sigmoid(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
        {
            var s = N.Sigmoid(x);
            // At ∞ the second factor is 0.
            return vector * (s + N.Minimum(y, 1e30) * (1.0 - s));
        }
    }
}

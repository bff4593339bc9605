namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Gaussian error linear unit (Hendrycks, Gimpel 2016) x·Φ(x), Φ the distribution function of the standard normal distribution.
        /// Slope: Φ(x) + x·φ(x), with its density φ. −0 at −∞. See <see cref="Gelu"/> for the tanh form.
        /// </summary>
        public static Tensor ExactGelu(Tensor x) => Dispatcher.Apply(UnaryOperation<ExactGeluFunction>.Instance, x);

        /// <summary>Φ(x). Slope: φ(x) = e^(−x²/2)/√(2π).</summary>
        internal static Tensor NormalDistribution(Tensor x) => Dispatcher.Apply(UnaryOperation<NormalDistributionFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    readonly struct ExactGeluFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.ExactGelu);

        public OperationCost Cost => OperationCost.Expensive;

        // Where the second factor is 0, no infinity may meet it.
        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.Maximum(x, -1e30) * N.NormalDistribution(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
        {
            var limited = N.Minimum(N.Maximum(x, -1000.0), 1000.0);
            return vector * (N.NormalDistribution(limited) + limited * NormalDistributionFunction.Density(limited));
        }
    }

    readonly struct NormalDistributionFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.NormalDistribution);

        public OperationCost Cost => OperationCost.Expensive;

        public N Value<N>(N x)
            where N : struct, ISlopeNumber<N>
            => N.NormalDistribution(x);

        public N Propagate<N>(N vector, N x, N y)
            where N : struct, ISlopeNumber<N>
            => vector * Density(x);

        internal static N Density<N>(N x)
            where N : struct, ISlopeNumber<N>
            => 0.39894228040143267794 * N.Exp(-0.5 * (x * x));
    }
}

using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Exponential linear unit (Clevert, Unterthiner, Hochreiter 2015): x where x > 0, else α(eˣ − 1). Slope at 0: α.</summary>
        /// <param name="x">Argument.</param>
        /// <param name="alpha">−α is the limit at −∞; 1 by default. Must be finite.</param>
        public static Tensor Elu(Tensor x, double alpha = 1)
        {
            Require.Finite(nameof(Elu), nameof(alpha), alpha);
            return Dispatcher.Apply(new UnaryOperation<EluFunction>(new(alpha)), x);
        }
    }
}

namespace Autograd.Operations
{
    internal readonly record struct EluFunction(double Alpha) : IUnaryFunction
    {
        public string Name => nameof(Functions.Elu);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T factor = T.CreateChecked(Alpha);
            for (int i = 0; i < x.Length; i++) y[i] = x[i] > T.Zero ? x[i] : factor * ExpM1Function.Accurate(x[i]);
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.Select(N.Greater(x, 0.0), 1.0, y + Alpha);
    }
}

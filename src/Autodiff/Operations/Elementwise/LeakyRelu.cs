using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>Leaky rectifier (Maas, Hannun, Ng 2013): x where x > 0, else αx. Slope at 0: α.</summary>
        /// <param name="x">Argument.</param>
        /// <param name="alpha">Slope below 0; 0.01 by default. Must be finite.</param>
        public static Tensor LeakyRelu(Tensor x, double alpha = 0.01)
        {
            Require.Finite(nameof(LeakyRelu), nameof(alpha), alpha);
            return Dispatcher.Apply(new UnaryOperation<LeakyReluFunction>(new(alpha)), x);
        }
    }
}

namespace Autograd.Operations
{
    internal readonly record struct LeakyReluFunction(double Alpha) : IUnaryFunction
    {
        public string Name => nameof(Functions.LeakyRelu);

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T factor = T.CreateChecked(Alpha);
            for (int i = 0; i < x.Length; i++) y[i] = x[i] > T.Zero ? x[i] : factor * x[i];
        }

        public bool TryValue<N>(N x, out N y)
            where N : struct, ISlopeNumber<N>
        {
            y = N.Select(N.Greater(x, 0.0), x, Alpha * x);
            return true;
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => N.Select(N.Greater(x, 0.0), 1.0, Alpha);
    }
}

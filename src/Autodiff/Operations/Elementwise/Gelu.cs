using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>
        /// Gaussian error linear unit in its tanh form (Hendrycks, Gimpel 2016): ½x(1 + tanh(√(2/π)(x + 0.044715x³))). It differs from x·Φ(x) by less than 5·10⁻⁴. NaN at −∞.
        /// </summary>
        public static Tensor Gelu(Tensor x) => Dispatcher.Apply(UnaryOperation<GeluFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct GeluFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Gelu);

        const double Cubic = 0.044715;
        const double Scale = 0.79788456080286535588;

        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T half = T.CreateChecked(0.5), cubic = T.CreateChecked(Cubic), scale = T.CreateChecked(Scale);
            for (int i = 0; i < x.Length; i++)
                y[i] = half * x[i] * (T.One + T.Tanh(scale * (x[i] + cubic * x[i] * x[i] * x[i])));
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            {
            var t = N.Tanh(Scale * (x + Cubic * (x * x * x)));
            return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * (Scale * (1.0 + 3 * Cubic * (x * x)));
        }
    }
}

using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>log(1 + x), accurate near 0. Slope: 1/(1 + x). At −1 −∞; NaN below −1.</summary>
        public static Tensor Log1P(Tensor x) => Dispatcher.Apply(UnaryOperation<Log1PFunction>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct Log1PFunction : IUnaryFunction
    {
        public string Name => nameof(Functions.Log1P);

        // TensorPrimitives.LogP1 rounds 1 + x first and so loses what this function is for.
        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = Accurate(x[i]);
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => 1.0 / (1.0 + x);

        // Kahan's correction: the rounding error of u = 1 + x cancels in x / (u − 1).
        internal static T Accurate<T>(T x)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T u = T.One + x;
            if (u == T.One || T.IsPositiveInfinity(u)) return x;
            return T.Log(u) * (x / (u - T.One));
        }
    }
}

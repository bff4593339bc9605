using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>eˣ − 1, accurate near 0. Slope: y + 1. At −∞ −1, at ∞ ∞.</summary>
        public static Tensor ExpM1(Tensor x) => Dispatcher.Apply(UnaryOperation<ExpM1Function>.Instance, x);
    }
}

namespace Autograd.Operations
{
    internal readonly struct ExpM1Function : IUnaryFunction
    {
        public string Name => nameof(Functions.ExpM1);

        // TensorPrimitives.ExpM1 subtracts 1 from the rounded exponential and so loses what this function is for.
        public void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = Accurate(x[i]);
        }

        public N Slope<N>(N x, N y)
            where N : struct, ISlopeNumber<N>
            => y + 1.0;

        // Kahan's correction: u − 1 and log u carry the same rounding error of u = eˣ, which cancels in their quotient.
        internal static T Accurate<T>(T x)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            T u = T.Exp(x);
            if (u == T.One) return x;
            T difference = u - T.One;
            if (difference == -T.One || T.IsPositiveInfinity(u)) return difference;
            return difference * (x / T.Log(u));
        }
    }
}

using System.Numerics;

namespace Autograd
{
    public static partial class Functions
    {
        /// <summary>1 where left &gt; right, else 0, also where either is NaN; broadcast. Slope: 0 everywhere.</summary>
        public static Tensor Greater(Tensor left, Tensor right) => Dispatcher.Apply(BinaryOperation<GreaterFunction>.Instance, left, right);

        /// <summary>The share of the slope that goes to the left side of a maximum: 1 where it is larger, ½ at a tie, else 0.</summary>
        internal static Tensor Preference(Tensor left, Tensor right) => 0.5 * (Greater(left, right) - Greater(right, left)) + 0.5;
    }
}

namespace Autograd.Operations
{
    internal readonly struct GreaterFunction : IBinaryFunction
    {
        public string Name => nameof(Functions.Greater);

        public void Evaluate<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < result.Length; i++) result[i] = left[i] > right[i] ? T.One : T.Zero;
        }

        public void Evaluate<T>(ReadOnlySpan<T> left, T right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < result.Length; i++) result[i] = left[i] > right ? T.One : T.Zero;
        }

        public void Evaluate<T>(T left, ReadOnlySpan<T> right, Span<T> result)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < result.Length; i++) result[i] = left > right[i] ? T.One : T.Zero;
        }

        public bool TryValue<N>(N left, N right, out N result)
            where N : struct, ISlopeNumber<N>
        {
            result = N.Greater(left, right);
            return true;
        }

        public Tensor? Propagate(in Call call, int argument, Tensor vector) => null;
    }
}

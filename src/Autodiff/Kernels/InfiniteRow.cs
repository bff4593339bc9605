using System.Numerics;

namespace Autograd.Kernels;

/// <summary>Softmax of rows whose largest element is infinite or NaN, so that it cannot be taken from the others.</summary>
static class InfiniteRow
{
    /// <summary>
    /// Equal shares of those that are ∞, and 0 for all others; NaN for all of a row with a NaN. The spans may be the same.
    /// </summary>
    public static void Share<T>(ReadOnlySpan<T> x, T largest, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (T.IsNaN(largest))
        {
            y.Fill(largest);
            return;
        }
        T share = T.One / T.CreateChecked(Math.Max(1, x.Count(T.PositiveInfinity)));
        for (int i = 0; i < x.Length; i++) y[i] = T.IsPositiveInfinity(x[i]) ? share : T.Zero;
    }
}

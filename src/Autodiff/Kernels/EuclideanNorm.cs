using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.Kernels;

/// <summary>√Σx², which neither overflows nor underflows before the result does.</summary>
static class EuclideanNorm
{
    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T squares = x.Length == 0 ? T.Zero : LongSum.OfSquares(x);
        return IsExact(squares) ? T.Sqrt(squares) : Scaled(x);
    }

    /// <summary>As <see cref="IRowFunction.ReduceColumns"/>.</summary>
    public static bool TryOfColumns<T>(ReadOnlySpan<T> columns, Span<T> norms)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        LaneSum.OfColumns(columns, norms, areSquared: true);
        foreach (T squares in norms)
            if (!IsExact(squares))
                return false;
        TensorPrimitives.Sqrt(norms, norms);
        return true;
    }

    // What squares lose by underflow is below a rounding of their sum.
    static bool IsExact<T>(T squares)
        where T : unmanaged, IFloatingPointIeee754<T>
        => squares > T.CreateChecked(typeof(T) == typeof(float) ? 1e-24 : 1e-276) && T.IsFinite(squares);

    // By a power of two, so that nothing is rounded that need not be.
    static T Scaled<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = x.IsEmpty ? T.Zero : T.Abs(TensorPrimitives.MaxMagnitude(x));
        if (largest == T.Zero || !T.IsFinite(largest)) return largest;
        int exponent = T.ILogB(largest);
        return T.ScaleB(T.Sqrt(SquaresOfScaled(x, exponent)), exponent);
    }

    // Halved as any long sum is.
    static T SquaresOfScaled<T>(ReadOnlySpan<T> x, int exponent)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length > LongSum.LongRun)
        {
            int half = LongSum.Half<T>(x.Length);
            return SquaresOfScaled(x[..half], exponent) + SquaresOfScaled(x[half..], exponent);
        }
        Span<T> scaled = stackalloc T[x.Length];
        for (int i = 0; i < x.Length; i++) scaled[i] = T.ScaleB(x[i], -exponent);
        return LongSum.OfSquares<T>(scaled);
    }
}

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
        // Above it what squares lose by underflow is below a rounding of their sum.
        T small = T.CreateChecked(typeof(T) == typeof(float) ? 1e-24 : 1e-276);
        return squares > small && T.IsFinite(squares) ? T.Sqrt(squares) : Scaled(x);
    }

    // By a power of two, so that nothing is rounded that need not be.
    static T Scaled<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = x.IsEmpty ? T.Zero : T.Abs(TensorPrimitives.MaxMagnitude(x));
        if (largest == T.Zero || !T.IsFinite(largest)) return largest;
        int exponent = T.ILogB(largest);
        T sum = T.Zero;
        foreach (T element in x)
        {
            T scaled = T.ScaleB(element, -exponent);
            sum += scaled * scaled;
        }
        return T.ScaleB(T.Sqrt(sum), exponent);
    }
}

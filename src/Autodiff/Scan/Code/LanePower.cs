using System.Numerics;
using System.Runtime.Intrinsics;

namespace Autograd.Scan;

/// <summary>Powers of vectors. The platform has them of single numbers only, so they are formed one by one.</summary>
static class LanePower
{
    public static Vector512<T> Of512<T>(Vector512<T> x, Vector512<T> exponent)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector512.Create(Of256(x.GetLower(), exponent.GetLower()), Of256(x.GetUpper(), exponent.GetUpper()));

    public static Vector256<T> Of256<T>(Vector256<T> x, Vector256<T> exponent)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector256.Create(Of128(x.GetLower(), exponent.GetLower()), Of128(x.GetUpper(), exponent.GetUpper()));

    public static Vector128<T> Of128<T>(Vector128<T> x, Vector128<T> exponent)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var result = Vector128<T>.Zero;
        for (int i = 0; i < Vector128<T>.Count; i++) result = result.WithElement(i, T.Pow(x[i], exponent[i]));
        return result;
    }
}

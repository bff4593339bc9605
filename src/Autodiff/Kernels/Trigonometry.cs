using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>
/// Sine and cosine as arithmetic: x = n·π/2 + r with r within π/4, and polynomials in r (Moshier, Cephes library). The platform computes a
/// whole vector in another way where one of its elements is large or NaN, or all are small; here each element depends on nothing beside it.
/// </summary>
static class Trigonometry
{
    /// <summary>What is larger is left to the platform, one by one.</summary>
    public static double Limit(bool isSingle) => isSingle ? 1e4 : 1e6;

    /// <summary>sin x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Sin<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var (r, n) = Reduced(x);
        return N.SinBeyond(x, OfQuadrant(r, n, x));
    }

    /// <summary>cos x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Cos<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var (r, n) = Reduced(x);
        return N.CosBeyond(x, OfQuadrant(r, n + 1.0, 1.0));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (N Remainder, N Quarters) Reduced<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        N shift = Rounding.ToWhole(x.IsSingle);
        var n = N.MultiplyAdd(x, 0.63661977236758134308, shift) - shift;
        // π/2 in parts, of which n times all but the last is exact.
        var r = N.MultiplyAdd(n, x.IsSingle ? -1.5703125 : -1.57079632673412561417, x);
        r = N.MultiplyAdd(n, x.IsSingle ? -4.837512969970703125e-4 : -6.07710050630396597660e-11, r);
        r = N.MultiplyAdd(n, x.IsSingle ? -7.549533620476722717e-8 : -2.02226624879595063154e-21, r);
        return (x.IsSingle ? N.MultiplyAdd(n, -2.5633441515945187882e-12, r) : r, n);
    }

    // The sine of r + n·π/2. Where n is 0 a zero keeps the sign that it had.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N OfQuadrant<N>(N r, N n, N sign)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var square = r * r;
        var sine = N.MultiplyAdd(r.IsSingle ? SingleSine(square) : DoubleSine(square), square * r, r);
        var cosine = N.MultiplyAdd(r.IsSingle ? SingleCosine(square) : DoubleCosine(square), square * square, 1.0 - 0.5 * square);
        var isOdd = n - 2.0 * N.Floor(0.5 * n);
        var half = n - 4.0 * N.Floor(0.25 * n);
        var y = N.SelectGreater(isOdd, 0.5, cosine, sine);
        y = N.SelectGreater(half, 1.5, -y, y);
        return N.Select(N.Equal(y, 0.0), N.CopySign(y, sign), y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N SingleSine<N>(N z)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
        => N.MultiplyAdd(N.MultiplyAdd(-1.9515295891e-4, z, 8.3321608736e-3), z, -1.6666654611e-1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N SingleCosine<N>(N z)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
        => N.MultiplyAdd(N.MultiplyAdd(2.443315711809948e-5, z, -1.388731625493765e-3), z, 4.166664568298827e-2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N DoubleSine<N>(N z)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var p = N.MultiplyAdd(1.58962301576546568060e-10, z, -2.50507477628578072866e-8);
        p = N.MultiplyAdd(p, z, 2.75573136213857245213e-6);
        p = N.MultiplyAdd(p, z, -1.98412698295895385996e-4);
        p = N.MultiplyAdd(p, z, 8.33333333332211858878e-3);
        return N.MultiplyAdd(p, z, -1.66666666666666307295e-1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N DoubleCosine<N>(N z)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var p = N.MultiplyAdd(-1.13585365213876817300e-11, z, 2.08757008419747316778e-9);
        p = N.MultiplyAdd(p, z, -2.75573141792967388112e-7);
        p = N.MultiplyAdd(p, z, 2.48015872888517045348e-5);
        p = N.MultiplyAdd(p, z, -1.38888888888730564116e-3);
        return N.MultiplyAdd(p, z, 4.16666666666665929218e-2);
    }
}

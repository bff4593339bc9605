using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>
/// Φ(x) = ½·erfc(−x/√2) as arithmetic. From (1 + 2a)·e^(a²)·erfc(a) as a polynomial in (a − 4)/(a + 4), which is near 1 for all a ≥ 0
/// (Shepherd and Laframboise 1981); its coefficients are those of the Chebyshev series, formed with 60 digits.
/// </summary>
static class NormalDistribution
{
    /// <summary>Φ(x), accurate to a few units in the last place on both sides; 0 below the smallest normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static N Of<N>(N x)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        // Beyond 40 it is 0 or 1. The argument comes second, so that a NaN passes.
        var magnitude = N.MinimumNative(40.0, N.Abs(x));
        var a = magnitude * 0.70710678118654752440;
        var s = (a - 4.0) / (a + 4.0);
        var p = a.IsSingle ? Single(s) : Double(s);
        // What rounding takes from the square would be multiplied by the exponential.
        var square = magnitude * magnitude;
        var lost = Rounding.LostByHalves(magnitude, magnitude, square);
        var exponential = Exponential.Apart(-0.5 * square);
        var tail = 0.5 * (p / (1.0 + 2.0 * a)) * (exponential - 0.5 * lost * exponential);
        return N.SelectGreater(x, 0.0, 1.0 - tail, tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N Single<N>(N s)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var p = N.MultiplyAdd(-9.59929495706415665e-6, s, -8.62530335285636907e-6);
        p = N.MultiplyAdd(p, s, 0.000147805705192125447);
        p = N.MultiplyAdd(p, s, -0.000220404494393900008);
        p = N.MultiplyAdd(p, s, -0.000755329394228731711);
        p = N.MultiplyAdd(p, s, 0.00504722928310543972);
        p = N.MultiplyAdd(p, s, -0.0161988942968060779);
        p = N.MultiplyAdd(p, s, 0.0371614828710814467);
        p = N.MultiplyAdd(p, s, -0.0663300682792819653);
        p = N.MultiplyAdd(p, s, 0.0937340734440190607);
        p = N.MultiplyAdd(p, s, -0.101039103405888683);
        p = N.MultiplyAdd(p, s, 0.0680969414172752316);
        p = N.MultiplyAdd(p, s, 0.0153796538879893123);
        p = N.MultiplyAdd(p, s, -0.139621113854268669);
        return N.MultiplyAdd(p, s, 1.23299511861157097);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static N Double<N>(N s)
        where N : struct, ISlopeNumber<N>, ILaneNumber<N>
    {
        var p = N.MultiplyAdd(-2.65959969027019071e-10, s, 9.31174497821852188e-10);
        p = N.MultiplyAdd(p, s, 3.16958819158065174e-9);
        p = N.MultiplyAdd(p, s, -1.23468660438157399e-8);
        p = N.MultiplyAdd(p, s, -2.05606492757389651e-8);
        p = N.MultiplyAdd(p, s, 1.06338556185930128e-7);
        p = N.MultiplyAdd(p, s, 7.74699272702365916e-8);
        p = N.MultiplyAdd(p, s, -8.21093904256031273e-7);
        p = N.MultiplyAdd(p, s, 2.91973337796249268e-7);
        p = N.MultiplyAdd(p, s, 5.70660441489571168e-6);
        p = N.MultiplyAdd(p, s, -0.0000112212870123534539);
        p = N.MultiplyAdd(p, s, -0.0000243977464224364043);
        p = N.MultiplyAdd(p, s, 0.00015062149001240471);
        p = N.MultiplyAdd(p, s, -0.000199257146610911888);
        p = N.MultiplyAdd(p, s, -0.000757773261373095629);
        p = N.MultiplyAdd(p, s, 0.00503197006765748892);
        p = N.MultiplyAdd(p, s, -0.0161977340597992662);
        p = N.MultiplyAdd(p, s, 0.0371675155265556702);
        p = N.MultiplyAdd(p, s, -0.066330365812186977);
        p = N.MultiplyAdd(p, s, 0.0937328349990944081);
        p = N.MultiplyAdd(p, s, -0.101039066036300554);
        p = N.MultiplyAdd(p, s, 0.0680970542546690878);
        p = N.MultiplyAdd(p, s, 0.015379652102619604);
        p = N.MultiplyAdd(p, s, -0.139621116840562292);
        return N.MultiplyAdd(p, s, 1.23299511862555251);
    }
}

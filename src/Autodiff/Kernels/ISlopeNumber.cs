using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>
/// The arithmetic in which an elementwise function's value and slope are written, once. Read with vectors it is the function on spans and
/// the fast pass of a backward sweep; read with tensors it is recorded, and can be differentiated again; read by the scan compiler it
/// becomes code.
/// </summary>
/// <typeparam name="N">The type that is a number here.</typeparam>
interface ISlopeNumber<N>
    where N : struct, ISlopeNumber<N>
{
    static abstract N operator +(N left, N right);

    static abstract N operator -(N left, N right);

    static abstract N operator *(N left, N right);

    static abstract N operator /(N left, N right);

    static abstract N operator -(N value);

    static abstract implicit operator N(double value);

    /// <summary>scale · value + shift; where a number makes a step superfluous it may be left out.</summary>
    static virtual N ScaleShift(N value, double scale, double shift) => value * scale + shift;

    static abstract N Exp(N value);

    /// <summary>Natural logarithm: −∞ at 0, NaN below.</summary>
    static abstract N Log(N value);

    static abstract N Sin(N value);

    static abstract N Cos(N value);

    static abstract N Sigmoid(N value);

    static abstract N Tanh(N value);

    /// <summary>log(1 + eˣ); 0 where eˣ is.</summary>
    static abstract N Softplus(N value);

    /// <summary>Φ, the distribution function of the standard normal distribution.</summary>
    static abstract N NormalDistribution(N value);

    static abstract N Abs(N value);

    /// <summary>value to the power of exponent; 1 for the exponent 0.</summary>
    static abstract N Power(N value, N exponent);

    /// <summary>The largest whole number that is not above. Its slope is 0.</summary>
    static abstract N Floor(N value);

    /// <summary>The nearest whole number, of two equally near ones the even one. Its slope is 0.</summary>
    static abstract N Round(N value);

    /// <summary>1 where left &gt; right, else 0 (also where either is NaN). Its slope is 0.</summary>
    static abstract N Greater(N left, N right);

    /// <summary>1 where left = right, else 0 (also where either is NaN). Its slope is 0.</summary>
    static abstract N Equal(N left, N right);

    /// <summary>
    /// <paramref name="yes"/> where the mask is not 0, else <paramref name="no"/>; the branch not taken never contributes.
    /// </summary>
    static abstract N Select(N mask, N yes, N no);

    static abstract N Sqrt(N value);

    static abstract N Maximum(N left, N right);

    static abstract N Minimum(N left, N right);

    /// <summary>eᵛᵃˡᵘᵉ − 1 with all digits near 0.</summary>
    static abstract N ExpM1(N value);

    /// <summary><paramref name="yes"/> where left &gt; right, else <paramref name="no"/>, also where either is NaN.</summary>
    static virtual N SelectGreater(N left, N right, N yes, N no) => N.Select(N.Greater(left, right), yes, no);

    /// <summary>
    /// vector · slope for a slope that may be infinite or NaN: a vector of 0 stays 0, since what does not count has no gradient, whatever
    /// it holds.
    /// </summary>
    static virtual N TimesSlope(N vector, N slope) => N.Select(N.Equal(vector, 0.0), vector, vector * slope);

    /// <summary>
    /// vector / divisor, a product with the slope 1/divisor that is right where the slope itself would overflow; a vector of 0 stays 0.
    /// </summary>
    static virtual N OverSlope(N vector, N divisor) => N.Select(N.Equal(vector, 0.0), vector, vector / divisor);

    /// <summary>
    /// A slope that does not depend on the argument between its kinks: NaN where the argument is, so that a NaN is not lost.
    /// </summary>
    static virtual N WhereNumber(N argument, N slope) => N.Select(N.Equal(argument, argument), slope, double.NaN);

    /// <summary>The derivative of ψ = (log Γ)′ of an order, ψ itself for 0.</summary>
    static virtual N Polygamma(N value, int order) => GammaFunction.Polygamma(value, order);

    /// <summary>
    /// log(1 + value) with all digits near 0, by Kahan's correction: the rounding error of u = 1 + value cancels in value / (u − 1).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual N Log1P(N value) => Logarithm.OfOnePlus(value);
}

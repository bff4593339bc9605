using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>
/// The arithmetic in which an elementwise function's value and slope are written, once. Read with vectors it is the function on spans and
/// the fast pass of a backward sweep; read with tensors it is recorded, and can be differentiated again; read by the scan compiler it
/// becomes code.
/// </summary>
/// <typeparam name="N">The type that is a number here.</typeparam>
internal interface ISlopeNumber<N>
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

    /// <summary><paramref name="yes"/> where the mask is not 0, else <paramref name="no"/>; the branch not taken never contributes.</summary>
    static abstract N Select(N mask, N yes, N no);

    static abstract N Sqrt(N value);

    static abstract N Maximum(N left, N right);

    static abstract N Minimum(N left, N right);

    /// <summary>
    /// eᵛᵃˡᵘᵉ − 1 with all digits near 0, by Kahan's correction: u − 1 and log u carry the same rounding error of u = eᵛᵃˡᵘᵉ, which
    /// cancels in their quotient. Far from 0, where the quotient would be of infinities, it is not needed.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual N ExpM1(N value)
    {
        var u = N.Exp(value);
        var difference = u - 1.0;
        var corrected = N.Select(N.Equal(difference, 0.0), value, difference * (value / N.Log(u)));
        return N.Select(N.Greater(N.Abs(value), 40.0), difference, corrected);
    }

    /// <summary>
    /// log(1 + value) with all digits near 0, by Kahan's correction: the rounding error of u = 1 + value cancels in value / (u − 1).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual N Log1P(N value)
    {
        var u = 1.0 + value;
        var difference = u - 1.0;
        // Neither is divided where both are 0, nor where both are infinite.
        var isExact = N.Equal(difference, 0.0) + N.Equal(value, double.PositiveInfinity);
        return N.Select(isExact, value, N.Log(u) * (value / difference));
    }
}

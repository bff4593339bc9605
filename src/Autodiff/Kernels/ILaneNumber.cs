namespace Autograd.Kernels;

/// <summary>
/// Numbers that lie in the lanes of a register: beside the arithmetic of functions the few operations on their bits of which exponentials
/// are made.
/// </summary>
/// <typeparam name="N">The type that is a number here.</typeparam>
interface ILaneNumber<N> : ISlopeNumber<N>
    where N : struct, ILaneNumber<N>
{
    /// <summary>Whether the lanes are <c>float</c>, not <c>double</c>.</summary>
    bool IsSingle { get; }

    /// <summary>
    /// A number in all lanes, of another's type: where code is written, one that is computed with at run time, and so rounded as lanes are.
    /// </summary>
    static abstract N Constant(N like, double value);

    /// <summary>left · right + addend, rounded once where the processor can.</summary>
    static abstract N MultiplyAdd(N left, N right, N addend);

    /// <summary>As the processor does it: the second operand where either is NaN.</summary>
    static abstract N MaximumNative(N left, N right);

    /// <inheritdoc cref="MaximumNative"/>
    static abstract N MinimumNative(N left, N right);

    /// <summary>The first with the sign of the second.</summary>
    static abstract N CopySign(N value, N sign);

    /// <summary>value · 2ⁿ, where n is in the low bits of the second; value and result must be normal numbers.</summary>
    static abstract N ScaleByPowerOfTwo(N value, N shifted);

    /// <summary>
    /// e of x = 2ᵉ·m with m between √½ and √2, in the low bits of 1.5·2²³ (<c>double</c>: 1.5·2⁵²); x must be a positive normal number.
    /// </summary>
    static abstract N ShiftedExponent(N x);

    /// <summary>m of x = 2ᵉ·m with m between √½ and √2; x must be a positive normal number.</summary>
    static abstract N Mantissa(N x);

    /// <summary>The sine of x where it is beyond <see cref="Trigonometry.Limit"/>, else what is given.</summary>
    static abstract N SinBeyond(N x, N near);

    /// <summary>The cosine of x where it is beyond <see cref="Trigonometry.Limit"/>, else what is given.</summary>
    static abstract N CosBeyond(N x, N near);
}

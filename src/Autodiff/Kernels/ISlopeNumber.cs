namespace Autograd.Kernels;

/// <summary>
/// The arithmetic in which an elementwise function's slope is written, once, and its value where a kernel can be made of it. Read with vectors it is the
/// fast pass of a backward sweep; read with tensors it is recorded, and can be differentiated again; read by the scan compiler it becomes code.
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

    static abstract N Exp(N value);

    static abstract N Sin(N value);

    static abstract N Cos(N value);

    static abstract N Sigmoid(N value);

    static abstract N Tanh(N value);

    static abstract N Abs(N value);

    static abstract N Power(N value, double exponent);

    /// <summary>1 where left &gt; right, else 0 (also where either is NaN). Its slope is 0.</summary>
    static abstract N Greater(N left, N right);

    /// <summary><paramref name="yes"/> where the mask is not 0, else <paramref name="no"/>; the branch not taken never contributes.</summary>
    static abstract N Select(N mask, N yes, N no);

    static abstract N Sqrt(N value);

    static abstract N Maximum(N left, N right);

    static abstract N Minimum(N left, N right);
}

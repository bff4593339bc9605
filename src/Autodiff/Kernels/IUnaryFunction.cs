using System.Numerics;

namespace Autograd.Kernels;

/// <summary>A function of one number: its value on spans, and its slope, stated once in terms of argument x and value y.</summary>
internal interface IUnaryFunction
{
    string Name { get; }

    /// <summary>y = f(x).</summary>
    void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>dy/dx.</summary>
    N Slope<N>(N x, N y)
        where N : struct, ISlopeNumber<N>;

    /// <summary>y = f(x) in arithmetic, for a kernel of several functions; false where the function is more than arithmetic.</summary>
    bool TryValue<N>(N x, out N y)
        where N : struct, ISlopeNumber<N>
    {
        y = default;
        return false;
    }
}

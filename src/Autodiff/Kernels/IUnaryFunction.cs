using System.Numerics;

namespace Autograd.Kernels;

/// <summary>
/// A function of one number: its value, which is its definition, and a vector times its slope in terms of argument x and value y, each
/// written once. Read with vectors the value fills spans; read by the scan compiler it becomes part of a pass.
/// </summary>
interface IUnaryFunction
{
    string Name { get; }

    /// <summary>What it costs to compute the value again.</summary>
    OperationCost Cost => OperationCost.Cheap;

    /// <summary>Whether the slope is 0 everywhere, so that nothing is propagated.</summary>
    static virtual bool IsFlat => false;

    /// <summary>Those attributes of the function that are plain numbers.</summary>
    double[] Numbers => [];

    /// <summary>y = f(x).</summary>
    N Value<N>(N x)
        where N : struct, ISlopeNumber<N>;

    /// <summary>y = f(x) with other numbers in the place of <see cref="Numbers"/>.</summary>
    N Value<N>(N x, ReadOnlySpan<N> numbers)
        where N : struct, ISlopeNumber<N>
        => Value(x);

    /// <summary>Whether spans are filled by loops of the function's own, which are faster than its value in vectors.</summary>
    static virtual bool HasOwnLoop => false;

    /// <summary>Fills a span with the same values.</summary>
    void Evaluate<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
        => throw new NotSupportedException($"{Name} has no loop of its own.");

    /// <summary>vector · dy/dx. NaN where x is, unless the slope does not depend on x.</summary>
    N Propagate<N>(N vector, N x, N y)
        where N : struct, ISlopeNumber<N>;
}

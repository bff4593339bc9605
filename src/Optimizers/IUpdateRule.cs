using System.Numerics;

namespace Autograd.Optimizers;

/// <summary>
/// How one element of a parameter is updated, written once for both element types and run on as many elements at a time as the machine's
/// vectors hold.
/// <code>
/// readonly struct Momentum&lt;T&gt;(double rate, double mu) : IUpdateRule&lt;T&gt; where T : unmanaged, IFloatingPointIeee754&lt;T&gt;
/// {
///     public static int Slots => 1;
///     public Vector&lt;T&gt; Next(
///         Vector&lt;T&gt; value, Vector&lt;T&gt; gradient,
///         ref Vector&lt;T&gt; first, ref Vector&lt;T&gt; second, ref Vector&lt;T&gt; third)
///     {
///         first = first * T.CreateTruncating(mu) + gradient;
///         return value - first * T.CreateTruncating(rate);
///     }
/// }
/// </code>
/// As a struct, the rule costs no calls. It must treat every lane alike: the last elements of a parameter are padded with zeros to a whole
/// vector.
/// </summary>
/// <typeparam name="T"><c>float</c> or <c>double</c>.</typeparam>
public interface IUpdateRule<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many state slots the rule reads and writes: from 0 to 3, in the order in which the optimizer names them.</summary>
    static abstract int Slots { get; }

    /// <summary>The next value of some elements.</summary>
    /// <param name="value">The elements now.</param>
    /// <param name="gradient">Their gradient, clipped, L2 penalty added.</param>
    /// <param name="first">The first state slot, to be replaced; zero if the rule has none.</param>
    /// <param name="second">The second state slot, to be replaced; zero if the rule has none.</param>
    /// <param name="third">The third state slot, to be replaced; zero if the rule has none.</param>
    Vector<T> Next(Vector<T> value, Vector<T> gradient, ref Vector<T> first, ref Vector<T> second, ref Vector<T> third);
}

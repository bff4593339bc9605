using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// The logistic map (May 1976), <c>x_{t+1} = r x_t (1 − x_t)</c>: a fixed point, periods 2, 4, 8 … and chaos as r rises to 4, where the
/// Lyapunov exponent is ln 2, the density 1 / (π √(x (1 − x))), the mean 1/2 and the variance 1/8.
/// </summary>
public static class LogisticMap
{
    /// <summary>Makes a series.</summary>
    /// <param name="count">How many samples; at least 1.</param>
    /// <param name="r">The growth rate, from 0 to 4; beyond that, x leaves [0, 1].</param>
    /// <param name="start">x_0, from 0 to 1; 0.1 by default. At r = 4 a start of 0.5 falls to 0 in two steps and stays there.</param>
    /// <param name="discard">
    /// How many samples are left out before the first; at least 0. With 0, the first sample is <paramref name="start"/> itself.
    /// </param>
    /// <param name="cancellation">Stops before the next step.</param>
    /// <returns>x_discard, x_{discard + 1}, …</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range or NaN.</exception>
    public static double[] Generate(int count, double r, double start = 0.1, int discard = 0, CancellationToken cancellation = default)
    {
        Require.AtLeast("LogisticMap", nameof(count), count, 1);
        Require.AtLeast("LogisticMap", nameof(discard), discard, 0);
        if (r is not (>= 0 and <= 4))
            throw new ArgumentOutOfRangeException(nameof(r), r, Invariant($"LogisticMap: r must be from 0 to 4; it is {r}."));
        if (start is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(start), start, Invariant($"LogisticMap: start must be from 0 to 1; it is {start}."));
        double x = start;
        for (int t = 0; t < discard; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            x = r * x * (1 - x);
        }
        Require.Length(nameof(LogisticMap), nameof(count), count);
        var samples = new double[count];
        for (int t = 0; t < count; t++, x = r * x * (1 - x)) samples[t] = x;
        return samples;
    }
}

using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// Sizes at which models of different kinds have the same number of parameters, so that a comparison is one of kinds and not of sizes.
/// </summary>
public static class ParameterMatch
{
    /// <summary>The size whose number of parameters is closest to a given one; of two that are equally close, the smaller.</summary>
    /// <param name="parameters">The number of parameters wanted.</param>
    /// <param name="count">
    /// The number of parameters of a model of a given size; must grow with the size. Called about 2·log₂ of the size times.
    /// </param>
    /// <param name="least">The least size allowed; at least 1, the default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of parameters or the least size is below 1.</exception>
    /// <exception cref="ArgumentException">The number does not grow with the size.</exception>
    public static int Size(long parameters, Func<int, long> count, int least = 1)
    {
        ArgumentNullException.ThrowIfNull(count);
        Require.AtLeast(nameof(ParameterMatch), nameof(parameters), parameters, 1);
        int low = Require.AtLeast(nameof(ParameterMatch), nameof(least), least, 1), high = low;
        // low stays below or at the number, high above or at it.
        for (long before = count(low); count(high) < parameters;)
        {
            (low, high) = (high, checked(2 * high));
            long now = count(high);
            if (now <= before)
                throw new ArgumentException(
                    Invariant($"{nameof(ParameterMatch)}: size {high} has {now} parameters, size {low} {before}; the number must grow."),
                    nameof(count));
            before = now;
        }
        while (high - low > 1)
        {
            int middle = low + (high - low) / 2;
            (low, high) = count(middle) < parameters ? (middle, high) : (low, middle);
        }
        return parameters - count(low) <= count(high) - parameters || low == high ? low : high;
    }
}

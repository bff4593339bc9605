using static System.FormattableString;

namespace Autograd.Layers;

/// <summary>How the next symbol is chosen from a model's logits. Immutable.</summary>
public abstract class Sampler
{
    private protected Sampler()
    {
    }

    /// <summary>The most probable symbol; the lowest of them at a tie.</summary>
    public static Sampler Greedy { get; } = new TruncatedSampler(1, 1, 1);

    /// <summary>A random symbol, with the model's probabilities.</summary>
    public static Sampler Random { get; } = Temperature(1);

    /// <summary>
    /// A random symbol with probabilities p^(1/τ) / Σ p^(1/τ): below 1 the probable ones gain, above 1 all become more alike.
    /// </summary>
    /// <param name="temperature">τ, positive. For the limit 0 use <see cref="Greedy"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is 0, negative, NaN or infinite.</exception>
    public static Sampler Temperature(double temperature) =>
        new TruncatedSampler(int.MaxValue, 1, Require.Positive($"{nameof(Sampler)}.{nameof(Temperature)}", nameof(temperature), temperature));

    /// <summary>A random one of the k most probable symbols, with their probabilities renormalised (Fan, Lewis and Dauphin 2018).</summary>
    /// <param name="k">How many, at least 1; the lowest symbols of those that tie for the last place.</param>
    /// <param name="temperature">τ, applied first; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1, or the temperature not positive and finite.</exception>
    public static Sampler TopK(int k, double temperature = 1)
    {
        const string Operation = $"{nameof(Sampler)}.{nameof(TopK)}";
        return new TruncatedSampler(Require.AtLeast(Operation, nameof(k), k, 1), 1, Require.Positive(Operation, nameof(temperature), temperature));
    }

    /// <summary>
    /// A random symbol of the nucleus: the fewest most probable symbols whose probabilities add up to at least p, renormalised (Holtzman et
    /// al. 2020).
    /// </summary>
    /// <param name="p">Above 0, at most 1.</param>
    /// <param name="temperature">τ, applied first; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">p is not above 0 and at most 1, or the temperature not positive and
    /// finite.</exception>
    public static Sampler Nucleus(double p, double temperature = 1)
    {
        const string Operation = $"{nameof(Sampler)}.{nameof(Nucleus)}";
        return new TruncatedSampler(int.MaxValue, Require.Share(Operation, nameof(p), p), Require.Positive(Operation, nameof(temperature), temperature));
    }

    /// <summary>The probability with which each symbol is chosen.</summary>
    /// <param name="logits">One for each symbol; −∞ for one that cannot be.</param>
    /// <exception cref="ArgumentException">There are no symbols, a logit is NaN or +∞, or all are −∞.</exception>
    public abstract double[] Probabilities(ReadOnlySpan<double> logits);

    /// <summary>
    /// The largest logit, NaN if there is one; anything but a finite one is an error, because nothing could be said to be the most
    /// probable.
    /// </summary>
    internal static double Largest(string operation, ReadOnlySpan<double> logits)
    {
        double largest = double.NegativeInfinity;
        foreach (double logit in logits) largest = Math.Max(largest, logit);
        if (double.IsFinite(largest)) return largest;
        string message = Invariant($"{operation}: the largest of {logits.Length} logits is {largest}; a symbol can be chosen only if it is finite.");
        throw new ArgumentException(message, nameof(logits));
    }

    /// <summary>The symbol that belongs to a number uniform in [0, 1).</summary>
    /// <inheritdoc cref="Probabilities"/>
    /// <param name="uniform">A random number.</param>
    /// <param name="logits"/>
    public int Choose(ReadOnlySpan<double> logits, double uniform)
    {
        var probabilities = Probabilities(logits);
        int last = 0;
        for (int symbol = 0; symbol < probabilities.Length; symbol++)
        {
            if (probabilities[symbol] == 0) continue;
            last = symbol;
            if ((uniform -= probabilities[symbol]) < 0) return symbol;
        }
        // Rounding may leave a rest of the last one.
        return last;
    }
}

sealed class TruncatedSampler(int count, double share, double temperature) : Sampler
{
    public override double[] Probabilities(ReadOnlySpan<double> logits)
    {
        var probabilities = Tempered(logits);
        if (count >= probabilities.Length && share == 1) return probabilities;
        int[] order = [.. Enumerable.Range(0, probabilities.Length)];
        // Stable: ties keep the order of the symbols.
        order = [.. order.OrderByDescending(symbol => probabilities[symbol])];
        double total = 0;
        int kept = 0;
        while (kept < Math.Min(count, order.Length) && (kept == 0 || total < share)) total += probabilities[order[kept++]];
        foreach (int symbol in order.AsSpan(kept)) probabilities[symbol] = 0;
        foreach (int symbol in order.AsSpan(0, kept)) probabilities[symbol] /= total;
        return probabilities;
    }

    // From the largest logit, so that no temperature overflows.
    double[] Tempered(ReadOnlySpan<double> logits)
    {
        double largest = Largest(nameof(Sampler), logits);
        var probabilities = new double[logits.Length];
        double sum = 0;
        for (int i = 0; i < probabilities.Length; i++) sum += probabilities[i] = Math.Exp((logits[i] - largest) / temperature);
        for (int i = 0; i < probabilities.Length; i++) probabilities[i] /= sum;
        return probabilities;
    }
}

using static System.FormattableString;

namespace Autograd.Layers;

/// <summary>How the next symbol is chosen from a model's logits. Immutable.</summary>
public abstract class Sampler
{
    private protected Sampler()
    {
    }

    /// <summary>The most probable symbol; at a tie, the lowest of them.</summary>
    public static Sampler Greedy { get; } = new TruncatedSampler(1, 1, 1);

    /// <summary>A random symbol, with the model's probabilities.</summary>
    public static Sampler Random { get; } = Temperature(1);

    /// <summary>
    /// A random symbol with probabilities p^(1/τ) / Σ p^(1/τ): below 1, probable symbols gain; above 1, all become more alike.
    /// </summary>
    /// <param name="temperature">τ, positive. For the limit 0 use <see cref="Greedy"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is 0, negative, NaN or infinite.</exception>
    public static Sampler Temperature(double temperature) =>
        new TruncatedSampler(
            int.MaxValue, 1, Require.Positive($"{nameof(Sampler)}.{nameof(Temperature)}", nameof(temperature), temperature));

    /// <summary>A random one of the k most probable symbols, with their probabilities renormalised (Fan, Lewis and Dauphin 2018).</summary>
    /// <param name="k">How many, at least 1; if symbols tie for the last place, the lowest.</param>
    /// <param name="temperature">τ, applied first; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1, or the temperature not positive and finite.</exception>
    public static Sampler TopK(int k, double temperature = 1)
    {
        const string Operation = $"{nameof(Sampler)}.{nameof(TopK)}";
        return new TruncatedSampler(
            Require.AtLeast(Operation, nameof(k), k, 1), 1, Require.Positive(Operation, nameof(temperature), temperature));
    }

    /// <summary>
    /// A random symbol from the nucleus, the smallest set of most probable symbols whose probabilities add up to at least p, renormalised
    /// (Holtzman et al. 2020).
    /// </summary>
    /// <param name="p">Above 0, at most 1.</param>
    /// <param name="temperature">τ, applied first; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">p is not above 0 and at most 1, or the temperature not positive and
    /// finite.</exception>
    public static Sampler Nucleus(double p, double temperature = 1)
    {
        const string Operation = $"{nameof(Sampler)}.{nameof(Nucleus)}";
        return new TruncatedSampler(
            int.MaxValue, Require.Share(Operation, nameof(p), p), Require.Positive(Operation, nameof(temperature), temperature));
    }

    /// <summary>
    /// A random symbol from the nucleus among the k most probable symbols: both of the limits above, k first, so that p is a share of the
    /// probability of those k.
    /// </summary>
    /// <param name="k">How many at most, at least 1.</param>
    /// <param name="p">Above 0, at most 1.</param>
    /// <param name="temperature">τ, applied first; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static Sampler TopKNucleus(int k, double p, double temperature = 1)
    {
        const string Operation = $"{nameof(Sampler)}.{nameof(TopKNucleus)}";
        Require.AtLeast(Operation, nameof(k), k, 1);
        Require.Share(Operation, nameof(p), p);
        return new TruncatedSampler(k, p, Require.Positive(Operation, nameof(temperature), temperature));
    }

    /// <summary>
    /// This sampler, with a penalty on symbols that are already in the text, prompt included: before anything else, their logits are
    /// divided by θ where they are positive, and multiplied by it elsewhere (Keskar et al. 2019, section 4.1, with the sign taken into
    /// account as in later implementations).
    /// </summary>
    /// <param name="penalty">θ, at least 1; 1 changes nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The penalty is below 1 or not finite.</exception>
    public Sampler WithRepetitionPenalty(double penalty) =>
        new PenalizingSampler(this, Require.AtLeast($"{nameof(Sampler)}.{nameof(WithRepetitionPenalty)}", nameof(penalty), penalty, 1));

    /// <summary>The probability with which each symbol is chosen after a text.</summary>
    /// <inheritdoc cref="Probabilities(ReadOnlySpan{double})"/>
    /// <param name="logits">One per symbol; −∞ for an impossible one.</param>
    /// <param name="text">The symbols so far; those without a logit do not count.</param>
    public virtual double[] Probabilities(ReadOnlySpan<double> logits, IEnumerable<int> text) => Probabilities(logits);

    /// <summary>The probability with which each symbol is chosen.</summary>
    /// <param name="logits">One per symbol; −∞ for an impossible one.</param>
    /// <exception cref="ArgumentException">There are no symbols, a logit is NaN or +∞, or all are −∞.</exception>
    public abstract double[] Probabilities(ReadOnlySpan<double> logits);

    /// <summary>
    /// The largest logit, NaN if there is one; anything but a finite one is an error, because nothing could be said to be the most
    /// probable.
    /// </summary>
    private protected static double Largest(string operation, ReadOnlySpan<double> logits)
    {
        double largest = double.NegativeInfinity;
        foreach (double logit in logits) largest = Math.Max(largest, logit);
        if (double.IsFinite(largest)) return largest;
        string message =
            Invariant($"{operation}: the largest of {logits.Length} logits is {largest}; a symbol can be chosen only if it is finite.");
        throw new ArgumentException(message, nameof(logits));
    }

    /// <summary>Throws unless the largest logit is finite.</summary>
    internal static void CheckFinite(string operation, ReadOnlySpan<double> logits) => _ = Largest(operation, logits);

    /// <summary>The symbol chosen by a number uniform in [0, 1).</summary>
    /// <inheritdoc cref="Probabilities(ReadOnlySpan{double})"/>
    /// <param name="uniform">A random number.</param>
    /// <param name="logits">One per symbol; −∞ for an impossible one.</param>
    public int Choose(ReadOnlySpan<double> logits, double uniform) => Choose(Probabilities(logits), uniform);

    /// <summary>The symbol chosen by a number uniform in [0, 1), after a text.</summary>
    /// <inheritdoc cref="Probabilities(ReadOnlySpan{double}, IEnumerable{int})"/>
    /// <param name="uniform">A random number.</param>
    /// <param name="logits">One per symbol; −∞ for an impossible one.</param>
    /// <param name="text">The symbols so far; those without a logit do not count.</param>
    public int Choose(ReadOnlySpan<double> logits, double uniform, IEnumerable<int> text) => Choose(Probabilities(logits, text), uniform);

    static int Choose(double[] probabilities, double uniform)
    {
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

sealed class PenalizingSampler(Sampler inner, double penalty) : Sampler
{
    public override double[] Probabilities(ReadOnlySpan<double> logits) => inner.Probabilities(logits);

    public override double[] Probabilities(ReadOnlySpan<double> logits, IEnumerable<int> text)
    {
        var penalized = logits.ToArray();
        var repeated = text.ToHashSet();
        foreach (int symbol in repeated)
        {
            if ((uint)symbol >= (uint)penalized.Length) continue;
            ref double logit = ref penalized[symbol];
            logit = logit > 0 ? logit / penalty : logit * penalty;
        }
        return inner.Probabilities(penalized, repeated);
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
        // Of the first k, those whose shares among them add up.
        double whole = 0, total = 0;
        foreach (int symbol in order.AsSpan(0, Math.Min(count, order.Length))) whole += probabilities[symbol];
        int kept = 0;
        if (count >= order.Length) whole = 1;
        while (kept < Math.Min(count, order.Length) && (kept == 0 || total < share * whole)) total += probabilities[order[kept++]];
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
        for (int i = 0; i < probabilities.Length; i++) sum += probabilities[i] = Elementary.Exp((logits[i] - largest) / temperature);
        for (int i = 0; i < probabilities.Length; i++) probabilities[i] /= sum;
        return probabilities;
    }
}

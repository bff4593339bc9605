using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// How well symbols are predicted, from mean cross-entropies over batches. With N symbols in all, each batch counting by its own:
/// <code>
/// Nats = Σ symbols · nats / N,  Bits = Nats / ln 2 (of a symbol),  Value = exp(Nats)
/// </code>
/// The perplexity is the number of symbols among which a guess would be as hard (Jelinek, Mercer, Bahl, Baker 1977). Nothing is allocated.
/// Not safe for use from several threads at once.
/// </summary>
public sealed class Perplexity
{
    readonly RunningMean mean = new();

    /// <summary>Symbols added.</summary>
    public long Symbols { get; private set; }

    /// <summary>Mean cross-entropy of a symbol, in nats.</summary>
    /// <exception cref="MetricException">No symbol was added yet.</exception>
    public double Nats => Symbols > 0 ? mean.Value : throw MetricException.Empty(nameof(Perplexity));

    /// <summary>Mean cross-entropy of a symbol, in bits.</summary>
    /// <exception cref="MetricException">No symbol was added yet.</exception>
    public double Bits => Nats / Elementary.Log(2);

    /// <summary>The perplexity; +∞ if it exceeds the range of numbers.</summary>
    /// <exception cref="MetricException">No symbol was added yet.</exception>
    public double Value => Elementary.Exp(Nats);

    /// <summary>Adds a batch.</summary>
    /// <param name="nats">Its mean cross-entropy; NaN and infinities are not rejected.</param>
    /// <param name="symbols">The number of symbols over which it is the mean; not negative; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public void Add(double nats, long symbols = 1)
    {
        mean.Add(nats, Require.AtLeast(nameof(Perplexity), nameof(symbols), symbols, 0));
        Symbols += symbols;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        mean.Reset();
        Symbols = 0;
    }

    /// <summary>Perplexity and bits: <c>Perplexity: 4 (2 bits) of 1000 symbols</c>.</summary>
    public override string ToString() =>
        Symbols > 0 ? Invariant($"{nameof(Perplexity)}: {Value} ({Bits} bits) of {Symbols} symbols") : $"{nameof(Perplexity)}: no symbols";
}

using static System.FormattableString;

namespace Autograd.Layers;

/// <summary>
/// Learns a <see cref="RidgeReadout"/> online, one example after another (Haykin 2002, chapter 9; with a read-out whose outputs are fed
/// back it is FORCE, Sussillo and Abbott 2009). With features x and a 1 for the bias, targets y, forgetting λ:
/// <code>
/// k ← P x / (λ + xᵀ P x),  W ← W + k (y − Wᵀ x)ᵀ,  P ← (P − k (P x)ᵀ) / λ
/// </code>
/// and P = I / ridge initially. With λ = 1, the weights after any number of examples, starting from 0, are those that
/// <see cref="RidgeReadout.Fit"/> gives for all of them, up to rounding; below 1, about the last 1 / (1 − λ) examples count. In double.
/// <para>
/// P is what is saved; the read-out must be saved along with it. Not safe for use from several threads at once.
/// </para>
/// </summary>
public sealed class RecursiveLeastSquares : ISaved
{
    const string Name = nameof(RecursiveLeastSquares);

    readonly RidgeReadout readout;
    readonly int size, outputs;
    readonly double[] p, px, x, errors;

    /// <summary>Begins with the present weights of a read-out.</summary>
    /// <param name="readout">What is learned.</param>
    /// <param name="ridge">How strongly the weights are held at their initial values; positive.</param>
    /// <param name="forgetting">λ, above 0 and at most 1; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public RecursiveLeastSquares(RidgeReadout readout, double ridge, double forgetting = 1)
    {
        ArgumentNullException.ThrowIfNull(readout);
        this.readout = readout;
        Require.Positive(Name, nameof(ridge), ridge);
        Forgetting = Require.Share(Name, nameof(forgetting), forgetting);
        var weights = readout.Parameters[0];
        size = weights.Shape[0] + 1;
        outputs = weights.Shape[1];
        p = new double[size * size];
        px = new double[size];
        x = new double[size];
        errors = new double[outputs];
        for (int i = 0; i < size; i++) p[i * size + i] = 1 / ridge;
    }

    /// <summary>λ.</summary>
    public double Forgetting { get; }

    /// <summary>Learns from examples, one after another.</summary>
    /// <param name="features">x, <c>[…, features]</c>.</param>
    /// <param name="targets">y, <c>[…, outputs]</c>, with the same leading axes.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentException">An element is not finite. Nothing was learned.</exception>
    public void Update(Tensor features, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        if (features.Rank == 0 || targets.Rank == 0 || features.Shape[^1] != size - 1 || targets.Shape[^1] != outputs
            || !features.Shape.Lengths[..^1].SequenceEqual(targets.Shape.Lengths[..^1]))
            throw new ShapeException(
                Invariant($"{Name}: features are {features.Shape}, targets {targets.Shape}; ")
                + Invariant($"[..., {size - 1}] and [..., {outputs}] with the same axes before are needed."));
        double[] given = features.ToDoubles(), wanted = targets.ToDoubles();
        ThrowIfNotFinite(given, "feature");
        ThrowIfNotFinite(wanted, "target");
        int rows = wanted.Length / outputs;
        double[] w = readout.Parameters[0].ToDoubles(), b = readout.Parameters[1].ToDoubles();
        for (int row = 0; row < rows; row++)
            Learn(given.AsSpan(row * (size - 1), size - 1), wanted.AsSpan(row * outputs, outputs), w, b);
        readout.Parameters[0].Assign(Tensor.From(w, [size - 1, outputs]));
        readout.Parameters[1].Assign(Tensor.From(b, [outputs]));
    }

    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("p", () => Tensor.From(p, [size, size]), value => value.ToDoubles().CopyTo(p, 0));
    }

    void Learn(ReadOnlySpan<double> features, ReadOnlySpan<double> targets, double[] w, double[] b)
    {
        features.CopyTo(x);
        x[^1] = 1;
        for (int i = 0; i < size; i++) px[i] = LaneSum.OfProducts<double>(p.AsSpan(i * size, size), x);
        double gain = 1 / (Forgetting + LaneSum.OfProducts<double>(x, px));
        for (int o = 0; o < outputs; o++)
        {
            double sum = b[o];
            for (int i = 0; i < size - 1; i++) sum += w[i * outputs + o] * x[i];
            errors[o] = (targets[o] - sum) * gain;
            for (int i = 0; i < size - 1; i++) w[i * outputs + o] += px[i] * errors[o];
            b[o] += px[^1] * errors[o];
        }
        // Both halves alike, so that P stays symmetric.
        for (int i = 0; i < size; i++)
            for (int j = 0; j <= i; j++)
                p[i * size + j] = p[j * size + i] = (p[i * size + j] - gain * px[i] * px[j]) / Forgetting;
    }

    static void ThrowIfNotFinite(double[] numbers, string what)
    {
        int bad = Array.FindIndex(numbers, number => !double.IsFinite(number));
        if (bad >= 0) throw new ArgumentException(Invariant($"{Name}: {what} {bad} is {numbers[bad]}; all must be finite."));
    }
}

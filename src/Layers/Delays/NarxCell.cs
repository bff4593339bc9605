using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>
/// Nonlinear autoregressive network with exogenous inputs (Leontaritis and Billings 1985; as a network Lin, Horne, Tiňo and Giles 1996):
/// y_t = g(y_{t−1}…y_{t−T_y}, x_t…x_{t−T_x}), with one hidden layer a = f(Σₖ x_{t−k}·Wₖ + Σₖ fed_{t−k}·Rₖ + b) and y = a·V + d. What is fed
/// back can be chosen; see <see cref="NarxFeedback"/>. Values before the first step are 0. The hidden layer carries nothing over: the state
/// consists of the two delay lines.
/// </summary>
public sealed class NarxCell : Cell<NarxState>
{
    readonly Parameter[] W, R;
    readonly Parameter B, V, D;
    readonly int inputs, outputs;
    readonly Func<Tensor, Tensor> f;

    /// <summary>Creates the cell. Weights are uniform in ±1/√(their number of outputs), biases are 0.</summary>
    /// <param name="inputs">Number of inputs, at least 1.</param>
    /// <param name="hidden">Number of hidden units, at least 1.</param>
    /// <param name="outputs">Number of outputs, at least 1.</param>
    /// <param name="inputDelays">T_x: how many past inputs are seen in addition to the present one; at least 0.</param>
    /// <param name="outputDelays">T_y: how many past outputs are seen, at least 0.</param>
    /// <param name="key">The source of the initial weights.</param>
    /// <param name="activation">f; the logistic function by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or a number of delays is negative.</exception>
    public NarxCell(
        int inputs, int hidden, int outputs, int inputDelays, int outputDelays, RandomKey key, Func<Tensor, Tensor>? activation = null)
        : base(key)
    {
        Require.AtLeast(nameof(NarxCell), nameof(hidden), hidden, 1);
        Require.AtLeast(nameof(NarxCell), nameof(inputDelays), inputDelays, 0);
        W = new Parameter[Require.Length(nameof(NarxCell), nameof(inputDelays), inputDelays + 1.0)];
        R = new Parameter[Require.Length(nameof(NarxCell), nameof(outputDelays), outputDelays)];
        for (int k = 0; k < W.Length; k++) Weight(out W[k], inputs, hidden, name: FormattableString.Invariant($"W{k}"));
        for (int k = 0; k < R.Length; k++) Weight(out R[k], outputs, hidden, name: FormattableString.Invariant($"R{k + 1}"));
        Bias(out B, hidden);
        Weight(out V, hidden, outputs); Bias(out D, outputs);
        this.inputs = inputs;
        this.outputs = outputs;
        f = activation ?? Sigmoid;
    }

    // Another view of the same weights.
    NarxCell(NarxCell original, NarxFeedback feedback)
        : base(default)
    {
        Share(original, nameof(original));
        LearnFirst([.. original.LearnedFirst]);
        W = original.W;
        R = original.R;
        B = original.B;
        V = original.V;
        D = original.D;
        inputs = original.inputs;
        outputs = original.outputs;
        f = original.f;
        Feedback = feedback;
    }

    /// <summary>What is fed back; the network's own outputs unless created by <see cref="With"/>.</summary>
    public NarxFeedback Feedback { get; } = NarxFeedback.Predicted;

    /// <summary>The longest delay: the larger of T_x and T_y.</summary>
    public int LongestDelay => Math.Max(W.Length - 1, R.Length);

    /// <summary>
    /// The same network, with the same parameters and states, but with a different feedback: for example to train it on the true outputs
    /// and then let it run freely.
    /// </summary>
    /// <param name="feedback">What is fed back.</param>
    public NarxCell With(NarxFeedback feedback) => new(this, Require.Defined(nameof(NarxCell), nameof(feedback), feedback));

    /// <inheritdoc/>
    public override NarxState Initial(int batch, ElementType type) =>
        new(Lags.Zeros(W.Length - 1, batch, inputs, type), Lags.Zeros(R.Length, batch, outputs, type));

    /// <summary>One step.</summary>
    /// <param name="x"> The input <c>[batch, inputs]</c>; unless the network's own outputs are fed back, <c>[batch, inputs + outputs]</c>,
    /// with the true output y_t after x_t. The output at this step does not depend on it, later outputs do.
    /// </param>
    /// <param name="state">The delay lines.</param>
    public override (Tensor Output, NarxState Next) Step(Tensor x, NarxState state)
    {
        ArgumentNullException.ThrowIfNull(state.Inputs);
        ArgumentNullException.ThrowIfNull(state.Fed);
        var truth = Feedback == NarxFeedback.Predicted ? null : Slice(x, -1, inputs, outputs);
        if (truth is not null) x = Slice(x, -1, 0, inputs);
        var sum = MatMul(x, W[0]) + B;
        for (int k = 1; k < W.Length; k++) sum += MatMul(state.Inputs[k - 1], W[k]);
        for (int k = 0; k < R.Length; k++) sum += MatMul(state.Fed[k], R[k]);
        var y = MatMul(f(sum), V) + D;
        var fed = truth is null ? y : Feedback == NarxFeedback.True ? truth : truth - y;
        return (y, new NarxState(Lags.Shift(state.Inputs, x), Lags.Shift(state.Fed, fed)));
    }
}

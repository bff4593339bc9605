namespace Autograd.Layers;

/// <summary>
/// A recurrence on arbitrary past states: h_t = f(x_t, h_{t−l₁}, h_{t−l₂}, …), given f and the lags. The function receives the past states
/// in the order of the lags. The output is h_t; states before the first step are 0.
/// <code>
/// var cell = new MultiLag(
///     units: 3, (x, h) => Tanh(input.Forward(x) + near.Forward(h[0]) + far.Forward(h[1])), lags: [1, 5], parts: [input, near, far]);
/// </code>
/// For a whole cell with a state of its own, see <see cref="DelayedState{TState}"/> and <see cref="OutputFeedback{TState}"/>.
/// </summary>
public sealed class MultiLag : Cell<LayerStates<Tensor>>
{
    readonly int units;
    readonly Func<Tensor, IReadOnlyList<Tensor>, Tensor> f;
    readonly int[] lags;

    /// <summary>Creates the cell.</summary>
    /// <param name="units">Number of units of h, at least 1.</param>
    /// <param name="f">The step: from x <c>[batch, inputs]</c> and the past h, each <c>[batch, units]</c>, to the new h.</param>
    /// <param name="lags">Which past states f sees: at least one, each at least 1 and different.</param>
    /// <param name="parts">Modules whose parameters f uses; they become this module's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A lag or the number of units is below 1.</exception>
    /// <exception cref="ArgumentException">No lag is given, or one twice.</exception>
    public MultiLag(int units, Func<Tensor, IReadOnlyList<Tensor>, Tensor> f, int[] lags, params Module[] parts)
        : base(default)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(parts);
        this.units = Require.AtLeast(nameof(MultiLag), nameof(units), units, 1);
        this.lags = Lags.Check(nameof(MultiLag), lags, least: 1);
        this.f = f;
        for (int i = 0; i < parts.Length; i++) Part(parts[i], FormattableString.Invariant($"part{i}"));
    }

    /// <inheritdoc/>
    public override LayerStates<Tensor> Initial(int batch, ElementType type) => Lags.Zeros(lags.Max(), batch, units, type);

    /// <summary>One step.</summary>
    /// <param name="x">Input, <c>[batch, inputs]</c>.</param>
    /// <param name="state">The last states, latest first.</param>
    public override (Tensor Output, LayerStates<Tensor> Next) Step(Tensor x, LayerStates<Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var h = f(x, Array.ConvertAll(lags, lag => state[lag - 1]));
        return (h, Lags.Shift(state, h));
    }
}

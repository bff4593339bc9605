using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>State of a <see cref="LiquidStateCell"/>.</summary>
/// <param name="V">Membrane potentials, <c>[batch, neurons]</c>.</param>
/// <param name="Spikes">1 where a neuron fired in the last step, otherwise 0.</param>
/// <param name="Trace">The spikes after a low-pass filter; also the output.</param>
public readonly record struct LiquidState(Tensor V, Tensor Spikes, Tensor Trace) : IStatePart;

/// <summary>How a <see cref="LiquidStateCell"/> is drawn. Times are in steps.</summary>
public sealed record LiquidStateOptions
{
    /// <summary>The numbers of columns, rows and layers of the grid of neurons; 3 × 3 × 15 by default (Maass et al. 2002).</summary>
    public (int Columns, int Rows, int Layers) Grid { get; init; } = (3, 3, 15);

    /// <summary>λ: two neurons at distance D are connected with a probability that falls as exp(−(D/λ)²); 2 by default.</summary>
    public double ConnectionLength { get; init; } = 2;

    /// <summary>Share of inhibitory neurons, at least 0 and below 1; 0.2 by default.</summary>
    public double InhibitoryShare { get; init; } = 0.2;

    /// <summary>
    /// Mean magnitude of recurrent weights, at least 0; 0.15 by default. Magnitudes are uniform between 0.5 and 1.5 times this.
    /// </summary>
    public double RecurrentScaling { get; init; } = 0.15;

    /// <summary>Input weights are uniform in ± this; 1 by default.</summary>
    public double InputScaling { get; init; } = 1;

    /// <summary>Probability that a neuron sees an input, above 0 and at most 1; 0.3 by default.</summary>
    public double InputConnectivity { get; init; } = 0.3;

    /// <summary>Time constant of the membrane, above 0; 30 by default.</summary>
    public double MembraneTime { get; init; } = 30;

    /// <summary>Time constant of the filter of the spikes, above 0; 30 by default.</summary>
    public double TraceTime { get; init; } = 30;

    /// <summary>θ, the potential at which a neuron fires, above 0; 1 by default.</summary>
    public double Threshold { get; init; } = 1;

    /// <summary>
    /// Steepness of the sigmoid whose slope stands in for that of the spike in derivatives, at least 0; 0 by default, which gives the
    /// derivative of the spike itself, 0.
    /// </summary>
    public double SurrogateSlope { get; init; }
}

/// <summary>
/// The reservoir of a liquid state machine (Maass, Natschläger and Markram 2002): leaky integrate-and-fire neurons on a grid, with mostly
/// local connections, a fifth of them inhibitory. With β = exp(−1/membrane time) and α = exp(−1/trace time): v = β·v ⊙ (1 − s) + x·Win +
/// s·W, s = 1 where v > θ, trace = α·trace + (1 − α)·s, the output. Synapses are static here, whereas the paper has dynamic ones. All
/// weights are random and fixed. Spikes have derivative 0 unless a surrogate is used.
/// </summary>
public sealed class LiquidStateCell : Cell<LiquidState>
{
    readonly FixedWeights win, w;
    readonly double beta, alpha, threshold, slope;

    /// <summary>Draws the reservoir.</summary>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="key">Where the weights come from.</param>
    /// <param name="options">Grid, scaling, time constants.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public LiquidStateCell(int inputs, RandomKey key, LiquidStateOptions? options = null)
        : base(key, LiquidGrid.Neurons(options ??= new()))
    {
        const string Name = nameof(LiquidStateCell);
        Require.AtLeast(Name, nameof(inputs), inputs, 1);
        Require.NotNegative(Name, nameof(options.InputScaling), options.InputScaling);
        Require.Share(Name, nameof(options.InputConnectivity), options.InputConnectivity);
        beta = Elementary.Exp(-1 / Require.Positive(Name, nameof(options.MembraneTime), options.MembraneTime));
        alpha = Elementary.Exp(-1 / Require.Positive(Name, nameof(options.TraceTime), options.TraceTime));
        threshold = Require.Positive(Name, nameof(options.Threshold), options.Threshold);
        slope = Require.NotNegative(Name, nameof(options.SurrogateSlope), options.SurrogateSlope);
        Neurons = LiquidGrid.Neurons(options);
        w = Fixed("W", LiquidGrid.Draw(options, key.For("W")));
        var values = key.For("Win").Uniform([inputs, Neurons], -options.InputScaling, options.InputScaling, ElementType.Float64);
        var chances = key.For("mask").Uniform([inputs, Neurons], 0, 1, ElementType.Float64);
        win = Fixed("Win", values * Greater(Tensor.Full(values.Shape, options.InputConnectivity, ElementType.Float64), chances));
    }

    /// <summary>Number of neurons, which is that of the outputs.</summary>
    public int Neurons { get; }

    /// <summary>W, <c>[neurons, neurons]</c> in double; the rows of inhibitory neurons are not positive, the others not negative.</summary>
    public Tensor Recurrent => w.InDouble;

    /// <inheritdoc/>
    public override (Tensor Output, LiquidState Next) Step(Tensor x, LiquidState state)
    {
        ArgumentNullException.ThrowIfNull(x);
        var v = beta * state.V * (1 - state.Spikes) + win.Times(x) + w.Times(state.Spikes);
        var spikes = Spike(v - threshold);
        var trace = alpha * state.Trace + (1 - alpha) * spikes;
        return (trace, new LiquidState(v, spikes, trace));
    }

    Tensor Spike(Tensor above)
    {
        var fired = Greater(above, 0 * above);
        if (slope == 0) return StopGradient(fired);
        var soft = Sigmoid(slope * above);
        return soft + StopGradient(fired - soft);
    }
}

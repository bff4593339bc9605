using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>How an <see cref="EchoStateCell"/> is drawn.</summary>
public sealed record EchoStateOptions
{
    /// <summary>The spectral radius of W, above 0; 0.9 by default. The drawn matrix is scaled to it.</summary>
    public double SpectralRadius { get; init; } = 0.9;

    /// <summary>Leak a, above 0 and at most 1; 1 by default. Smaller is slower.</summary>
    public double Leak { get; init; } = 1;

    /// <summary>Share of the elements of W that are not 0, above 0 and at most 1; 0.1 by default.</summary>
    public double Connectivity { get; init; } = 0.1;

    /// <summary>Input weights are uniform in ± this; 1 by default.</summary>
    public double InputScaling { get; init; } = 1;

    /// <summary>Biases are uniform in ± this; 0 by default.</summary>
    public double BiasScaling { get; init; }

    /// <summary>How many of the inputs, the last ones, are outputs fed back; 0 by default.</summary>
    public int Feedback { get; init; }

    /// <summary>The weights of outputs that are fed back are uniform in ± this; 1 by default.</summary>
    public double FeedbackScaling { get; init; } = 1;
}

/// <summary>
/// The reservoir of an echo state network (Jaeger 2001; with leak: Jaeger, Lukoševičius, Popovici and Siewert 2007): x = (1 − a)·x +
/// a·tanh(u·Win + x·W + b). All weights are random and fixed: the cell has no parameters, and gradients flow through it to its inputs.
/// Outputs that are fed back are further inputs after u; see <see cref="ReservoirNetwork{TState}"/>.
/// </summary>
public sealed class EchoStateCell : Cell<Tensor>
{
    readonly FixedWeights win, w, b;
    Radius? radius;
    readonly double a;

    /// <summary>Draws the reservoir, in double.</summary>
    /// <param name="inputs">Number of inputs without those fed back, at least 0; together at least 1.</param>
    /// <param name="units">Number of units.</param>
    /// <param name="key">The source of the weights.</param>
    /// <param name="options">Radius, leak, scaling.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">The drawn matrix has spectral radius 0: too few connections for its size.</exception>
    public EchoStateCell(int inputs, int units, RandomKey key, EchoStateOptions? options = null)
        : base(key, units)
    {
        options ??= new();
        Check(inputs, options);
        a = options.Leak;
        w = Fixed("W", ReservoirWeights.Sparse(units, options.Connectivity, options.SpectralRadius, key.For("W")));
        var external = key.For("Win").Uniform([inputs, units], -options.InputScaling, options.InputScaling, ElementType.Float64);
        var feedback = key.For("Wfb")
            .Uniform([options.Feedback, units], -options.FeedbackScaling, options.FeedbackScaling, ElementType.Float64);
        win = Fixed("Win", Concatenate(0, external, feedback));
        b = Fixed("B", key.For("b").Uniform([units], -options.BiasScaling, options.BiasScaling, ElementType.Float64));
    }

    /// <summary>W, <c>[units, units]</c> in double.</summary>
    public Tensor Recurrent => w.InDouble;

    /// <summary>Win, <c>[inputs + feedback, units]</c> in double.</summary>
    public Tensor Input => win.InDouble;

    /// <summary>
    /// The spectral radius of W, computed from W after scaling or loading, on first access; this takes as long as the scaling.
    /// </summary>
    public double SpectralRadius
    {
        get
        {
            var known = radius;
            if (known?.Of != w.InDouble) radius = known = new(w.InDouble, LinearAlgebra.SpectralRadius(w.InDouble));
            return known.Value;
        }
    }

    /// <summary>The spectral radius of (1 − a)·I + a·W: the slowest mode of the linearised reservoir.</summary>
    public double EffectiveSpectralRadius() =>
        LinearAlgebra.SpectralRadius((1 - a) * Tensor.Identity(w.InDouble.Shape[0], ElementType.Float64) + a * w.InDouble);

    /// <inheritdoc/>
    public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
    {
        ArgumentNullException.ThrowIfNull(x);
        var target = Tanh(win.Times(x) + w.Times(state) + b.Like(x));
        var next = (1 - a) * state + a * target;
        return (next, next);
    }

    sealed record Radius(Tensor Of, double Value);

    static void Check(int inputs, EchoStateOptions options)
    {
        const string Name = nameof(EchoStateCell);
        Require.AtLeast(Name, nameof(inputs), inputs, 0);
        Require.AtLeast(Name, nameof(options.Feedback), options.Feedback, inputs == 0 ? 1 : 0);
        Require.FiniteFloat(
            Name, nameof(options.SpectralRadius), Require.Positive(Name, nameof(options.SpectralRadius), options.SpectralRadius));
        Require.Share(Name, nameof(options.Leak), options.Leak);
        Require.Share(Name, nameof(options.Connectivity), options.Connectivity);
        Require.NotNegative(Name, nameof(options.InputScaling), options.InputScaling);
        Require.NotNegative(Name, nameof(options.BiasScaling), options.BiasScaling);
        Require.NotNegative(Name, nameof(options.FeedbackScaling), options.FeedbackScaling);
    }
}

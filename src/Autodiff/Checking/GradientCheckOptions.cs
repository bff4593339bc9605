namespace Autograd;

/// <summary>Which elements of a gradient are compared.</summary>
public enum CheckMode
{
    /// <summary>Every element. Orders above the first are projected once there are more than 1,000 elements.</summary>
    Full,

    /// <summary>Some elements of each input and parameter, drawn according to the seed, and the largest one.</summary>
    Sampled,

    /// <summary>
    /// Random directions through all elements at once; a direction that disagrees is narrowed down to the faulty elements by bisection.
    /// </summary>
    Projected,
}

/// <summary>
/// How derivatives are computed from function values where they agree with the tape; where they do not, always as <see cref="Adaptive"/>.
/// </summary>
public enum Stencil
{
    /// <summary>(s(x+h) − s(x−h))/2h with h = ε^(1/3) of the element's scale; good to about ε^(2/3).</summary>
    TwoPoint,

    /// <summary>
    /// (s(x−2h) − 8s(x−h) + 8s(x+h) − s(x+2h))/12h with h = ε^(1/5) of the element's scale; good to about ε^(4/5). The default.
    /// </summary>
    FourPoint,

    /// <summary>
    /// The four-point difference with the best of some forty steps for each element, from ε^(1/5) of its scale down: the largest step whose
    /// result does not contradict those of smaller steps, given the rounding error of each (Lepski 1990). It stays within the function's
    /// domain.
    /// </summary>
    Adaptive,
}

/// <summary>How gradients are checked. The defaults suit functions whose values and arguments are of order 1.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>The highest order checked: 1 for gradients, 2 (the default) also for gradients of gradients.</summary>
    public int Order { get; init; } = 2;

    /// <summary>Which elements are compared.</summary>
    public CheckMode Mode { get; init; } = CheckMode.Full;

    /// <summary>Number of elements drawn from each input and parameter in mode <see cref="CheckMode.Sampled"/>; 8 by default.</summary>
    public int Samples { get; init; } = 8;

    /// <summary>Number of directions in mode <see cref="CheckMode.Projected"/>; 3 by default.</summary>
    public int Directions { get; init; } = 3;

    /// <summary>How numeric derivatives are computed.</summary>
    public Stencil Stencil { get; init; } = Stencil.FourPoint;

    /// <summary>
    /// The step for an element of scale 1; null, the default, for that of the <see cref="Stencil"/>. Smaller ones are tried automatically
    /// where it is too large for the function.
    /// </summary>
    public double? Step { get; init; }

    /// <summary>
    /// The typical size of an element, to which its step is proportional; null, the default, for max(1, |x|) of each. Set it for arguments
    /// over which the function varies on a much larger or smaller scale, such as times in seconds or concentrations.
    /// </summary>
    public double? Scale { get; init; }

    /// <summary>Scales of individual inputs and parameters, by name; they take precedence over <see cref="Scale"/>.</summary>
    public IReadOnlyDictionary<string, double> Scales { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// Whether the tests that need no step size are run: adjoint identity, Taylor slopes, symmetry of the Hessian, float against double.
    /// </summary>
    public bool StepFree { get; init; } = true;

    /// <summary>
    /// The relative error allowed. By default 10⁻⁷: the four-point difference with its step of ε^(1/5) is good to about ε^(4/5) = 3·10⁻¹³
    /// of the function's scale, and the rest leaves room for curvature.
    /// </summary>
    public double RelativeTolerance { get; init; } = 1e-7;

    /// <summary>Determines the weights, samples and directions.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Stops the check, with an <see cref="OperationCanceledException"/>, before it evaluates the function again.</summary>
    public CancellationToken Cancellation { get; init; }

    internal GradientCheckOptions Checked()
    {
        Require.Defined(nameof(GradientCheck), nameof(Mode), Mode);
        Require.Defined(nameof(GradientCheck), nameof(Stencil), Stencil);
        Require.AtLeast(nameof(GradientCheck), nameof(Order), Order, 1);
        Require.AtLeast(nameof(GradientCheck), nameof(Samples), Samples, 1);
        Require.AtLeast(nameof(GradientCheck), nameof(Directions), Directions, 1);
        Require.Positive(nameof(GradientCheck), nameof(RelativeTolerance), RelativeTolerance);
        if (Step is { } step) Require.Positive(nameof(GradientCheck), nameof(Step), step);
        if (Scale is { } scale) Require.Positive(nameof(GradientCheck), nameof(Scale), scale);
        ArgumentNullException.ThrowIfNull(Scales, $"{nameof(GradientCheck)}: {nameof(Scales)}");
        foreach (var (name, one) in Scales) Require.Positive(nameof(GradientCheck), $"{nameof(Scales)}[\"{name}\"]", one);
        return this;
    }

    /// <summary>The step of the first look.</summary>
    internal double StepOf(double scale) =>
        scale * (Step ?? (Stencil == Stencil.TwoPoint ? NumericalDerivative.TwoPointStep : NumericalDerivative.FourPointStep));

    /// <summary>The largest of many steps.</summary>
    internal double LargestStepOf(double scale) => scale * (Step ?? NumericalDerivative.FourPointStep);

    internal double?[] ScalesOf(string[] names)
    {
        foreach (string name in Scales.Keys)
            if (!names.Contains(name))
                throw new ArgumentException(
                    $"GradientCheck: {nameof(Scales)} names {name}, which is no input or parameter; there are {string.Join(", ", names)}.");
        return Array.ConvertAll(names, name => Scales.TryGetValue(name, out double scale) ? scale : Scale);
    }
}

namespace Autograd;

/// <summary>Which elements of a gradient are compared.</summary>
public enum CheckMode
{
    /// <summary>Every element. Orders above the first are projected once there are more than 1,000 elements.</summary>
    Full,

    /// <summary>Some elements of each input and parameter, drawn by the seed, and the largest one.</summary>
    Sampled,

    /// <summary>Random directions through all elements at once; a direction that disagrees is narrowed down to the faulty elements by bisection.</summary>
    Projected,
}

/// <summary>How derivatives are computed from function values.</summary>
public enum Stencil
{
    /// <summary>(s(x+h) − s(x−h))/2h with h = ε^(1/3)·max(1, |x|); good to about ε^(2/3).</summary>
    TwoPoint,

    /// <summary>(s(x−2h) − 8s(x−h) + 8s(x+h) − s(x+2h))/12h with h = ε^(1/5)·max(1, |x|); good to about ε^(4/5). The default.</summary>
    FourPoint,

    /// <summary>Two four-point differences, with h and h/2, extrapolated to h = 0 (Richardson 1911). What the others fall back to in doubt.</summary>
    Richardson,
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

    /// <summary>Whether the tests that need no step are run: adjoint identity, Taylor slopes, symmetry of the Hessian, float against double.</summary>
    public bool StepFree { get; init; } = true;

    /// <summary>
    /// The relative error allowed. By default 10⁻⁷: the four-point difference with its step of ε^(1/5) is good to about ε^(4/5) = 3·10⁻¹³ of the
    /// function's scale, and the rest is room for curvature.
    /// </summary>
    public double RelativeTolerance { get; init; } = 1e-7;

    /// <summary>Chooses weights, samples and directions.</summary>
    public ulong Seed { get; init; } = 1;

    internal GradientCheckOptions Checked()
    {
        Require.AtLeast(nameof(GradientCheck), nameof(Order), Order, 1);
        Require.AtLeast(nameof(GradientCheck), nameof(Samples), Samples, 1);
        Require.AtLeast(nameof(GradientCheck), nameof(Directions), Directions, 1);
        Require.Positive(nameof(GradientCheck), nameof(RelativeTolerance), RelativeTolerance);
        return this;
    }
}

namespace Autograd;

/// <summary>How gradients are checked. The defaults suit functions whose values and arguments are of order 1.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>The highest order checked: 1 for gradients, 2 (the default) also for gradients of gradients.</summary>
    public int Order { get; init; } = 2;

    /// <summary>
    /// The relative error allowed. By default 10⁻⁷: the four-point difference with its step of ε^(1/5) is good to about ε^(4/5) = 3·10⁻¹³ of the
    /// function's scale, and the rest is room for curvature.
    /// </summary>
    public double RelativeTolerance { get; init; } = 1e-7;

    /// <summary>Chooses the random weights with which results of more than one element are summed to one.</summary>
    public ulong Seed { get; init; } = 1;
}

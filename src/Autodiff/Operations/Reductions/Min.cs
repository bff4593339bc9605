namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// Smallest element over some axes, or over all if none is named. Elements that tie share the slope equally. NaN if any is NaN,
    /// and so are all slopes.
    /// </summary>
    /// <exception cref="ShapeException">There is no element.</exception>
    public static Tensor Min(Tensor x, params ReadOnlySpan<int> axes) =>
        Reduction.Over("Min", x, axes, keepAxes: false,
            RowReductionOperation<ExtremeReduction<Smallest>>.Apply, Reduction.Ability.Neighbours);
}

namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// <see cref="Softmax"/> over those elements along an axis whose mask is not 0; the others have the share 0 and no gradient, whatever
    /// they hold, even NaN. A NaN that is not masked makes all shares NaN. Where all are masked, all shares are 0, and so is every
    /// gradient.
    /// </summary>
    /// <param name="x">Logits.</param>
    /// <param name="mask">0 for elements that are left out; it broadcasts to the logits.</param>
    /// <param name="axis">Axis over which the result sums to 1; the innermost by default.</param>
    /// <exception cref="ShapeException">The mask does not broadcast to the logits, or the axis does not exist.</exception>
    public static Tensor MaskedSoftmax(Tensor x, Tensor mask, int axis = -1) => Softmax(Unmasked(nameof(MaskedSoftmax), x, mask), axis);

    /// <summary>
    /// <see cref="LogSumExp"/> over those elements whose mask is not 0; the others have no gradient, whatever they hold, even NaN. −∞ with
    /// gradient 0 where all are masked.
    /// </summary>
    /// <param name="x">Logarithms.</param>
    /// <param name="mask">0 for elements that are left out; it broadcasts to x.</param>
    /// <param name="axes">Axes that are summed over, all if none is named.</param>
    /// <exception cref="ShapeException">The mask does not broadcast to x, or an axis does not exist.</exception>
    public static Tensor MaskedLogSumExp(Tensor x, Tensor mask, params ReadOnlySpan<int> axes) =>
        LogSumExp(Unmasked(nameof(MaskedLogSumExp), x, mask), axes);

    static Tensor Unmasked(string operation, Tensor x, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(mask);
        if (!ShapeRules.CanBroadcast(mask.Shape, x.Shape))
            throw new ShapeException($"{operation}: the mask is {mask.Shape}, x is {x.Shape}; the mask must broadcast to x.");
        return Where(mask, x, Number(double.NegativeInfinity, x));
    }
}

namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// Convolution of values with any number of axes, as networks use the word (no reversal): y[p] = Σₖ x[p · stride + k · dilation −
    /// before] · kernel[k] over all taps k, <c>[batch, axes…, inputs]</c> with <c>[widths…, inputs, outputs]</c> to <c>[batch, positions…,
    /// outputs]</c>. Beyond the ends x is 0; an axis has ⌊(length + before + after − (width − 1) · dilation − 1) / stride⌋ + 1 positions.
    /// Computed as one product with <see cref="Patches"/> (Chellapilla et al. 2006, section 2). Over the time axis of sequences <c>[time,
    /// batch, inputs]</c> see <see cref="Convolution"/>.
    /// </summary>
    /// <param name="x">Values; one axis between batch and inputs for signals, two for images, and so on.</param>
    /// <param name="kernel">Weights.</param>
    /// <param name="windows">
    /// How the kernel moves along each axis, with the kernel's widths; none for strides and dilations of 1 without zeros.
    /// <see cref="WindowAxis.Centred"/> keeps the length of an axis.
    /// </param>
    /// <exception cref="ShapeException">Ranks, inputs or widths do not fit, or the kernel is longer than an axis with its
    /// zeros.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride or dilation is below 1, or a number of zeros below 0.</exception>
    public static Tensor Convolve(Tensor x, Tensor kernel, params ReadOnlySpan<WindowAxis> windows)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(kernel);
        var (values, weights) = (x.Shape, kernel.Shape);
        if (values.Rank < 3 || weights.Rank != values.Rank || values[^1] != weights[^2])
            throw new ShapeException(
                $"Convolve: x is {values}, kernel is {weights}; [batch, axes..., i] and [widths..., i, o] with as many axes are needed.");
        int[] widths = weights.Lengths[..^2].ToArray();
        WindowAxis[] moves = windows.IsEmpty ? Array.ConvertAll(widths, width => new WindowAxis(width)) : windows.ToArray();
        if (!moves.Select(move => move.Width).SequenceEqual(widths))
            throw new ShapeException(
                $"Convolve: kernel is {weights}; the windows have widths {string.Join(", ", moves.Select(move => move.Width))}.");
        var matrix = Reshape(kernel, weights.Product(0, weights.Rank - 1), weights[^1]);
        return MatMul(Patches(x, moves), matrix);
    }
}

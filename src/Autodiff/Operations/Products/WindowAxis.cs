namespace Autograd;

/// <summary>How a window moves along an axis.</summary>
/// <param name="Width">Elements in the window, its taps; at least 1.</param>
/// <param name="Stride">From one position of the window to the next, at least 1.</param>
/// <param name="Dilation">From one tap to the next, at least 1.</param>
/// <param name="Before">Zeros before the axis, at least 0.</param>
/// <param name="After">Zeros after it, at least 0.</param>
public readonly record struct WindowAxis(int Width, int Stride = 1, int Dilation = 1, int Before = 0, int After = 0)
{
    /// <summary>
    /// A window with as many positions as the axis has elements, its middle tap on each of them; for an even width, the one after the
    /// middle.
    /// </summary>
    /// <param name="width">Elements in the window.</param>
    /// <param name="dilation">From one tap to the next.</param>
    public static WindowAxis Centred(int width, int dilation = 1) =>
        new(width, 1, dilation, width / 2 * dilation, (width - 1) / 2 * dilation);

    /// <summary>
    /// A window with as many positions as the axis has elements, its last tap on each of them: it never sees what follows.
    /// </summary>
    /// <param name="width">Elements in the window.</param>
    /// <param name="dilation">From one tap to the next.</param>
    public static WindowAxis Causal(int width, int dilation = 1) => new(width, 1, dilation, (width - 1) * dilation);

    /// <summary>Positions along an axis; 0 or less where the window does not fit.</summary>
    internal long Positions(int length) =>
        Span > (long)length + Before + After ? 0 : ((long)length + Before + After - Span) / Stride + 1;

    internal long Span => (Width - 1L) * Dilation + 1;
}

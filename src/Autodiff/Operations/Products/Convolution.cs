namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// Convolution over time: y[t] = Σₖ x[t·stride + k·dilation] · kernel[k], <c>[time, batch, inputs]</c> with
    /// <c>[width, inputs, outputs]</c> to <c>[steps, batch, outputs]</c>. No padding: steps = ⌊(time − (width − 1)·dilation − 1)/stride⌋ +
    /// 1; use <see cref="Pad"/> first for more (zeros at the front alone make it causal). A time-delay layer with delays 0 … width − 1
    /// (Waibel et al. 1989) is the case of one stride and dilation.
    /// </summary>
    /// <param name="x">Sequences, time first.</param>
    /// <param name="kernel">Weights.</param>
    /// <param name="stride">Steps between outputs, at least 1.</param>
    /// <param name="dilation">Steps between taps, at least 1.</param>
    /// <exception cref="ShapeException">Ranks or input lengths do not fit, or the sequence is shorter than the kernel.</exception>
    public static Tensor Convolution(Tensor x, Tensor kernel, int stride = 1, int dilation = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(kernel);
        Require.AtLeast(nameof(Convolution), nameof(stride), stride, 1);
        Require.AtLeast(nameof(Convolution), nameof(dilation), dilation, 1);
        int steps = ConvolutionSteps(x.Shape, kernel.Shape, stride, dilation);
        Tensor? sum = null;
        for (int k = 0; k < kernel.Shape[0]; k++)
        {
            var tap = MatMul(Slice(x, 0, k * dilation, steps, stride), kernel[k]);
            sum = sum is null ? tap : sum + tap;
        }
        return sum!;
    }

    static int ConvolutionSteps(Shape x, Shape kernel, int stride, int dilation)
    {
        if (x.Rank != 3 || kernel.Rank != 3 || x[2] != kernel[1] || kernel[0] == 0)
            throw new ShapeException(
                $"Convolution: x is {x}, kernel is {kernel}; [time, batch, i] and [width, i, o] with width at least 1 are needed.");
        long span = (kernel[0] - 1L) * dilation + 1;
        if (span > x[0])
            throw new ShapeException($"Convolution: x is {x}, kernel is {kernel} with dilation {dilation}; {span} time steps are needed.");
        return (int)((x[0] - span) / stride) + 1;
    }
}

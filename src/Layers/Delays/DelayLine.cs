namespace Autograd.Layers;

/// <summary>The sum over delayed sequences that time-delay layers have in common.</summary>
static class DelayLine
{
    /// <summary>after(Σₖ x_{t−delays[k]}·weight(k)), with zeros before the first step, and 0 beyond each sequence's length.</summary>
    public static Tensor Apply(Tensor x, ReadOnlySpan<int> lengths, int[] delays, Func<int, Tensor> weight, Func<Tensor, Tensor> after)
    {
        var masks = Lengths.Masks(x, lengths);
        var (time, longest) = (x.Shape[0], delays.Max());
        var padded = Functions.Pad(masks.Clean(x), 0, longest, 0);
        Tensor? sum = null;
        for (int k = 0; k < delays.Length; k++)
        {
            var part = Functions.MatMul(Functions.Slice(padded, 0, longest - delays[k], time), weight(k));
            sum = sum is null ? part : sum + part;
        }
        return masks.Clean(after(sum!));
    }
}

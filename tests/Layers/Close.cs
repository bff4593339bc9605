namespace Autograd.Tests.Layers;

/// <summary>Comparison of tensors.</summary>
static class Close
{
    /// <summary>Every element within a part of the largest expected one.</summary>
    internal static void Equal(Tensor expected, Tensor actual, double relative, string what = "result")
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var (a, b) = (expected.ToDoubles(), actual.ToDoubles());
        double limit = relative * a.Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < a.Length; i++)
            Assert.True(
                Math.Abs(a[i] - b[i]) <= limit,
                FormattableString.Invariant(
                $"{what}: element {i} of {expected.Shape} is {b[i]:R}; {a[i]:R} was expected within {limit:G3}."));
    }

    /// <summary>The same bits, where NaN equals NaN.</summary>
    internal static void Same(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(expected.ToDoubles(), actual.ToDoubles());
    }

    internal static void Same(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++) Same(expected[i], actual[i]);
    }
}

namespace Autograd.PropertyTests;

/// <summary>Equality to a stated bound. Infinities must be equal; NaN equals NaN.</summary>
static class Near
{
    /// <summary>
    /// What reordered sums and fused passes may differ by: a few thousand units in the last place of the largest number involved.
    /// </summary>
    public static double Rounding(double scale) => 4096 * ElementType.Float64.Epsilon() * Math.Max(1, scale);

    public static void Equal(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.True(expected.Shape == actual.Shape, $"{what}: the shape is {actual.Shape}, {expected.Shape} was expected.");
        Equal(expected.ToDoubles(), actual.ToDoubles(), tolerance, what);
    }

    public static void Equal(IReadOnlyList<double[]> expected, IReadOnlyList<double[]> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++) Equal(expected[i], actual[i], tolerance, $"{what} {i}");
    }

    public static void Equal(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: there are {actual.Length} elements, {expected.Length} were expected.");
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance;
            Assert.True(same, $"{what}, element {i}: {actual[i]:R}, expected {expected[i]:R}; allowed {tolerance:G3}.");
        }
    }

    public static void SameBits(IReadOnlyList<double[]> expected, IReadOnlyList<double[]> actual, string what)
    {
        for (int i = 0; i < expected.Count; i++)
            Assert.True(
                expected[i].AsSpan().SequenceEqual(actual[i])
                || expected[i].Zip(actual[i]).All(pair => Bits(pair.First) == Bits(pair.Second)),
                $"{what} {i}: [{string.Join(", ", actual[i])}] is not bit for bit [{string.Join(", ", expected[i])}].");
    }

    static long Bits(double x) => BitConverter.DoubleToInt64Bits(x);
}

namespace Autograd.Tests.Autodiff;

/// <summary>Comparisons of tensors with numbers computed in double.</summary>
static class Expect
{
    /// <summary>
    /// The same shape, and every element within so many roundings of its own magnitude (or of <paramref name="scale"/>, if that is larger).
    /// Infinities and NaN must be equal; below the smallest normal number anything goes.
    /// </summary>
    internal static void Near(double[] expected, Tensor actual, double epsilons = 4, double scale = 0)
    {
        var values = actual.ToDoubles();
        Assert.Equal(expected.Length, values.Length);
        bool single = actual.ElementType == ElementType.Float32;
        for (int i = 0; i < values.Length; i++)
        {
            double wanted = single ? Overflowed(expected[i]) : expected[i];
            if (wanted.Equals(values[i])) continue;
            double tolerance = epsilons * actual.ElementType.Epsilon() * Math.Max(Math.Abs(wanted), scale) + (single ? 1.2e-38 : 2.3e-308);
            Assert.True(
                Math.Abs(wanted - values[i]) <= tolerance,
                $"Element {i} of {actual.Shape} {actual.ElementType}: expected {wanted:R}, was {values[i]:R}, allowed {tolerance:G3}.");
        }
    }

    /// <summary>As <see cref="Near(double[], Tensor, double, double)"/>, against another tensor.</summary>
    internal static void Near(Tensor expected, Tensor actual, double epsilons = 4, double scale = 0)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Near(expected.ToDoubles(), actual, epsilons, scale);
    }

    /// <summary>The same shape and the same numbers (NaN equals NaN, 0 equals −0).</summary>
    internal static void Equal(Shape shape, double[] expected, Tensor actual)
    {
        Assert.Equal(shape, actual.Shape);
        Assert.Equal(expected, actual.ToDoubles());
    }

    /// <summary>The message has every part.</summary>
    internal static void Mentions(Exception error, params string[] parts) => MentionsIn(error.Message, parts);

    /// <summary>A text, which there must be, says something of each of some things.</summary>
    internal static void MentionsIn(string? text, params string[] parts)
    {
        foreach (string part in parts) Assert.Contains(part, text, StringComparison.Ordinal);
    }

    // A number beyond the largest float is infinite as one.
    static double Overflowed(double value) => Math.Abs(value) > float.MaxValue ? (float)value : value;
}

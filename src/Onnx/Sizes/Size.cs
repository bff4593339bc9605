namespace Autograd.Onnx.Sizes;

/// <summary>
/// A length in terms of the named axes: Σ coefficient · Π axes, one coefficient for each set of axes, which is the bits of its position.
/// </summary>
sealed class Size(long[] coefficients) : IEquatable<Size>
{
    public long[] Coefficients => coefficients;

    /// <summary>Whether it is a number, which is <see cref="Value"/>.</summary>
    public bool IsKnown => coefficients.AsSpan(1).IndexOfAnyExcept(0) < 0;

    public long Value => coefficients[0];

    public static Size Of(long value, int axes)
    {
        var coefficients = new long[1 << axes];
        coefficients[0] = value;
        return new Size(coefficients);
    }

    public bool Equals(Size? other) => other is not null && coefficients.AsSpan().SequenceEqual(other.Coefficients);

    public override bool Equals(object? obj) => Equals(obj as Size);

    public override int GetHashCode() => coefficients.Aggregate(0, HashCode.Combine);

    /// <summary>In readable form: <c>time</c>, <c>2*time*batch + 3</c>.</summary>
    public string Text(IReadOnlyList<string> axes)
    {
        var terms = new List<string>();
        for (int set = coefficients.Length - 1; set >= 0; set--)
        {
            if (coefficients[set] == 0) continue;
            var factors = Enumerable.Range(0, axes.Count).Where(axis => (set >> axis & 1) == 1).Select(axis => axes[axis]).ToList();
            if (coefficients[set] != 1 || factors.Count == 0) factors.Insert(0, FormattableString.Invariant($"{coefficients[set]}"));
            terms.Add(string.Join("*", factors));
        }
        return terms.Count == 0 ? "0" : string.Join(" + ", terms);
    }
}

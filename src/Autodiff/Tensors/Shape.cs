using System.Runtime.CompilerServices;

namespace Autograd;

/// <summary>
/// The axis lengths of a tensor, outermost first. Any rank, including 0 (a scalar); axes of length 0 are legal.
/// Write it as a collection: <c>Tensor.Zeros([2, 3])</c>. Immutable.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape : IEquatable<Shape>
{
    readonly int[] lengths;

    Shape(int[] lengths, int elementCount)
    {
        this.lengths = lengths;
        ElementCount = elementCount;
    }

    /// <summary>The shape of a scalar: no axes, one element.</summary>
    public static Shape Scalar { get; } = new([], 1);

    /// <summary>Number of axes.</summary>
    public int Rank => lengths.Length;

    /// <summary>Number of elements: the product of the axis lengths (1 for a scalar).</summary>
    public int ElementCount { get; }

    /// <summary>The axis lengths, outermost first.</summary>
    public ReadOnlySpan<int> Lengths => lengths;

    /// <summary>Length of an axis; <c>[^1]</c> is the innermost.</summary>
    public int this[Index axis]
    {
        get
        {
            int position = axis.GetOffset(Rank);
            if ((uint)position >= (uint)Rank)
                throw new ShapeException($"Shape {this} has no axis {axis}: its rank is {Rank}.");
            return lengths[position];
        }
    }

    /// <summary>
    /// Creates a shape. Throws <see cref="ShapeException"/> on a negative length or more than <see cref="Array.MaxLength"/> elements.
    /// </summary>
    public static Shape Create(ReadOnlySpan<int> lengths)
    {
        if (lengths.Length == 0) return Scalar;
        if (lengths.Length <= 2) return ShapeCache.Get(lengths);
        return CreateUncached(lengths);
    }

    internal static Shape CreateUncached(ReadOnlySpan<int> lengths)
    {
        foreach (int length in lengths)
            if (length < 0) throw new ShapeException($"Shape [{Join(lengths)}]: axis lengths must not be negative.");
        int count = Limited(lengths);
        if (count > Array.MaxLength) throw new ShapeException($"Shape [{Join(lengths)}] has more than {Array.MaxLength} elements.");
        return new Shape(lengths.ToArray(), count);
    }

    /// <summary>Enumerates the axis lengths.</summary>
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => Lengths.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Shape? other) => ReferenceEquals(this, other) || (other is not null && Lengths.SequenceEqual(other.lengths));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int length in lengths) hash.Add(length);
        return hash.ToHashCode();
    }

    /// <summary>Whether two shapes have the same lengths.</summary>
    public static bool operator ==(Shape? left, Shape? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape? left, Shape? right) => !(left == right);

    /// <summary>The lengths in brackets: <c>[32, 128]</c>, <c>[]</c> for a scalar.</summary>
    public override string ToString() => $"[{Join(lengths)}]";

    /// <summary>
    /// Product of the lengths of the axes from one to before another; 1 for none. No more than <see cref="int.MaxValue"/>: a shape without
    /// elements may have axes whose product is larger.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">They are no axes of the shape.</exception>
    public int Product(int from, int to)
    {
        Require.Within(nameof(Product), nameof(from), from, Rank + 1);
        int end = Require.Within(nameof(Product), nameof(to), Math.Max(from, to), Rank + 1);
        return Limited(Lengths[from..end]);
    }

    // An axis without elements leaves none, wherever it stands.
    static int Limited(ReadOnlySpan<int> lengths)
    {
        long product = 1;
        foreach (int length in lengths)
        {
            if (length == 0) return 0;
            product = Math.Min(product * length, int.MaxValue);
        }
        return (int)product;
    }

    static string Join(ReadOnlySpan<int> lengths) => string.Join(", ", lengths.ToArray());
}

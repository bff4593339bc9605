using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.Kernels;

/// <summary>What is extreme; NaN if any is NaN.</summary>
interface IExtreme
{
    /// <summary>Of a row.</summary>
    static abstract T Of<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Of each element of a row and that of another.</summary>
    static abstract void OfBoth<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Which elements of the first vector are beyond those of the second.</summary>
    static abstract Vector<T> IsBeyond<T>(Vector<T> first, Vector<T> second)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

readonly struct Largest : IExtreme
{
    public static T Of<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Max(row);

    public static void OfBoth<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Max(first, second, results);

    public static Vector<T> IsBeyond<T>(Vector<T> first, Vector<T> second)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector.GreaterThan(first, second);
}

readonly struct Smallest : IExtreme
{
    public static T Of<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Min(row);

    public static void OfBoth<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TensorPrimitives.Min(first, second, results);

    public static Vector<T> IsBeyond<T>(Vector<T> first, Vector<T> second)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Vector.LessThan(first, second);
}

static class Extreme
{
    /// <summary>That of several rows, which stand in columns as <see cref="IRowFunction.ReduceColumns"/> has them.</summary>
    public static void OfColumns<TExtreme, T>(ReadOnlySpan<T> columns, Span<T> results)
        where TExtreme : struct, IExtreme
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        columns[..results.Length].CopyTo(results);
        for (int start = results.Length; start < columns.Length; start += results.Length)
            TExtreme.OfBoth(results, columns.Slice(start, results.Length), results);
    }
}

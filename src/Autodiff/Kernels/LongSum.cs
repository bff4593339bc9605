using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd.Kernels;

/// <summary>
/// Sums whose error grows with the logarithm of their length: what is long is halved, and the halves are added (Higham 1993). What is not
/// long is summed in lanes (<see cref="LaneSum"/>).
/// </summary>
static class LongSum
{
    /// <summary>Runs of at most so many elements are added in lanes, longer ones by halves.</summary>
    public const int LongRun = 512;

    const int ManyRows = 32;

    /// <summary>
    /// Where a run longer than <see cref="LongRun"/> is halved: at its middle, or a little beyond, so that the first half fills all lanes.
    /// </summary>
    public static int Half<T>(int length)
        where T : unmanaged
    {
        int lanes = LaneSum.Bytes / Unsafe.SizeOf<T>();
        return (length / 2 + lanes - 1) / lanes * lanes;
    }

    /// <summary>The sum of a run.</summary>
    public static T Of<T>(ReadOnlySpan<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (run.Length <= LongRun) return LaneSum.Of(run);
        int half = Half<T>(run.Length);
        return run.Length <= 2 * LongRun ? LaneSum.OfHalves(run, half) : Of(run[..half]) + Of(run[half..]);
    }

    /// <summary>The sum of the squares of a run.</summary>
    public static T OfSquares<T>(ReadOnlySpan<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>
        => OfProducts(run, run);

    /// <summary>The sum of the products of corresponding elements of two runs.</summary>
    public static T OfProducts<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (left.Length <= LongRun) return LaneSum.OfProducts(left, right);
        int half = Half<T>(left.Length);
        return left.Length <= 2 * LongRun ? LaneSum.OfProductsOfHalves(left, right, half)
            : OfProducts(left[..half], right[..half]) + OfProducts(left[half..], right[half..]);
    }

    /// <summary>
    /// The sums of several rows, which stand in columns as <see cref="LaneSum.OfColumns"/> has them, or of their squares, with the bits
    /// of a row alone.
    /// </summary>
    public static void OfColumns<T>(ReadOnlySpan<T> columns, Span<T> sums, bool areSquared = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int length = columns.Length / sums.Length;
        if (length <= LongRun)
        {
            LaneSum.OfColumns(columns, sums, areSquared);
            return;
        }
        int half = Half<T>(length) * sums.Length;
        using var second = SpanOwner<T>.Allocate(sums.Length);
        OfColumns(columns[..half], sums, areSquared);
        OfColumns(columns[half..], second.Span, areSquared);
        TensorPrimitives.Add(sums, second.Span, sums);
    }

    /// <summary>Adds rows of the length of the sum: sum += Σ rows.</summary>
    public static void AddRows<T>(Span<T> sum, ReadOnlySpan<T> rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (sum.IsEmpty) return;
        int count = rows.Length / sum.Length;
        if (count <= ManyRows)
        {
            RowSum.AddTo(sum, rows);
            return;
        }
        // A part for each level of halves, down to few rows.
        int levels = BitOperations.Log2((uint)((count - 1) / ManyRows)) + 2;
        using var parts = SpanOwner<T>.Allocate(levels * sum.Length);
        AddHalves(parts.Span, rows, sum.Length);
        TensorPrimitives.Add(sum, parts.Span[..sum.Length], sum);
    }

    // The sum of the rows becomes the first part.
    static void AddHalves<T>(Span<T> parts, ReadOnlySpan<T> rows, int width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var part = parts[..width];
        int count = rows.Length / width;
        if (count <= ManyRows)
        {
            part.Clear();
            RowSum.AddTo(part, rows);
            return;
        }
        int half = count / 2 * width;
        AddHalves(parts, rows[..half], width);
        AddHalves(parts[width..], rows[half..], width);
        TensorPrimitives.Add(part, parts.Slice(width, width), part);
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd.Kernels;

/// <summary>Running sums, of which each number is added to the sum before it.</summary>
static unsafe class RunningSum
{
    // Rows that are summed side by side, and how many elements of each at a time: what they hold stays in the first-level cache.
    const int Rows = 64, Columns = 64;

    /// <summary>
    /// Those of rows that lie one after the other, with the bits of <see cref="Accumulate"/>. Each addition waits for the one before it, so
    /// many rows are summed at once, as columns.
    /// </summary>
    public static void OfRows<T>(ReadOnlySpan<T> rows, int length, Span<T> sums, bool fromEnd)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (rows.IsEmpty) return;
        int count = rows.Length / length, at = 0;
        using var scratch = SpanOwner<T>.Allocate(Rows * (Columns + 2));
        fixed (T* source = rows, target = sums, columns = scratch.Span)
        {
            for (int width = Rows; width >= Vector<T>.Count; width /= 2)
                for (; at + width <= count; at += width)
                    SideBySide(source + (nint)at * length, target + (nint)at * length, length, columns, width, fromEnd);
            for (; at < count; at++) Alone(source + (nint)at * length, target + (nint)at * length, length, fromEnd);
        }
    }

    static void SideBySide<T>(T* source, T* target, int length, T* columns, int width, bool fromEnd)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T* sums = columns + Rows * Columns, lost = sums + Rows;
        new Span<T>(sums, 2 * Rows).Clear();
        for (int done = 0; done < length; done += Columns)
        {
            int part = Math.Min(Columns, length - done), start = fromEnd ? length - done - part : done;
            TransposedCopy.Run(source + start, length, columns, width, part, width);
            for (int lane = 0; lane < width; lane += Vector<T>.Count)
                Add(columns + lane, width, part, sums + lane, lost + lane, fromEnd, done == 0);
            TransposedCopy.Run(columns, width, target + start, length, width, part);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Add<T>(T* columns, int width, int count, T* sums, T* lost, bool fromEnd, bool isFirst)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> sum = Vector.Load(sums), rest = Vector.Load(lost);
        T* at = fromEnd ? columns + (count - 1) * width : columns;
        nint step = fromEnd ? -width : width;
        if (isFirst)
        {
            sum = Vector.Load(at);
            at += step;
            count--;
        }
        for (; count > 0; count--, at += step)
        {
            (sum, rest) = Next(sum, Vector.Load(at), rest);
            sum.Store(at);
        }
        sum.Store(sums);
        rest.Store(lost);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Alone<T>(T* source, T* target, int length, bool fromEnd)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int step = fromEnd ? -1 : 1, i = fromEnd ? length - 1 : 0;
        T sum = source[i], lost = T.Zero;
        target[i] = sum;
        for (int done = 1; done < length; done++)
        {
            i += step;
            (sum, lost) = Next(sum, source[i], lost);
            target[i] = sum;
        }
    }

    /// <summary>
    /// sums[i] += sums[i − 1] row by row, from the second or from the last but one. What rounding takes from a sum is carried along
    /// (Kahan 1965), so the error does not grow with the number of rows.
    /// </summary>
    public static void Accumulate<T>(Span<T> rows, int width, bool fromEnd)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (rows.IsEmpty) return;
        int count = rows.Length / width;
        using var lost = SpanOwner<T>.Allocate(width, AllocationMode.Clear);
        for (int i = 1; i < count; i++)
        {
            int to = fromEnd ? count - 1 - i : i, from = fromEnd ? to + 1 : to - 1;
            AddCompensated(rows.Slice(from * width, width), rows.Slice(to * width, width), lost.Span);
        }
    }

    // row += sum, where lost is what the sum has too much.
    static void AddCompensated<T>(ReadOnlySpan<T> sum, Span<T> row, Span<T> lost)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= row.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var (after, rest) = Next(new Vector<T>(sum[i..]), new Vector<T>(row[i..]), new Vector<T>(lost[i..]));
            after.CopyTo(row[i..]);
            rest.CopyTo(lost[i..]);
        }
        for (; i < row.Length; i++) (row[i], lost[i]) = Next(sum[i], row[i], lost[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (T Sum, T Lost) Next<T>(T before, T addend, T lost)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        addend -= lost;
        T after = before + addend, error = after - before - addend;
        return (after, T.IsNaN(error) ? T.Zero : error);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector<T> Sum, Vector<T> Lost) Next<T>(Vector<T> before, Vector<T> addend, Vector<T> lost)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        addend -= lost;
        var after = before + addend;
        var error = (after - before) - addend;
        // Of infinities it would be NaN, which must not reach the sums after them.
        return (after, Vector.ConditionalSelect(Vector.Equals(error, error), error, Vector<T>.Zero));
    }
}

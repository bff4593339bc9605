using System.Numerics;
using CommunityToolkit.HighPerformance;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd.Kernels;

/// <summary>A number of each row.</summary>
interface IRowFunction
{
    /// <summary>That of one row.</summary>
    T Reduce<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>
    /// Those of several rows, which stand in columns: element j of them all is a run as long as the result. The bits are those of
    /// <see cref="Reduce"/>. The columns may be written over. False where the rows have to be taken one by one.
    /// </summary>
    bool ReduceColumns<T>(Span<T> columns, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A row for each row, of its length.</summary>
interface IRowMap
{
    /// <summary>That of one row.</summary>
    void Row<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>
    /// Those of several rows, in columns as <see cref="IRowFunction.ReduceColumns"/> has them. The results stand in columns too, maybe in
    /// the place of the rows. Nothing is written there where the rows have to be taken one by one.
    /// </summary>
    bool Columns<T>(Span<T> columns, Span2D<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>Rows one after the other, or several at once as columns where a row is too short to fill vectors.</summary>
static class RowLoop
{
    // What they hold stays in the first-level cache.
    const int RowsAtOnce = 64;

    // Columns, half of a small second-level cache; and a line of it.
    const int BlockBytes = 256 * 1024, LineBytes = 64;

    // Above, a row fills vectors by itself; below, columns do not.
    const int LongestShortRow = 24, FewestRows = 8;

    /// <summary>Whether rows are so short, and so many, that columns of them are faster.</summary>
    public static bool AreShort(int length, int count) => length is > 0 and <= LongestShortRow && count >= FewestRows;

    /// <summary>The number of each row.</summary>
    public static void Run<TFunction, T>(ReadOnlySpan<T> rows, int length, Span<T> results)
        where TFunction : struct, IRowFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!AreShort(length, results.Length))
        {
            OneByOne<TFunction, T>(rows, length, results);
            return;
        }
        using var scratch = SpanOwner<T>.Allocate(length * Math.Min(results.Length, RowsAtOnce));
        for (int first = 0; first < results.Length; first += RowsAtOnce)
        {
            var some = results.Slice(first, Math.Min(RowsAtOnce, results.Length - first));
            var block = rows.Slice(first * length, some.Length * length);
            var columns = scratch.Span[..block.Length];
            TransposedCopy.Run(block, length, columns);
            if (!default(TFunction).ReduceColumns(columns, some)) OneByOne<TFunction, T>(block, length, some);
        }
    }

    /// <summary>The row for each row.</summary>
    public static void Map<TMap, T>(TMap map, ReadOnlySpan<T> x, Span<T> y, int length)
        where TMap : struct, IRowMap
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (y.IsEmpty) return;
        if (!AreShort(length, y.Length / length))
        {
            MapOneByOne(map, x, y, length);
            return;
        }
        int most = length * RowsAtOnce;
        using var scratch = SpanOwner<T>.Allocate(Math.Min(most, y.Length));
        for (int start = 0; start < y.Length; start += most)
        {
            var some = y.Slice(start, Math.Min(most, y.Length - start));
            var block = x.Slice(start, some.Length);
            var columns = scratch.Span[..some.Length];
            int width = some.Length / length;
            TransposedCopy.Run(block, length, columns);
            if (map.Columns(columns, columns.AsSpan2D(length, width))) TransposedCopy.Run<T>(columns, width, some);
            else MapOneByOne(map, block, some, length);
        }
    }

    /// <summary>
    /// The row for each row, where an axis lies behind that of the rows: element j of <paramref name="inner"/> rows is a run.
    /// </summary>
    public static unsafe void MapAcross<TMap, T>(TMap map, ReadOnlySpan<T> x, Span<T> y, int length, int inner)
        where TMap : struct, IRowMap
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (y.IsEmpty) return;
        int most = BlockBytes / sizeof(T) / length;
        // Of long rows no columns fill vectors; of each line of the cache that is read all is used.
        bool areLong = most < RowsAtOnce;
        int width = Math.Min(areLong ? Math.Max(most, LineBytes / sizeof(T)) : most / RowsAtOnce * RowsAtOnce, inner);
        fixed (T* from = x, to = y)
            for (nint block = 0; block < y.Length; block += (nint)length * inner)
                for (int first = 0; first < inner; first += width)
                {
                    int count = Math.Min(width, inner - first);
                    T* source = from + block + first, target = to + block + first;
                    if (areLong || !TryMapColumns(map, source, target, length, inner, count))
                        MapTransposed(map, source, target, length, inner, count);
                }
    }

    static unsafe bool TryMapColumns<TMap, T>(TMap map, T* source, T* target, int length, int inner, int count)
        where TMap : struct, IRowMap
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var scratch = SpanOwner<T>.Allocate(length * count);
        fixed (T* columns = scratch.Span) StridedRows.Copy(source, inner, columns, count, count, length);
        return map.Columns(scratch.Span, new(target, length, count, inner - count));
    }

    static unsafe void MapTransposed<TMap, T>(TMap map, T* source, T* target, int length, int inner, int count)
        where TMap : struct, IRowMap
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using SpanOwner<T> rows = SpanOwner<T>.Allocate(length * count), results = SpanOwner<T>.Allocate(length * count);
        fixed (T* row = rows.Span, result = results.Span)
        {
            TransposedCopy.Run(source, inner, row, length, count, length);
            MapOneByOne<TMap, T>(map, rows.Span, results.Span, length);
            TransposedCopy.Run(result, length, target, inner, length, count);
        }
    }

    static void MapOneByOne<TMap, T>(TMap map, ReadOnlySpan<T> x, Span<T> y, int length)
        where TMap : struct, IRowMap
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int start = 0; start < y.Length; start += length) map.Row(x.Slice(start, length), y.Slice(start, length));
    }

    static void OneByOne<TFunction, T>(ReadOnlySpan<T> rows, int length, Span<T> results)
        where TFunction : struct, IRowFunction
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < results.Length; i++) results[i] = default(TFunction).Reduce(rows.Slice(i * length, length));
    }
}

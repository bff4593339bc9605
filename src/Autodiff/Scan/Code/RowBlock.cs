using System.Numerics;

namespace Autograd.Scan;

/// <summary>What the interpreter does with the rows of a block that follow each other, beside arithmetic.</summary>
static unsafe class RowBlock
{
    /// <summary>Each number as often as a row is wide.</summary>
    public static void Repeat<T>(ReadOnlySpan<T> numbers, T* to, int width)
        where T : unmanaged
    {
        foreach (T number in numbers)
        {
            var all = Vector.Create(number);
            int i = 0;
            for (; i <= width - Vector<T>.Count; i += Vector<T>.Count) all.Store(to + i);
            for (; i < width; i++) to[i] = number;
            to += width;
        }
    }

    /// <summary>A row as often as there is room, twice as many at a time.</summary>
    public static void RepeatRow<T>(ReadOnlySpan<T> row, Span<T> to)
        where T : unmanaged
    {
        row.CopyTo(to);
        for (int filled = row.Length; filled < to.Length; filled *= 2)
            to[..Math.Min(filled, to.Length - filled)].CopyTo(to[filled..]);
    }

    /// <summary>Adds one row after the other to the same sums, each in a register.</summary>
    public static void AddRows<T>(T* rows, int count, int width, T* sums)
        where T : unmanaged, INumber<T>
    {
        int i = 0;
        for (; i <= width - Vector<T>.Count; i += Vector<T>.Count)
        {
            var sum = Vector.Load(sums + i);
            for (int row = 0; row < count; row++) sum += Vector.Load(rows + (long)row * width + i);
            sum.Store(sums + i);
        }
        for (; i < width; i++)
            for (int row = 0; row < count; row++) sums[i] += rows[(long)row * width + i];
    }

    /// <summary>The second where the first is not 0, else the third.</summary>
    public static void Select<T>(T* mask, T* yes, T* no, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        int i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
            Vector.ConditionalSelect(Vector.Equals(Vector.Load(mask + i), Vector<T>.Zero), Vector.Load(no + i), Vector.Load(yes + i))
                .CopyTo(result[i..]);
        for (; i < result.Length; i++) result[i] = mask[i] == T.Zero ? no[i] : yes[i];
    }
}

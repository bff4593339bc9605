using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CommunityToolkit.HighPerformance.Buffers;

namespace Autograd.Operations;

/// <summary>The number of the first element of a row that is extreme, or of the first NaN.</summary>
readonly struct FirstExtreme<TExtreme> : IRowFunction
    where TExtreme : struct, IExtreme
{
    // As Equals has it, a NaN is equal to itself, and 0 to −0.
    public T Reduce<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.CreateChecked(row.IndexOf(TExtreme.Of(row)));

    public bool ReduceColumns<T>(Span<T> columns, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        OfColumns<T>(columns, results);
        return true;
    }

    /// <summary>Of several rows, which stand in columns.</summary>
    public void OfColumns<T>(ReadOnlySpan<T> columns, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = results.Length, last = width - Vector<T>.Count;
        if (last < 0)
        {
            OfFew(columns, results);
            return;
        }
        // What is left in the end is found together with some of what is done then.
        for (int i = 0; i < width; i += Vector<T>.Count) OfVector(columns, width, Math.Min(i, last)).CopyTo(results[Math.Min(i, last)..]);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static Vector<T> OfVector<T>(ReadOnlySpan<T> columns, int width, int start)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(columns);
        Vector<T> extreme = Vector.LoadUnsafe(ref first, (nuint)start), number = Vector<T>.Zero, next = Vector<T>.One;
        for (int at = start + width; at < columns.Length; at += width, next += Vector<T>.One)
        {
            var x = Vector.LoadUnsafe(ref first, (nuint)at);
            // The first NaN is beyond all, and nothing is beyond it.
            var isFirstNaN = Vector.AndNot(Vector.Equals(extreme, extreme), Vector.Equals(x, x));
            var isBeyond = TExtreme.IsBeyond(x, extreme) | isFirstNaN;
            extreme = Vector.ConditionalSelect(isBeyond, x, extreme);
            number = Vector.ConditionalSelect(isBeyond, next, number);
        }
        return number;
    }

    // Fewer rows than a vector holds.
    void OfFew<T>(ReadOnlySpan<T> columns, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (results.IsEmpty) return;
        using var row = SpanOwner<T>.Allocate(columns.Length / results.Length);
        for (int i = 0; i < results.Length; i++)
        {
            for (int j = 0; j < row.Length; j++) row.Span[j] = columns[j * results.Length + i];
            results[i] = Reduce<T>(row.Span);
        }
    }
}

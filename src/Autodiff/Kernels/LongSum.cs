using System.Numerics;
using System.Numerics.Tensors;
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

    /// <summary>The sum of a run.</summary>
    public static T Of<T>(ReadOnlySpan<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (run.Length <= LongRun) return LaneSum.Of(run);
        int half = run.Length / 2;
        return Of(run[..half]) + Of(run[half..]);
    }

    /// <summary>The sum of the squares of a run.</summary>
    public static T OfSquares<T>(ReadOnlySpan<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (run.Length <= LongRun) return LaneSum.OfSquares(run);
        int half = run.Length / 2;
        return OfSquares(run[..half]) + OfSquares(run[half..]);
    }

    /// <summary>Adds rows of the length of the sum: sum += Σ rows.</summary>
    public static void AddRows<T>(Span<T> sum, ReadOnlySpan<T> rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (sum.IsEmpty) return;
        if (rows.Length / sum.Length <= ManyRows)
        {
            for (; !rows.IsEmpty; rows = rows[sum.Length..]) TensorPrimitives.Add(sum, rows[..sum.Length], sum);
            return;
        }
        using var part = SpanOwner<T>.Allocate(sum.Length);
        AddHalves(part.Span, rows);
        TensorPrimitives.Add(sum, part.Span, sum);
    }

    // part = Σ rows
    static void AddHalves<T>(Span<T> part, ReadOnlySpan<T> rows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int half = rows.Length / part.Length / 2 * part.Length;
        part.Clear();
        AddRows(part, rows[..half]);
        AddRows(part, rows[half..]);
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
            Vector<T> before = new(sum[i..]), addend = new Vector<T>(row[i..]) - new Vector<T>(lost[i..]);
            var after = before + addend;
            var error = (after - before) - addend;
            after.CopyTo(row[i..]);
            // Of infinities it would be NaN, which must not reach the sums after them.
            Vector.ConditionalSelect(Vector.Equals(error, error), error, Vector<T>.Zero).CopyTo(lost[i..]);
        }
        for (; i < row.Length; i++)
        {
            T addend = row[i] - lost[i], after = sum[i] + addend, error = after - sum[i] - addend;
            row[i] = after;
            lost[i] = T.IsNaN(error) ? T.Zero : error;
        }
    }
}

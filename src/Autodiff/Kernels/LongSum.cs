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
}

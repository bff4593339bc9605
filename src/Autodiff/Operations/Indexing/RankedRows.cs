using System.Numerics;

namespace Autograd.Operations;

/// <summary>Numbers the elements of rows, which may lie across memory, by their size.</summary>
static class RankedRows
{
    /// <summary>The numbers of the first <paramref name="count"/> elements of every row.</summary>
    public static void Fill<T>(ReadOnlySpan<T> x, (int Length, int Inner) rows, int count, Ranking ranking, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (count == 1)
        {
            if (ranking == Ranking.Largest) First<Largest, T>(x, rows, result);
            else First<Smallest, T>(x, rows, result);
            return;
        }
        var (length, inner) = rows;
        var (row, order) = (new T[length], new int[length]);
        var by = new BySize<T>(row, ranking);
        for (int start = 0, to = 0; start < x.Length; start += length * inner, to += count * inner)
        {
            for (int column = 0; column < inner; column++)
            {
                for (int i = 0; i < length; i++) row[i] = x[start + i * inner + column];
                for (int i = 0; i < length; i++) order[i] = i;
                Array.Sort(order, by);
                for (int i = 0; i < count; i++) result[to + i * inner + column] = T.CreateChecked(order[i]);
            }
        }
    }

    // One is found without sorting the others.
    static void First<TExtreme, T>(ReadOnlySpan<T> x, (int Length, int Inner) rows, Span<T> result)
        where TExtreme : struct, IExtreme
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (length, inner) = rows;
        if (inner == 1)
        {
            RowLoop.Run<FirstExtreme<TExtreme>, T>(x, length, result);
            return;
        }
        for (; !result.IsEmpty; x = x[(length * inner)..], result = result[inner..])
            default(FirstExtreme<TExtreme>).OfColumns(x[..(length * inner)], result[..inner]);
    }

    // Equal elements by their numbers, so that any way of sorting is stable.
    sealed class BySize<T>(T[] row, Ranking ranking) : IComparer<int>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public int Compare(int left, int right)
        {
            var (a, b) = (row[left], row[right]);
            bool reversed = ranking == Ranking.Largest;
            if (reversed ? a > b : a < b) return -1;
            if (reversed ? a < b : a > b) return 1;
            int nan = T.IsNaN(a).CompareTo(T.IsNaN(b));
            if (nan != 0) return ranking == Ranking.Smallest ? nan : -nan;
            return left.CompareTo(right);
        }
    }
}

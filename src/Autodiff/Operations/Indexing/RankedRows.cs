using System.Numerics;

namespace Autograd.Operations;

/// <summary>Numbers the elements of rows, which may lie across memory, by their size.</summary>
static class RankedRows
{
    /// <summary>The numbers of the first <paramref name="count"/> elements of every row.</summary>
    public static void Fill<T>(ReadOnlySpan<T> x, (int Length, int Inner) rows, int count, Ranking ranking, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (length, inner) = rows;
        var (row, order) = (new T[length], new int[length]);
        var by = new BySize<T>(row, ranking);
        for (int start = 0, to = 0; start < x.Length; start += length * inner, to += count * inner)
        {
            for (int column = 0; column < inner; column++)
            {
                for (int i = 0; i < length; i++) row[i] = x[start + i * inner + column];
                Order(order, by, count);
                for (int i = 0; i < count; i++) result[to + i * inner + column] = T.CreateChecked(order[i]);
            }
        }
    }

    static void Order<T>(int[] order, BySize<T> by, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < order.Length; i++) order[i] = i;
        if (count != 1)
        {
            Array.Sort(order, by);
            return;
        }
        // One is found without sorting the others.
        for (int i = 1; i < order.Length; i++)
            if (by.Compare(i, order[0]) < 0)
                order[0] = i;
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

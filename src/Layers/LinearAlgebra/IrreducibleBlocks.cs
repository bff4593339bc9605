namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    // Sweeps of balancing; a handful is the rule.
    const int MostBalancing = 100;

    /// <summary>
    /// The blocks on the diagonal of a matrix put into block triangular form by exchanging rows and the same columns: no block can be taken
    /// apart further. All eigenvalues are theirs, whatever stands beside them: those of a triangular matrix are its diagonal, to the last
    /// bit.
    /// </summary>
    static IEnumerable<double[]> IrreducibleBlocks(double[] elements, int n)
    {
        foreach (int[] rows in StrongComponents(elements, n))
        {
            var block = new double[rows.Length * rows.Length];
            for (int i = 0; i < rows.Length; i++)
                for (int j = 0; j < rows.Length; j++) block[i * rows.Length + j] = elements[rows[i] * n + rows[j]];
            yield return block;
        }
    }

    // Rows that lead to each other through elements that are not 0 (Sharir 1981): in the order in which a search ends, a second search
    // against the direction of the first finds one set of them after the other.
    static List<int[]> StrongComponents(double[] elements, int n)
    {
        var (ended, components) = (new List<int>(n), new List<int[]>());
        var seen = new bool[n];
        for (int root = 0; root < n; root++) Search(root, (from, to) => elements[from * n + to] != 0, seen, ended);
        Array.Clear(seen);
        for (int i = n - 1; i >= 0; i--)
        {
            var found = new List<int>();
            Search(ended[i], (from, to) => elements[to * n + from] != 0, seen, found);
            if (found.Count > 0) components.Add([.. found.Order()]);
        }
        return components;
    }

    // Depth first, with a stack of its own; a row is added when all that it leads to is done.
    static void Search(int root, Func<int, int, bool> leads, bool[] seen, List<int> ended)
    {
        if (seen[root]) return;
        seen[root] = true;
        var path = new Stack<(int Row, int Next)>([(root, 0)]);
        while (path.TryPop(out var at))
        {
            int next = at.Next;
            while (next < seen.Length && (seen[next] || !leads(at.Row, next))) next++;
            if (next == seen.Length)
            {
                ended.Add(at.Row);
                continue;
            }
            path.Push((at.Row, next + 1));
            seen[next] = true;
            path.Push((next, 0));
        }
    }

    // A similar matrix whose largest element is about 1, divided by a power of two, whose exponent it gives.
    static int Prepare(double[] block, int n)
    {
        int exponent = Normalize(block);
        Balance(block, n);
        return exponent + Normalize(block);
    }

    // Rows and columns of about one size, by powers of two, which round nothing (Parlett and Reinsch 1969). A chain of large elements with
    // a faint way back would hide what is on the diagonal.
    static void Balance(double[] block, int n)
    {
        bool hasChanged = true;
        for (int sweep = 0; hasChanged && sweep < MostBalancing; sweep++)
        {
            hasChanged = false;
            for (int i = 0; i < n; i++)
            {
                double row = 0, column = 0;
                for (int j = 0; j < n; j++)
                {
                    if (j == i) continue;
                    row += Math.Abs(block[i * n + j]);
                    column += Math.Abs(block[j * n + i]);
                }
                if (row == 0 || column == 0) continue;
                // The column times the factor and the row over it are within a factor of two of each other.
                int exponent = (Math.ILogB(row) - Math.ILogB(column)) / 2;
                if (Math.ScaleB(column, exponent) + Math.ScaleB(row, -exponent) >= 0.95 * (column + row)) continue;
                hasChanged = true;
                for (int j = 0; j < n; j++)
                {
                    if (j == i) continue;
                    block[i * n + j] = Math.ScaleB(block[i * n + j], -exponent);
                    block[j * n + i] = Math.ScaleB(block[j * n + i], exponent);
                }
            }
        }
    }
}

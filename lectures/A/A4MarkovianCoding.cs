using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>Fixed contractive dynamics sort histories by their suffixes.</summary>
public sealed class A4MarkovianCoding : Demonstration
{
    const int Length = 24, Count = 4000, Symbols = 4;

    /// <inheritdoc/>
    public override string Id => "A4";

    /// <inheritdoc/>
    public override string Title => "Contractive dynamics: a Markovian coding without learning";

    /// <inheritdoc/>
    public override string Claim =>
        "x_t = ½ x_{t−1} + ½ u_t with u_t ∈ {0,1}² maps sequences with a common suffix close together: the distance of two end states " +
            "is at most 2^(−common suffix) times the diameter.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var key = report.Key(0);
        int[][] histories = [.. Enumerable.Range(0, Count).Select(i => Enumerable.Range(0, Length).Select(t =>
            key.Whole((uint)(i * Length + t), Symbols)).ToArray())];
        double[][] ends = EndStates(histories);
        report.Chart(Square("End states of 4,000 random sequences, by their last symbol", histories, ends));
        // Without 3 after 0 the square gets holes, and holes in the holes: a fractal.
        int[][] restricted = Array.ConvertAll(histories, Restricted);
        report.Chart(Square("The same where symbol 3 never follows symbol 0", restricted, EndStates(restricted)));
        double worst = 0;
        var largest = new double[Length + 1];
        for (int i = 0; i < Count; i++)
        {
            // Neighbours in the order of reversed histories have the longest common suffixes; a random partner has a short one.
            int j = (i * 7 + 1) % Count;
            Compare(i, j);
        }
        int[] order = [.. Enumerable.Range(0, Count)];
        Array.Sort(Array.ConvertAll(order, i => string.Concat(histories[i].Reverse())), order, StringComparer.Ordinal);
        for (int i = 1; i < Count; i++) Compare(order[i - 1], order[i]);

        void Compare(int i, int j)
        {
            int suffix = Suffix(histories[i], histories[j]);
            double distance = Math.Sqrt(ends[i].Zip(ends[j], (a, b) => (a - b) * (a - b)).Sum());
            largest[suffix] = Math.Max(largest[suffix], distance);
            worst = Math.Max(worst, distance / (Math.Pow(0.5, suffix) * Math.Sqrt(2)));
        }

        double[] lengths = [.. Enumerable.Range(0, Length + 1).Where(n => largest[n] > 0).Select(n => (double)n)];
        report.Chart(new Chart("Distance of end states", "length of the common suffix", "distance") { LogY = true }
            .Points("largest found", lengths, lengths.Select(n => largest[(int)n]))
            .Dashed("2^(−suffix) · diameter", lengths, lengths.Select(n => Math.Pow(0.5, n) * Math.Sqrt(2))));
        report.Measure($"largest distance as a part of the bound, over {2 * Count - 1:N0} pairs", worst, "at most 1", worst <= 1 + 1e-12);
    }

    static double[][] EndStates(int[][] histories)
    {
        var symbols = new double[Length, Count, 2];
        for (int i = 0; i < Count; i++)
        {
            var corners = SymbolCorners.Of(histories[i], Symbols);
            for (int t = 0; t < Length; t++) (symbols[t, i, 0], symbols[t, i, 1]) = (corners.At(t, 0), corners.At(t, 1));
        }
        double[] states = Recurrent.Over(new ContractiveCell(2)).Run(Tensor.From(symbols)).Final.ToDoubles();
        return [.. states.Chunk(2)];
    }

    static Chart Square(string title, int[][] histories, double[][] ends)
    {
        var chart = new Chart(title, "x₁", "x₂") { XRange = (0, 1), YRange = (0, 1) };
        for (int symbol = 0; symbol < Symbols; symbol++)
        {
            int[] chosen = [.. Enumerable.Range(0, Count).Where(i => histories[i][^1] == symbol)];
            chart.Points($"last symbol {symbol}", chosen.Select(i => ends[i][0]), chosen.Select(i => ends[i][1]));
        }
        return chart;
    }

    static int[] Restricted(int[] history)
    {
        int[] allowed = [.. history];
        for (int t = 1; t < Length; t++)
            if (allowed[t - 1] == 0 && allowed[t] == 3)
                allowed[t] = t % 3;
        return allowed;
    }

    static int Suffix(int[] a, int[] b)
    {
        int length = 0;
        while (length < Length && a[^(length + 1)] == b[^(length + 1)]) length++;
        return length;
    }
}

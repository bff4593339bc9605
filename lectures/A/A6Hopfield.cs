using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>An associative memory: energy, recall, capacity.</summary>
public sealed class A6Hopfield : Demonstration
{
    const int Units = 100;

    static readonly string[] Letters =
    [
        "..####...." + ".##..##..." + "##....##.." + "##....##.." + "########.." + "########.." + "##....##.." + "##....##.." +
            "##....##.." + "..........",
        "##########" + "##########" + "....##...." + "....##...." + "....##...." + "....##...." + "....##...." + "....##...." +
            "....##...." + "....##....",
        "##......##" + ".##....##." + "..##..##.." + "...####..." + "....##...." + "...####..." + "..##..##.." + ".##....##." +
            "##......##" + "#........#",
    ];

    /// <inheritdoc/>
    public override string Id => "A6";

    /// <inheritdoc/>
    public override string Title => "Hopfield network: recall of stored patterns";

    /// <inheritdoc/>
    public override string Claim => "Binary units with symmetric weights: the energy never increases, and stored patterns are recalled " +
        "from corrupted ones.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        double largestRise = double.NegativeInfinity;
        LettersFromNoise(report, ref largestRise);
        Corruption(report, ref largestRise);
        Load(report, ref largestRise);
        report.Measure("largest change of the energy in any update", largestRise, "below 0", largestRise < 0);
    }

    static void LettersFromNoise(Report report, ref double largestRise)
    {
        var network = new HopfieldNetwork(Tensor.From([.. Letters.SelectMany(letter => letter.Select(c => c == '#' ? 1.0 : -1))],
            [Letters.Length, Units]));
        var energies = new Chart("Energy during recall", "units that changed", "energy");
        var picture = new double[22, 32];
        int recalled = 0;
        for (int i = 0; i < Letters.Length; i++)
        {
            double[] letter = [.. Letters[i].Select(c => c == '#' ? 1.0 : -1)];
            double[] corrupted = Flipped(letter, 25, report.Key(0).For($"letter {i}"));
            var recall = network.Recall(Tensor.From(corrupted), report.Key(0));
            recalled += recall.State.ToDoubles().SequenceEqual(letter) ? 1 : 0;
            largestRise = Math.Max(largestRise, Rise(recall));
            energies.Line($"letter {"ATX"[i]}", Enumerable.Range(0, recall.Energies.Count).Select(n => (double)n), recall.Energies);
            double[] state = recall.State.ToDoubles();
            for (int unit = 0; unit < Units; unit++)
            {
                // Row 0 of a heat map is at the bottom.
                int row = 9 - unit / 10, column = 11 * i + unit % 10;
                (picture[12 + row, column], picture[row, column]) = (corrupted[unit], state[unit]);
            }
        }
        report.Chart(new Chart("Three letters with 25 of 100 units flipped (above), and what is recalled (below)", "column", "row")
            .Heat(picture));
        report.Chart(energies);
        report.Measure("letters recalled exactly from a quarter of wrong units", recalled, $"{Letters.Length}", recalled == Letters.Length);
    }

    static void Corruption(Report report, ref double largestRise)
    {
        var chart = new Chart("Five random patterns of 100 units, recalled from corrupted ones", "share of units flipped",
            "share of exact recalls");
        double[] shares = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];
        var exact = new double[shares.Length];
        int trials = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var patterns = Patterns(report.Key(seed), 5);
            var network = new HopfieldNetwork(patterns);
            for (int p = 0; p < 5; p++, trials++)
                for (int i = 0; i < shares.Length; i++)
                {
                    double[] pattern = patterns[p].ToDoubles();
                    var recall = network.Recall(Tensor.From(Flipped(pattern, (int)(shares[i] * Units), report.Key(seed)
                        .For($"flip {p} {i}"))), report.Key(seed));
                    exact[i] += recall.State.ToDoubles().SequenceEqual(pattern) ? 1 : 0;
                    largestRise = Math.Max(largestRise, Rise(recall));
                }
        }
        report.Chart(chart.Line("exact recalls", shares, exact.Select(count => count / trials)));
        report.Measure("share of exact recalls with 15 % of the units flipped", exact[3] / trials, "at least 0.9",
            exact[3] / trials >= 0.9);
    }

    static void Load(Report report, ref double largestRise)
    {
        int units = report.Quick ? 200 : 400;
        double[] loads = [0.02, 0.05, 0.08, 0.1, 0.12, 0.14, 0.16, 0.2, 0.25, 0.3];
        var overlaps = new double[loads.Length];
        for (int i = 0; i < loads.Length; i++)
        {
            report.Progress("load", (double)i / loads.Length);
            var patterns = Patterns(report.Key(0).For($"load {i}"), (int)(loads[i] * units), units);
            var network = new HopfieldNetwork(patterns);
            int shown = Math.Min(10, patterns.Shape[0]);
            for (int p = 0; p < shown; p++)
            {
                double[] pattern = patterns[p].ToDoubles();
                var recall = network.Recall(patterns[p], report.Key(p));
                overlaps[i] += recall.State.ToDoubles().Zip(pattern, (a, b) => a * b).Average() / shown;
                largestRise = Math.Max(largestRise, Rise(recall));
            }
        }
        report.Chart(new Chart($"Memory of {units} units: how well a stored pattern is kept", "patterns per unit",
            "overlap with the pattern")
        { YRange = (0, 1.05) }
            .Line("mean of ten patterns", loads, overlaps)
            .Dashed("0.138, where memory breaks down (Amit, Gutfreund and Sompolinsky 1985)", [0.138, 0.138], [0, 1]));
        report.Measure("overlap at 0.05 patterns per unit", overlaps[1], "at least 0.99", overlaps[1] >= 0.99);
        report.Measure("overlap at 0.3 patterns per unit", overlaps[^1], "below 0.8: overloaded", overlaps[^1] < 0.8);
    }

    static double Rise(Recall recall) =>
        recall.Energies.Count < 2 ? double.NegativeInfinity : recall.Energies.Skip(1).Zip(recall.Energies, (after, before) =>
            after - before).Max();

    static Tensor Patterns(RandomKey key, int count, int units = Units) =>
        Tensor.From([.. Enumerable.Range(0, count * units).Select(i => key.Uniform((uint)i) < 0.5 ? -1.0 : 1)], [count, units]);

    static double[] Flipped(double[] pattern, int count, RandomKey key)
    {
        double[] flipped = [.. pattern];
        foreach (int unit in Enumerable.Range(0, pattern.Length).OrderBy(unit => key.Uniform((uint)unit)).Take(count)) flipped[unit] *= -1;
        return flipped;
    }
}

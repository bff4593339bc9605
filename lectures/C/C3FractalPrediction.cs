using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>Prediction of symbols from fixed contractive dynamics.</summary>
public sealed class C3FractalPrediction : Demonstration
{
    const int Symbols = 4, Deepest = 5;

    /// <inheritdoc/>
    public override string Id => "C3";

    /// <inheritdoc/>
    public override string Title => "Fractal prediction machine: contexts of different lengths without learning the dynamics";

    /// <inheritdoc/>
    public override string Claim =>
        "A contractive map of symbols, a quantised codebook and counts of next symbols make a Markov model of variable length: where " +
            "memory must be long in some contexts and short in others, it needs fewer contexts than Markov models of fixed order.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        int length = report.Quick ? 20_000 : 50_000;
        report.Text($"Source: after the symbols 2 and 3, which are rare, the next depends on that symbol alone; after a run of 0s and " +
            $"1s it depends on the run, up to its last {Deepest} symbols. {length} symbols to train on, as many to test.");
        int[] sizes = [2, 4, 8, 16, 32, 64, 128], orders = [0, 1, 2, 3, 4, 5];
        var chart = new Chart("Test loss; means of all seeds", "contexts", "nats per symbol") { LogX = true };
        var (machine, fixedOrder, entropies) = (new double[sizes.Length], new double[orders.Length], new List<double>());
        var rows = new List<string[]>();
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var (train, _) = Source(report.Key(seed).For("train"), report.Key(seed), length);
            var (test, entropy) = Source(report.Key(seed).For("test"), report.Key(seed), length);
            entropies.Add(entropy);
            double[] own = [.. sizes.Select(size => FractalPredictionMachine.Fit(train, Symbols, size, report.Key(seed))
                .NegativeLogLikelihood(test))];
            double[] markov = [.. orders.Select(order => Markov(train, test, order))];
            for (int i = 0; i < sizes.Length; i++) machine[i] += own[i] / report.Seeds;
            for (int i = 0; i < orders.Length; i++) fixedOrder[i] += markov[i] / report.Seeds;
            rows.Add([$"{seed}", Numbers.Short(entropy), .. ((int[])[3, 4, 5]).Select(i => Numbers.Short(own[i])), .. ((int[])[1, 2, 3,
                4]).Select(i => Numbers.Short(markov[i]))]);
            report.Progress("seeds", (seed + 1.0) / report.Seeds);
        }
        report.Table(["seed", "source itself", "machine, 16 contexts", "32", "64", "Markov, 4 contexts", "16", "64", "256"], rows);
        report.Text("The advantage is that of the source: with 2 and 3 three times as frequent (0.06 each instead of 0.02), so that " +
            "many contexts of the fixed length are needed, it vanishes.");
        double floor = entropies.Average();
        report.Chart(chart.Line("fractal prediction machine", sizes.Select(size => (double)size), machine)
            .Line("Markov models of order 0 … 5", orders.Select(order => Math.Pow(Symbols, order)), fixedOrder)
            .Dashed("the source itself", [1, 1024], [floor, floor]));
        Picture(report, length);
        double advantage = (fixedOrder[3] - machine[4]) / (fixedOrder[3] - floor);
        report.Measure("machine with 32 contexts: part of what a Markov model with 64 loses against the source that it wins back",
            advantage, "above 0", advantage > 0);
        report.Measure("machine with 64 contexts: loss beyond the source's own, nats", machine[5] - floor,
            $"below that of the best Markov model up to 256 contexts, {Numbers.Short(fixedOrder[..5].Min() - floor)}",
            machine[5] < fixedOrder[..5].Min());
    }

    static void Picture(Report report, int length)
    {
        var (train, _) = Source(report.Key(0).For("train"), report.Key(0), length);
        var codebook = FractalPredictionMachine.Fit(train, Symbols, 64, report.Key(0)).Codebook;
        double[,] points = Points(train[..4000]);
        report.Chart(new Chart("Histories as points, and the codebook of 64 contexts, seed 0", "x₁", "x₂")
        {
            XRange = (0, 1),
            YRange = (0, 1)
        }
            .Points("histories", Enumerable.Range(0, 4000).Select(t => points[t, 0]), Enumerable.Range(0, 4000).Select(t => points[t, 1]))
            .Points("codebook", Enumerable.Range(0, 64).Select(i => codebook.At(i, 0)), Enumerable.Range(0, 64).Select(i =>
                codebook.At(i, 1))));
    }

    static double[,] Points(int[] sequence)
    {
        var states = Recurrent.Over(new ContractiveCell(2)).Forward(SymbolCorners.Of(sequence, Symbols).Reshape(-1, 1, 2));
        var points = new double[sequence.Length, 2];
        for (int t = 0; t < sequence.Length; t++) (points[t, 0], points[t, 1]) = (states.At(t, 0, 0), states.At(t, 0, 1));
        return points;
    }

    // The probabilities of a context come from the seed's key, so that training and test have the same source.
    static (int[] Sequence, double Entropy) Source(RandomKey draws, RandomKey model, int length)
    {
        var sequence = new int[length];
        double entropy = 0;
        // The context: 2, 3, or a run of 0s and 1s in binary behind a leading 1.
        int context = 2;
        for (int t = 0; t < length; t++)
        {
            double[] p = Probabilities(model.For("source"), context);
            double u = draws.Uniform((uint)t);
            int symbol = 0;
            while (symbol < Symbols - 1 && u >= p[symbol]) u -= p[symbol++];
            entropy -= Math.Log(p[symbol]) / length;
            sequence[t] = symbol;
            context = symbol >= 2 ? symbol : Longer(context, symbol);
        }
        return (sequence, entropy);
    }

    static int Longer(int context, int symbol)
    {
        const int Base = 8, Full = 1 << Deepest;
        int run = context < Base ? 1 : context - Base;
        run = 2 * run + symbol;
        return Base + (run < 2 * Full ? run : Full + run % Full);
    }

    static double[] Probabilities(RandomKey key, int context)
    {
        bool likesOne = key.Uniform((uint)context) < 0.5;
        return [likesOne ? 0.16 : 0.8, likesOne ? 0.8 : 0.16, 0.02, 0.02];
    }

    static double Markov(int[] train, int[] test, int order)
    {
        var counts = new double[(int)Math.Pow(Symbols, order), Symbols];
        for (int t = order; t < train.Length; t++) counts[Context(train, t, order), train[t]]++;
        double sum = 0;
        for (int t = order; t < test.Length; t++)
        {
            int context = Context(test, t, order);
            double total = Symbols + Enumerable.Range(0, Symbols).Sum(symbol => counts[context, symbol]);
            sum -= Math.Log((counts[context, test[t]] + 1) / total);
        }
        return sum / (test.Length - order);
    }

    static int Context(int[] sequence, int t, int order)
    {
        int context = 0;
        for (int k = order; k >= 1; k--) context = context * Symbols + sequence[t - k];
        return context;
    }
}

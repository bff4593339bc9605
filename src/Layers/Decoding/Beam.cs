namespace Autograd.Layers;

/// <summary>The hypotheses of one prompt.</summary>
sealed class Beam(int width, int length, double penalty, int? stop)
{
    readonly List<Hypothesis> finished = [];
    List<(int[] Symbols, double LogProbability)> alive = [([], 0)];

    /// <summary>Number of hypotheses that go on.</summary>
    public int Alive => alive.Count;

    /// <summary>Goes on by a symbol: which hypotheses continue, by the number of the one before, and with what.</summary>
    /// <param name="logProbabilities">Those of the next symbol after each hypothesis.</param>
    public List<(int Parent, int Symbol)> Extend(double[][] logProbabilities)
    {
        var steps = new List<(int Parent, int Symbol)>();
        var next = new List<(int[] Symbols, double LogProbability)>();
        foreach (var (parent, symbol, log) in Candidates(logProbabilities))
        {
            if (next.Count == width) break;
            if (symbol == stop)
            {
                Finish(alive[parent].Symbols, log, alive[parent].Symbols.Length + 1, isFinished: true);
                continue;
            }
            steps.Add((parent, symbol));
            next.Add(([.. alive[parent].Symbols, symbol], log));
        }
        alive = next;
        if (!IsDecided()) return steps;
        alive = [];
        return [];
    }

    /// <summary>The best ones, with those that the length has ended.</summary>
    public IReadOnlyList<Hypothesis> Best()
    {
        foreach (var (symbols, log) in alive) Finish(symbols, log, symbols.Length, isFinished: false);
        alive = [];
        return [.. finished.OrderByDescending(hypothesis => hypothesis.Score).Take(width)];
    }

    IEnumerable<(int Parent, int Symbol, double LogProbability)> Candidates(double[][] logProbabilities) =>
        alive
            .SelectMany((hypothesis, parent) => logProbabilities[parent]
                .Select((log, symbol) => (Parent: parent, Symbol: symbol, LogProbability: hypothesis.LogProbability + log)))
            .Where(candidate => !double.IsNegativeInfinity(candidate.LogProbability))
            .OrderByDescending(candidate => candidate.LogProbability);

    void Finish(int[] symbols, double log, int count, bool isFinished) =>
        finished.Add(new Hypothesis(symbols, log, Score(log, count), isFinished));

    // log p can only fall, and is divided by most at the full length.
    bool IsDecided()
    {
        if (finished.Count < width || alive.Count == 0) return false;
        double worst = finished.Select(hypothesis => hypothesis.Score).OrderDescending().ElementAt(width - 1);
        return alive.Max(hypothesis => Score(hypothesis.LogProbability, length)) <= worst;
    }

    double Score(double log, int count) => log / Elementary.Pow((5.0 + count) / 6, penalty);
}

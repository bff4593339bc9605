namespace Autograd.Layers;

/// <summary>
/// A predictor of symbols from fixed contractive dynamics (Tiňo and Dorffner 2001): the history is a point x = k·x + (1 − k)·corner(symbol)
/// of a fractal, points are quantised by a codebook, and each of its cells counts the symbols that follow. Since histories with a long
/// common suffix lie close together, the codebook is a set of contexts of different lengths, longer where the data are denser: a
/// variable-length Markov model.
/// </summary>
public sealed class FractalPredictionMachine : ISaved
{
    const string Name = nameof(FractalPredictionMachine);

    readonly double[] codebook;
    readonly double[] counts;
    double contraction, smoothing;

    FractalPredictionMachine(int symbols, double contraction, double smoothing, double[] codebook, double[] counts)
    {
        Symbols = symbols;
        Dimensions = SymbolCorners.Dimensions(symbols);
        this.contraction = contraction;
        this.smoothing = smoothing;
        this.codebook = codebook;
        this.counts = counts;
    }

    /// <summary>
    /// Creates a machine that has seen nothing, for which all symbols are equally likely, so that a saved one can be loaded into it.
    /// </summary>
    /// <param name="symbols">Number of symbols, at least 2.</param>
    /// <param name="codebookSize">Number of codebook vectors, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public FractalPredictionMachine(int symbols, int codebookSize)
        : this(
            Require.AtLeast(Name, nameof(symbols), symbols, 2), 0.5, 1,
            new double[Require.Length(
                Name, "codebook",
                (double)Require.AtLeast(Name, nameof(codebookSize), codebookSize, 1) * SymbolCorners.Dimensions(symbols))],
            new double[Require.Length(Name, "counts", (double)codebookSize * symbols)])
    {
    }

    /// <summary>Number of symbols.</summary>
    public int Symbols { get; }

    /// <summary>Dimensions of the cube at whose corners the symbols are: the logarithm of their number to base 2, rounded up.</summary>
    public int Dimensions { get; }

    /// <summary>Number of codebook vectors.</summary>
    public int CodebookSize => codebook.Length / Dimensions;

    /// <summary>The codebook, <c>[size, dimensions]</c> in double.</summary>
    public Tensor Codebook => Tensor.From(codebook, [CodebookSize, Dimensions]);

    /// <summary>Contraction, smoothing, codebook and counts.</summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Add("contraction", () => contraction, value => contraction =
            Require.Positive(Name, nameof(contraction), Require.Fraction(Name, nameof(contraction), value)));
        state.Add("smoothing", () => smoothing, value => smoothing = Require.Positive(Name, nameof(smoothing), value));
        state.Add("codebook", () => Codebook, value => value.ToDoubles().CopyTo(codebook, 0));
        state.Add("counts", () => Tensor.From(counts, [CodebookSize, Symbols]), value => value.ToDoubles().CopyTo(counts, 0));
    }

    /// <summary>Builds the machine from a sequence.</summary>
    /// <param name="sequence">Symbols from 0 to <paramref name="symbols"/> − 1.</param>
    /// <param name="symbols">Number of symbols, at least 2.</param>
    /// <param name="codebookSize">
    /// Number of codebook vectors, at least 1 and below the length of the sequence, whose last symbol has none after it to be counted.
    /// </param>
    /// <param name="key">The source of the initial codebook.</param>
    /// <param name="contraction">k, above 0 and below 1; ½ by default.</param>
    /// <param name="smoothing">The initial value of every count, above 0; 1 by default (Laplace).</param>
    /// <param name="cancellation">Stops between passes over the points.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">The sequence is too short for the codebook, or there is no such symbol.</exception>
    public static FractalPredictionMachine Fit(
        ReadOnlySpan<int> sequence, int symbols, int codebookSize, RandomKey key, double contraction = 0.5, double smoothing = 1,
        CancellationToken cancellation = default)
    {
        Require.AtLeast(Name, nameof(symbols), symbols, 2);
        Require.AtLeast(Name, nameof(codebookSize), codebookSize, 1);
        if (sequence.Length <= codebookSize)
            throw new ArgumentException(
                $"FractalPredictionMachine: {sequence.Length} symbols are too few for a codebook of {codebookSize}; one more than that "
                + "is needed.", nameof(sequence));
        Require.Positive(Name, nameof(contraction), contraction);
        Require.Fraction(Name, nameof(contraction), contraction);
        Require.Positive(Name, nameof(smoothing), smoothing);
        double[] points = SymbolCorners.Points(sequence, symbols, contraction);
        int dimensions = SymbolCorners.Dimensions(symbols);
        double[] codebook = Quantization.Means(points.AsSpan(0, points.Length - dimensions), dimensions, codebookSize, key, cancellation);
        var counts = new double[Require.Length(Name, "counts", (double)codebookSize * symbols)];
        var machine = new FractalPredictionMachine(symbols, contraction, smoothing, codebook, counts);
        for (int t = 0; t + 1 < sequence.Length; t++)
            machine.counts[machine.CellOf(points.AsSpan(t * dimensions, dimensions)) * symbols + sequence[t + 1]]++;
        return machine;
    }

    /// <summary>The probabilities of the next symbol after a history of at least one symbol.</summary>
    /// <exception cref="ArgumentException">The history is empty, or a symbol is none of them.</exception>
    public double[] Predict(ReadOnlySpan<int> history)
    {
        if (history.Length == 0) throw new ArgumentException("Predict: the history is empty.", nameof(history));
        return Probabilities(SymbolCorners.Points(history, Symbols, contraction).AsSpan(^Dimensions..));
    }

    /// <summary>The mean of −ln P(symbol | history) over a sequence without its first symbol, in nats.</summary>
    /// <exception cref="ArgumentException">There are fewer than two symbols, or one is none of them.</exception>
    public double NegativeLogLikelihood(ReadOnlySpan<int> sequence)
    {
        if (sequence.Length < 2)
            throw new ArgumentException(
                $"NegativeLogLikelihood: {sequence.Length} symbols are too few; at least 2 are needed.", nameof(sequence));
        double[] points = SymbolCorners.Points(sequence, Symbols, contraction);
        double sum = 0;
        for (int t = 0; t + 1 < sequence.Length; t++)
            sum -= Elementary.Log(Probabilities(points.AsSpan(t * Dimensions, Dimensions))[sequence[t + 1]]);
        return sum / (sequence.Length - 1);
    }

    double[] Probabilities(ReadOnlySpan<double> point)
    {
        var own = counts.AsSpan(CellOf(point) * Symbols, Symbols);
        var probabilities = new double[Symbols];
        double total = Symbols * smoothing;
        foreach (double count in own) total += count;
        for (int s = 0; s < Symbols; s++) probabilities[s] = (own[s] + smoothing) / total;
        return probabilities;
    }

    int CellOf(ReadOnlySpan<double> point) => Quantization.Nearest(codebook, point);
}

namespace Autograd.Layers;

/// <summary>
/// How fast nearby states separate: the mean growth of the logarithm of a tangent along an orbit (Oseledets 1968), with tangents from
/// forward mode. A map takes rows of states <c>[rows, n]</c> to rows <c>[rows, n]</c>, each independently; see <see cref="CellMap"/> for
/// cells. In double, in nats per step.
/// </summary>
public static class LyapunovExponents
{
    // Steps in one forward sweep. Tangents neither overflow nor vanish within it unless the exponent is beyond ±40.
    const int Chunk = 16;

    /// <summary>
    /// The largest exponent of a map along the orbit of one state: −∞ where a tangent becomes 0, as on a superstable cycle.
    /// </summary>
    /// <param name="map">The map.</param>
    /// <param name="start">The first state, <c>[n]</c>.</param>
    /// <param name="steps">Steps that are averaged over, at least 1.</param>
    /// <param name="washout">Steps before these, during which state and tangent settle.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">The start is not a vector.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps.</exception>
    /// <exception cref="ArithmeticException">The orbit diverges.</exception>
    public static double Largest(
        Func<Tensor, Tensor> map, Tensor start, int steps, int washout = 1000, CancellationToken cancellation = default) =>
        LargestOfEach(map, FixedPoints.Row(nameof(LyapunovExponents), start), steps, washout, cancellation)[0];

    /// <summary>The largest exponent along the orbit of each of many states, all carried forward together.</summary>
    /// <inheritdoc cref="Largest"/>
    /// <param name="map">The map.</param>
    /// <param name="steps">Steps that are averaged over, at least 1.</param>
    /// <param name="washout">Steps before these, during which state and tangent settle.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <param name="starts">The first states, <c>[rows, n]</c>.</param>
    public static double[] LargestOfEach(
        Func<Tensor, Tensor> map, Tensor starts, int steps, int washout = 1000, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        var tangent = new RandomKey(1).For("tangent").Normal(Rows(starts).Shape, 1, ElementType.Float64);
        map = map.Until(cancellation);
        var run = new TangentRun((_, x) => map(x), starts, tangent);
        return run.Exponents(steps, washout, Chunk, NormalizeRows);
    }

    /// <summary>
    /// The first exponents of a map, largest first: tangents are re-orthogonalised after every step (Benettin et al. 1980).
    /// </summary>
    /// <inheritdoc cref="Largest"/>
    /// <param name="map">The map.</param>
    /// <param name="start">The first state, <c>[n]</c>.</param>
    /// <param name="steps">Steps that are averaged over, at least 1.</param>
    /// <param name="washout">Steps before these, during which state and tangent settle.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <param name="count">How many; all n by default.</param>
    public static double[] Spectrum(
        Func<Tensor, Tensor> map, Tensor start, int steps, int washout = 1000, int? count = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        map = map.Until(cancellation);
        return Spectrum((_, x) => map(x), start, steps, washout, count);
    }

    /// <summary>
    /// The first exponents of a cell along its orbit under given inputs, from its initial state: the conditional exponents. If all are
    /// negative, states forget where they began (echo state property for these inputs).
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputs">The inputs, <c>[time, inputs]</c>: those of the washout, then those of the steps.</param>
    /// <param name="washout">How many of the steps are left out of the mean.</param>
    /// <param name="count">How many exponents; all by default.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static double[] Spectrum<TState>(
        Cell<TState> cell, Tensor inputs, int washout = 100, int? count = null, CancellationToken cancellation = default)
    {
        var step = CellMap.Driven(cell, inputs).Until(cancellation);
        var start = CellMap.Rows(cell.First(1, ElementType.Float64)).Reshape(-1);
        return Spectrum(step, start, inputs.Shape[0] - washout, washout, count);
    }

    static double[] Spectrum(Func<int, Tensor, Tensor> step, Tensor start, int steps, int washout, int? count)
    {
        var row = FixedPoints.Row(nameof(LyapunovExponents), start);
        int n = row.ElementCount, tangents = count ?? n;
        if (tangents < 1 || tangents > n)
            throw new ArgumentOutOfRangeException(
                nameof(count), tangents, $"Spectrum: count must be from 1 to {n}, the numbers of a state; it is {tangents}.");
        // The state stands in as many rows as there are tangents, so that one forward sweep carries them all.
        var tangent = new RandomKey(1).For("tangent").Normal([tangents, n], 1, ElementType.Float64);
        var run = new TangentRun(step, Functions.Repeat(row, tangents, 0), tangent);
        return run.Exponents(steps, washout, 1, LinearAlgebra.Orthonormalize);
    }

    static Tensor Rows(Tensor starts)
    {
        ArgumentNullException.ThrowIfNull(starts);
        return starts.Rank == 2 && starts.ElementCount > 0 ? starts
            : throw new ShapeException($"LyapunovExponents: the starts are {starts.Shape}; [rows, n] is needed, and none of them 0.");
    }

    static void NormalizeRows(Span<double> rows, Span<double> lengths)
    {
        int size = rows.Length / lengths.Length;
        for (int i = 0; i < lengths.Length; i++) LinearAlgebra.Orthonormalize(rows.Slice(i * size, size), lengths.Slice(i, 1));
    }
}

/// <summary>Makes tangents of length 1, and writes down how long they were.</summary>
delegate void Normalization(Span<double> rows, Span<double> lengths);

/// <summary>States and their tangents, carried forward together.</summary>
sealed class TangentRun(Func<int, Tensor, Tensor> step, Tensor start, Tensor tangent)
{
    Tensor state = start.Detach().As(ElementType.Float64), tangent = tangent;
    int time;

    public double[] Exponents(int steps, int washout, int chunk, Normalization normalize)
    {
        Require.AtLeast(nameof(LyapunovExponents), nameof(steps), steps, 1);
        Require.AtLeast(nameof(LyapunovExponents), nameof(washout), washout, 0);
        var sums = new double[state.Shape[0]];
        while (time < washout) Advance(Math.Min(chunk, washout - time), normalize, null);
        while (time < washout + steps) Advance(Math.Min(chunk, washout + steps - time), normalize, sums);
        return Array.ConvertAll(sums, sum => sum / steps);
    }

    void Advance(int steps, Normalization normalize, double[]? sums)
    {
        (state, var moved) = Differentiate.Jvp(x => Several(x, steps), state, tangent);
        time += steps;
        double[] numbers = moved.ToDoubles(), lengths = new double[state.Shape[0]];
        normalize(numbers, lengths);
        for (int i = 0; i < lengths.Length; i++)
        {
            if (!double.IsFinite(lengths[i]))
                throw new ArithmeticException(
                    FormattableString.Invariant(
                    $"LyapunovExponents: the tangent of row {i} is {lengths[i]} at step {time}; the orbit left for infinity."));
            if (sums is not null) sums[i] += Elementary.Log(lengths[i]);
        }
        tangent = Tensor.From(numbers, tangent.Shape);
    }

    Tensor Several(Tensor x, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            var next = step(time + i, x);
            if (next.Shape != x.Shape || next.ElementType != x.ElementType)
                throw new ShapeException(
                    $"LyapunovExponents: the map gave {next.ElementType} {next.Shape} for {x.ElementType} {x.Shape}; states stay alike.");
            x = next;
        }
        return x;
    }
}

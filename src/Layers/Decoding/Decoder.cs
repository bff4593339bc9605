namespace Autograd.Layers;

/// <summary>
/// Generates sequences of symbols with any cell: each generated symbol is the next input. Prompts of a batch may have different lengths.
/// <code>
/// var decoder = new Decoder&lt;LstmState&gt;(cell, symbols => embedding.Forward(symbols), head.Forward);
/// int[][] text = decoder.Generate(prompts, length: 100, Sampler.Nucleus(0.9), key);
/// </code>
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class Decoder<TState>
{
    readonly Cell<TState> cell;
    readonly Func<int[], Tensor> embed;
    readonly Func<Tensor, Tensor> readOut;

    /// <summary>Creates the decoder of a model.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="embed">The cell's inputs <c>[batch, inputs]</c> for symbols, one for each sequence of a batch.</param>
    /// <param name="readOut">The logits <c>[batch, symbols]</c> of the cell's outputs <c>[batch, outputs]</c>.</param>
    public Decoder(Cell<TState> cell, Func<int[], Tensor> embed, Func<Tensor, Tensor> readOut)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(embed);
        ArgumentNullException.ThrowIfNull(readOut);
        this.cell = cell;
        this.embed = embed;
        this.readOut = readOut;
    }

    /// <summary>Continues prompts, one symbol at a time, from the cell's first state.</summary>
    /// <param name="prompts">The symbols that are read first, at least one each.</param>
    /// <param name="length">Largest number of symbols to generate, at least 0.</param>
    /// <param name="sampler">How symbols are chosen.</param>
    /// <param name="key">The source of random numbers; each prompt has its own, independent of the other prompts.</param>
    /// <param name="stop">A symbol that ends a sequence; none by default.</param>
    /// <returns>For each prompt, the generated symbols, without the prompt and the stop symbol.</returns>
    /// <exception cref="ArgumentException">
    /// There are no prompts, one is empty, or the largest of some logits is NaN or infinite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <param name="cancellation">Stops before the next symbol.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public int[][] Generate(
        IReadOnlyList<int[]> prompts, int length, Sampler sampler, RandomKey key, int? stop = null,
        CancellationToken cancellation = default) =>
        Generate(prompts, null, length, sampler, key, stop, cancellation: cancellation);

    /// <summary>Continues prompts from a given state, such as an encoder's summary, or the final state of another run.</summary>
    /// <inheritdoc cref="Generate(IReadOnlyList{int[]}, int, Sampler, RandomKey, int?, CancellationToken)"/>
    /// <param name="prompts">The symbols that are read first, at least one each.</param>
    /// <param name="length">Largest number of symbols to generate, at least 0.</param>
    /// <param name="sampler">How symbols are chosen.</param>
    /// <param name="key">The source of random numbers; each prompt has its own, independent of the other prompts.</param>
    /// <param name="stop">A symbol that ends a sequence; none by default.</param>
    /// <param name="cancellation">Stops before the next symbol.</param>
    /// <param name="initial">The state before the first symbol; the first axis of each tensor is that of the prompts.</param>
    /// <param name="firstStep">Number of the first step: the number of steps before it.</param>
    public int[][] Generate(
        IReadOnlyList<int[]> prompts, TState initial, int length, Sampler sampler, RandomKey key, int? stop = null, int firstStep = 0,
        CancellationToken cancellation = default) =>
        Generate(prompts, () => initial, length, sampler, key, stop, firstStep, cancellation);

    /// <summary>
    /// The most probable continuations by beam search: after each step, the best <paramref name="width"/> unfinished hypotheses continue,
    /// each with its own state. The score of a hypothesis is log p / ((5 + n)/6)^α, where n is its number of generated symbols, the stop
    /// symbol included (Wu et al. 2016, equation 14). The search ends when no unfinished hypothesis can become better than the best
    /// finished ones.
    /// </summary>
    /// <param name="prompts">The symbols that are read first, at least one each.</param>
    /// <param name="width">Number of hypotheses, at least 1.</param>
    /// <param name="length">Largest number of symbols to generate, at least 1.</param>
    /// <param name="lengthPenalty">
    /// α, not negative; 0, the default, means that log p is compared. Larger values favour longer sequences.
    /// </param>
    /// <param name="stop">A symbol that ends a sequence; none by default.</param>
    /// <returns>For each prompt, at most <paramref name="width"/> hypotheses, the best first; at a tie, the one found first.</returns>
    /// <exception cref="ArgumentException">
    /// There are no prompts, one is empty, or the largest of some logits is NaN or infinite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or the length is below 1, or the penalty negative or not finite.</exception>
    /// <param name="cancellation">Stops before the next symbol.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public IReadOnlyList<Hypothesis>[] Beam(
        IReadOnlyList<int[]> prompts, int width, int length, double lengthPenalty = 0, int? stop = null,
        CancellationToken cancellation = default) =>
        Beam(prompts, null, width, length, lengthPenalty, stop, cancellation: cancellation);

    /// <summary>The most probable continuations from a given state.</summary>
    /// <inheritdoc cref="Beam(IReadOnlyList{int[]}, int, int, double, int?, CancellationToken)"/>
    /// <param name="prompts">The symbols that are read first, at least one each.</param>
    /// <param name="width">Number of hypotheses, at least 1.</param>
    /// <param name="length">Largest number of symbols to generate, at least 1.</param>
    /// <param name="lengthPenalty">
    /// α, not negative; 0, the default, means that log p is compared. Larger values favour longer sequences.
    /// </param>
    /// <param name="stop">A symbol that ends a sequence; none by default.</param>
    /// <param name="cancellation">Stops before the next symbol.</param>
    /// <param name="initial">The state before the first symbol; the first axis of each tensor is that of the prompts.</param>
    /// <param name="firstStep">Number of the first step: the number of steps before it.</param>
    public IReadOnlyList<Hypothesis>[] Beam(
        IReadOnlyList<int[]> prompts, TState initial, int width, int length, double lengthPenalty = 0, int? stop = null,
        int firstStep = 0, CancellationToken cancellation = default) =>
        Beam(prompts, () => initial, width, length, lengthPenalty, stop, firstStep, cancellation);

    /// <summary>
    /// The logits after one symbol per sequence, and the state: a single step, for a loop of your own. Random masks of steps are those of
    /// the current time step, so the loop should begin each step with its number: <c>using (TimeStep.Begin(t)) (logits, state) =
    /// decoder.Step(symbols, state);</c>
    /// </summary>
    /// <param name="symbols">The last symbol of each sequence.</param>
    /// <param name="state">The state before it.</param>
    /// <exception cref="ShapeException">The first axis of a tensor of the state differs from the number of symbols.</exception>
    public (Tensor Logits, TState Next) Step(int[] symbols, TState state)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        var x = Embedded(symbols);
        CellDriver<TState>.Check(nameof(Decoder<TState>), state, InputBatch.OfStep(x), cell);
        var (output, next) = CellDriver<TState>.Advance(cell, x, state);
        return (readOut(output), next);
    }

    /// <summary>Reads prompts, from the cell's first state.</summary>
    /// <param name="prompts">At least one, of at least one symbol each.</param>
    /// <returns>The logits of the symbol after each prompt, and the state.</returns>
    /// <exception cref="ArgumentException">There are no prompts, or one is empty.</exception>
    public (Tensor Logits, TState Next) Read(IReadOnlyList<int[]> prompts)
    {
        var (driver, logits) = Read(nameof(Read), prompts, null);
        return (logits, driver.State);
    }

    /// <summary>Reads prompts, from a given state.</summary>
    /// <inheritdoc cref="Read(IReadOnlyList{int[]})"/>
    /// <param name="prompts">At least one, of at least one symbol each.</param>
    /// <param name="initial">The state before the first symbol; the first axis of each tensor is that of the prompts.</param>
    /// <param name="firstStep">Number of the first step: the number of steps before it.</param>
    public (Tensor Logits, TState Next) Read(IReadOnlyList<int[]> prompts, TState initial, int firstStep = 0)
    {
        var (driver, logits) = Read(nameof(Read), prompts, () => initial, firstStep);
        return (logits, driver.State);
    }

    int[][] Generate(
        IReadOnlyList<int[]> prompts, Func<TState>? initial, int length, Sampler sampler, RandomKey key, int? stop, int firstStep = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        Require.AtLeast(nameof(Generate), nameof(length), length, 0);
        var (driver, logits) = Read(nameof(Generate), prompts, initial, firstStep, cancellation);
        var generated = prompts.Select(_ => new List<int>()).ToArray();
        // Prompts that are still going on, in the order of the rows of the state.
        int[] running = [.. Enumerable.Range(0, prompts.Count)];
        for (int step = 0; step < length; step++)
        {
            int[] symbols = [.. Rows(logits).Select((row, i) => Chosen(row, running[i], key.For("generate").At(step)))];
            int[] rows = [.. Enumerable.Range(0, running.Length).Where(row => symbols[row] != stop)];
            running = [.. rows.Select(row => running[row])];
            if (rows.Length == 0) break;
            int[] chosen = [.. rows.Select(row => symbols[row])];
            for (int i = 0; i < rows.Length; i++) generated[running[i]].Add(chosen[i]);
            if (step + 1 == length) break;
            if (rows.Length < symbols.Length) driver.Take(rows);
            logits = readOut(driver.Step(Embedded(chosen)));
        }
        return [.. generated.Select(symbols => symbols.ToArray())];

        int Chosen(double[] row, int number, RandomKey draws) =>
            sampler.Choose(row, draws.Uniform((uint)number), prompts[number].Concat(generated[number]));
    }

    IReadOnlyList<Hypothesis>[] Beam(
        IReadOnlyList<int[]> prompts, Func<TState>? initial, int width, int length, double lengthPenalty, int? stop, int firstStep = 0,
        CancellationToken cancellation = default)
    {
        Require.AtLeast(nameof(Beam), nameof(width), width, 1);
        Require.AtLeast(nameof(Beam), nameof(length), length, 1);
        Require.NotNegative(nameof(Beam), nameof(lengthPenalty), lengthPenalty);
        var (driver, logits) = Read(nameof(Beam), prompts, initial, firstStep, cancellation);
        var beams = prompts.Select(_ => new Beam(width, length, lengthPenalty, stop)).ToArray();
        for (int step = 1; step <= length; step++)
        {
            var (parents, symbols) = Extend(beams, logits);
            if (symbols.Length == 0 || step == length) break;
            driver.Take(parents);
            logits = readOut(driver.Step(Embedded(symbols)));
        }
        return [.. beams.Select(beam => beam.Best())];
    }

    // All beams go on by a symbol; their hypotheses are the rows of the state, beam by beam.
    static (int[] Parents, int[] Symbols) Extend(Beam[] beams, Tensor logits)
    {
        foreach (double[] row in Rows(logits)) Sampler.CheckFinite(nameof(Beam), row);
        var rows = new Queue<double[]>(Rows(Functions.LogSoftmax(logits)));
        var (parents, symbols) = (new List<int>(), new List<int>());
        int first = 0;
        foreach (var beam in beams)
        {
            int count = beam.Alive;
            foreach (var (parent, symbol) in beam.Extend(Enumerable.Range(0, count).Select(_ => rows.Dequeue()).ToArray()))
            {
                parents.Add(first + parent);
                symbols.Add(symbol);
            }
            first += count;
        }
        return ([.. parents], [.. symbols]);
    }

    (CellDriver<TState> Driver, Tensor Logits) Read(
        string operation, IReadOnlyList<int[]> prompts, Func<TState>? initial, int firstStep = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (prompts.Count == 0) throw new ArgumentException($"{operation}: no prompts were given.", nameof(prompts));
        for (int i = 0; i < prompts.Count; i++)
            if (prompts[i] is not { Length: > 0 })
                throw new ArgumentException(
                    $"{operation}: prompt {i} is empty; it needs at least one symbol, such as one that stands for the start.",
                    nameof(prompts));
        Require.AtLeast(operation, nameof(firstStep), firstStep, 0);
        int[] lengths = [.. prompts.Select(prompt => prompt.Length)];
        var x = Embedded(At(prompts, 0));
        var masks = new LengthMasks(lengths, lengths.Max(), Tape.Actual(x).ElementType);
        var driver = new CellDriver<TState>(operation, cell, InputBatch.OfStep(x), initial, firstStep)
        {
            Masks = masks,
            Cancellation = cancellation,
        };
        var last = driver.Step(x);
        for (int t = 1; t < lengths.Max(); t++) last = masks.StateAt(t, driver.Step(Embedded(At(prompts, t))), last);
        // What follows the prompts is of all sequences.
        driver.Masks = LengthMasks.None;
        return (driver, readOut(last));
    }

    Tensor Embedded(int[] symbols)
    {
        var x = embed(symbols);
        if (x.Rank > 0 && x.Shape[0] == symbols.Length) return x;
        throw new ShapeException($"Decoder: {symbols.Length} symbols were embedded as {x.Shape}; the first axis must be the symbols.");
    }

    // Beyond its end a prompt repeats its last symbol; what comes of it is not used.
    static int[] At(IReadOnlyList<int[]> prompts, int time) => [.. prompts.Select(prompt => prompt[Math.Min(time, prompt.Length - 1)])];

    static IEnumerable<double[]> Rows(Tensor logits)
    {
        if (logits.Rank != 2) throw new ShapeException($"Decoder: the read-out gave {logits.Shape}; [batch, symbols] is needed.");
        return logits.ToDoubles().Chunk(logits.Shape[1]);
    }
}

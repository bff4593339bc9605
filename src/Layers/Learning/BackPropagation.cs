namespace Autograd.Layers;

/// <summary>What happens to the state between the chunks of <see cref="BackPropagation{TState}.InChunks"/>.</summary>
public enum ChunkState
{
    /// <summary>It is forgotten: every chunk begins from the initial state, and nothing longer than a chunk can be learned.</summary>
    Forgotten,

    /// <summary>Its value is carried over, its gradient is cut: the network remembers, but does not learn to remember.</summary>
    Carried,

    /// <summary>Both value and gradient are carried over: the same as back-propagation through the whole sequence.</summary>
    CarriedWithGradient,
}

/// <summary>
/// Back-propagation through time (Werbos 1990) for any cell: through the whole sequence, in chunks, or truncated (Williams and Peng 1990).
/// Every step is computed once. Computes in the element type of the inputs, with copies of parameters of the other type.
/// </summary>
/// <typeparam name="TState">The cell's state.</typeparam>
public sealed class BackPropagation<TState>
{
    readonly Cell<TState> cell;

    /// <summary>Creates the rule for a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="readOut">Further parameters that the loss uses, such as those of a read-out layer; none by default.</param>
    public BackPropagation(Cell<TState> cell, IEnumerable<Parameter>? readOut = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        this.cell = cell;
        Parameters = [.. cell.Parameters.Concat(readOut ?? []).Concat(cell.LearnedFirst).Distinct()];
    }

    /// <summary>
    /// The parameters for which gradients are returned, in this order: those of the cell, those of the read-out, and those of the first
    /// state if it is learned (<see cref="InitialState.Learned"/>).
    /// </summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Whether ‖∂loss/∂state‖ is reported for every step; false by default.</summary>
    public bool ReportsStepNorms { get; init; }

    /// <summary>
    /// Back-propagates through the whole sequence, from the cell's first state. The divergence may be any function of the whole output
    /// sequence, not only a sum over steps.
    /// </summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="divergence">Computes one element from the outputs <c>[time, batch, outputs]</c>.</param>
    /// <param name="lengths">
    /// Length of each sequence, as for <see cref="Recurrent{TState}.Run(Tensor, ReadOnlySpan{int}, CancellationToken)"/>.
    /// </param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">
    /// x is not a batch of sequences, a length is out of range, or the divergence does not have exactly one element.
    /// </exception>
    /// <exception cref="TapeException">A tape is recording on this thread; the rule has its own.</exception>
    public SequenceGradients<TState> ThroughTime(
        Tensor x, Func<Tensor, Tensor> divergence, ReadOnlySpan<int> lengths = default, CancellationToken cancellation = default) =>
        Whole(x, null, divergence, lengths, cancellation: cancellation);

    /// <summary>Back-propagates through the whole sequence, from a given state.</summary>
    /// <inheritdoc cref="ThroughTime(Tensor, Func{Tensor, Tensor}, ReadOnlySpan{int}, CancellationToken)"/>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="divergence">Computes one element from the outputs <c>[time, batch, outputs]</c>.</param>
    /// <param name="lengths">Length of each sequence; all are full by default.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <param name="initial">The state before the first step; the first axis of each tensor is the batch.</param>
    /// <param name="firstStep">
    /// Number of the first step, as for <see cref="Recurrent{TState}.Run(Tensor, TState, ReadOnlySpan{int}, int, CancellationToken)"/>.
    /// </param>
    public SequenceGradients<TState> ThroughTime(
        Tensor x, TState initial, Func<Tensor, Tensor> divergence, ReadOnlySpan<int> lengths = default, int firstStep = 0,
        CancellationToken cancellation = default) =>
        Whole(x, () => initial, divergence, lengths, firstStep, cancellation);

    /// <summary>Back-propagates in chunks of equal length (the last one may be shorter); the loss is the sum over the chunks.</summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="length">Steps in a chunk, at least 1.</param>
    /// <param name="loss">The loss of a chunk's outputs.</param>
    /// <param name="state">What happens to the state between chunks; forgotten by default.</param>
    /// <param name="update">Called after each chunk, where parameters may be changed.</param>
    /// <param name="lengths"> Length of each sequence; all are full by default. Beyond its length, a sequence keeps its state and its
    /// outputs are 0, even in windows that lie entirely beyond it, so the loss must leave them out.
    /// </param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    public SequenceGradients<TState> InChunks(
        Tensor x, int length, StepLoss loss, ChunkState state = ChunkState.Forgotten, Action<LearningWindow>? update = null,
        ReadOnlySpan<int> lengths = default, CancellationToken cancellation = default)
    {
        Require.AtLeast(nameof(InChunks), nameof(length), length, 1);
        Require.Defined(nameof(InChunks), nameof(state), state);
        int reach = state == ChunkState.CarriedWithGradient ? int.MaxValue : length;
        return Run(nameof(InChunks), x, null, new Plan(length, reach, state == ChunkState.Forgotten), loss, update, lengths,
            cancellation: cancellation);
    }

    /// <summary>
    /// Truncated back-propagation through time, TBPTT(k1, k2) (Williams and Peng 1990; Sutskever 2013), along one stream: after every k1
    /// steps, their loss is propagated back through the last k2 steps. States depend on the whole past, no step is computed twice, and a
    /// step is differentiated with the weights that it was computed with, even if they have been updated since. Memory is that of k2 steps,
    /// however long the stream is, unless norms are reported. TBPTT(T, T) is
    /// <see cref="ThroughTime(Tensor, Func{Tensor, Tensor}, ReadOnlySpan{int}, CancellationToken)"/>.
    /// </summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="k1">Steps from one sweep to the next, at least 1.</param>
    /// <param name="k2">
    /// Steps that a sweep reaches back through, at least 1. If it is below k1, the cell learns only from the last k2 outputs of a window.
    /// </param>
    /// <param name="loss">The loss of the last k1 outputs, or of the remaining ones at the end of the stream.</param>
    /// <param name="update">Called after each sweep, where parameters may be changed.</param>
    /// <param name="lengths"> Length of each sequence; all are full by default. Beyond its length, a sequence keeps its state and its
    /// outputs are 0, even in windows that lie entirely beyond it, so the loss must leave them out.
    /// </param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k1 or k2 is below 1.</exception>
    public SequenceGradients<TState> Truncated(
        Tensor x, int k1, int k2, StepLoss loss, Action<LearningWindow>? update = null, ReadOnlySpan<int> lengths = default,
        CancellationToken cancellation = default) =>
        Truncated(x, null, k1, k2, loss, update, lengths, cancellation: cancellation);

    /// <summary>Truncated back-propagation through time, TBPTT(k1, k2), along a stream that begins with a given state.</summary>
    /// <inheritdoc cref="Truncated(Tensor, int, int, StepLoss, Action{LearningWindow}?, ReadOnlySpan{int}, CancellationToken)"/>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="k1">Steps from one sweep to the next, at least 1.</param>
    /// <param name="k2">Steps that a sweep reaches back through, at least 1.</param>
    /// <param name="loss">The loss of the last k1 outputs, or of the remaining ones at the end of the stream.</param>
    /// <param name="update">Called after each sweep, where parameters may be changed.</param>
    /// <param name="lengths">Length of each sequence; all are full by default.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <param name="initial">The state before the first step; the first axis of each tensor is the batch.</param>
    /// <param name="firstStep">
    /// Number of the first step, as for <see cref="Recurrent{TState}.Run(Tensor, TState, ReadOnlySpan{int}, int, CancellationToken)"/>.
    /// </param>
    public SequenceGradients<TState> Truncated(
        Tensor x, TState initial, int k1, int k2, StepLoss loss, Action<LearningWindow>? update = null, int firstStep = 0,
        ReadOnlySpan<int> lengths = default, CancellationToken cancellation = default) =>
        Truncated(x, () => initial, k1, k2, loss, update, lengths, firstStep, cancellation);

    SequenceGradients<TState> Truncated(
        Tensor x, Func<TState>? initial, int k1, int k2, StepLoss loss, Action<LearningWindow>? update, ReadOnlySpan<int> lengths,
        int firstStep = 0, CancellationToken cancellation = default)
    {
        Require.AtLeast(nameof(Truncated), nameof(k1), k1, 1);
        Require.AtLeast(nameof(Truncated), nameof(k2), k2, 1);
        return Run(nameof(Truncated), x, initial, new Plan(k1, k2), loss, update, lengths, firstStep, cancellation);
    }

    SequenceGradients<TState> Whole(
        Tensor x, Func<TState>? initial, Func<Tensor, Tensor> divergence, ReadOnlySpan<int> lengths, int firstStep = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(divergence);
        int time = Lengths.CheckSequences(nameof(ThroughTime), x, lengths)[0];
        var plan = new Plan(time, time);
        return Run(nameof(ThroughTime), x, initial, plan, (outputs, _) => divergence(outputs), null, lengths, firstStep, cancellation);
    }

    SequenceGradients<TState> Run(
        string rule, Tensor x, Func<TState>? given, Plan plan, StepLoss loss, Action<LearningWindow>? update, ReadOnlySpan<int> lengths,
        int firstStep = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Require.AtLeast(rule, nameof(firstStep), firstStep, 0);
        int time = Lengths.CheckSequences(rule, x, lengths)[0];
        using var tape = new Tape();
        var steps = new Unfolding<TState>(tape, cell, Parameters, x, given, lengths, firstStep, cancellation);
        var totals = new GradientTotals(Parameters.Count, steps.Initial.Length, ReportsStepNorms ? time : 0);
        var ended = new List<Tensor>();
        for (int t = 0; t < time; t++)
        {
            if (t > 0 && t % plan.Every == 0 && plan.Forgets) steps.Restart();
            steps.Step();
            if ((t + 1) % plan.Every != 0 && t + 1 < time) continue;
            var window = Sweep(rule, steps, t - t % plan.Every, plan, loss, totals, ended);
            update?.Invoke(window);
            steps.Copies.Refresh(t + 1);
            // The norms of all steps need all of them.
            if (!ReportsStepNorms) steps.Forget(plan.FirstNeeded(steps.Time), ended);
        }
        return new SequenceGradients<TState>(
            totals.Loss, totals.Parameters, StateTensors<TState>.Rebuild(steps.State, totals.InitialLike(steps.Initial)),
            State.Detach(steps.State), totals.StepNorms());
    }

    LearningWindow Sweep(
        string rule, Unfolding<TState> steps, int first, Plan plan, StepLoss loss, GradientTotals totals, List<Tensor> ended)
    {
        int from = plan.Forgets ? first : Math.Max(0, steps.Time - plan.Reach);
        var value = steps.Loss(rule, loss, first);
        var copies = steps.Copies.Since(from);
        // A sweep that does not reach back to the beginning has nothing to say about it.
        Tensor[] initial = from == 0 || plan.Forgets ? steps.Initial : [];
        Tensor[] states = ReportsStepNorms ? [.. Enumerable.Range(from, steps.Time - from).SelectMany(steps.StateAt)] : [];
        var found = steps.Gradients(value, [.. copies, .. initial, .. states], from);
        using var pause = steps.Pause();
        var gradients = steps.Copies.Gather(found.AsSpan(0, copies.Length));
        totals.Add(value.ToScalar(), gradients, found.AsSpan(copies.Length, initial.Length), found.AsSpan(copies.Length + initial.Length),
            from);
        ended.AddRange([.. found, .. gradients]);
        return new LearningWindow(first, steps.Time - first, value.ToScalar(), gradients);
    }

    /// <summary>When a sweep is made, how far it reaches, and whether the state begins anew after it.</summary>
    readonly record struct Plan(int Every, int Reach, bool Forgets = false)
    {
        /// <summary>The first step that the sweeps after this time reach.</summary>
        public int FirstNeeded(int time) => Forgets ? time : (int)Math.Clamp((long)time + 1 - Reach, 0, time);
    }
}

/// <summary>Creates the rule without naming the state's type.</summary>
public static class BackPropagation
{
    /// <inheritdoc cref="BackPropagation{TState}(Cell{TState}, IEnumerable{Parameter})"/>
    public static BackPropagation<TState> Through<TState>(Cell<TState> cell, IEnumerable<Parameter>? readOut = null) => new(cell, readOut);
}

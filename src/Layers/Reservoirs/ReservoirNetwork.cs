using static Autograd.Functions;

namespace Autograd.Layers;

/// <summary>What a <see cref="ReservoirNetwork{TState}"/> carries from step to step.</summary>
/// <param name="Reservoir">The reservoir's state.</param>
/// <param name="Output">The output of the last step, <c>[batch, outputs]</c> in double, which is fed back.</param>
public readonly record struct ReservoirState<TState>(TState Reservoir, Tensor Output) : IStatePart;

/// <summary>A run of a reservoir network.</summary>
/// <param name="Outputs">The outputs, <c>[time, batch, outputs]</c>.</param>
/// <param name="Final">The state after the last step.</param>
public readonly record struct ReservoirRun<TState>(Tensor Outputs, ReservoirState<TState> Final);

/// <summary>Whether the last output is fed to the reservoir as an input.</summary>
public enum ReservoirFeedback
{
    /// <summary>The reservoir sees the inputs only.</summary>
    None,

    /// <summary>The reservoir sees the inputs and, after them, the outputs of the previous step.</summary>
    Previous,
}

/// <summary>
/// Fixed dynamics with a trained linear read-out (Jaeger 2001; Maass, Natschläger and Markram 2002): any cell as the reservoir, y = [u,
/// x]·V + b with x the cell's output. It computes in double. During fitting, the true outputs are fed back (teacher forcing); afterwards,
/// <see cref="Run"/> feeds back its own (free running), and <see cref="Follow"/> the true ones.
/// </summary>
/// <typeparam name="TState">The state of the reservoir.</typeparam>
public sealed class ReservoirNetwork<TState> : Module
{
    readonly Cell<TState> reservoir;
    readonly RidgeReadout readout;
    readonly Recurrent<ReservoirState<TState>> free;
    readonly int inputs, outputs;
    readonly ReservoirFeedback feedback;
    DoubleParameters? copies;

    /// <summary>Creates the network.</summary>
    /// <param name="reservoir">The reservoir, a cell that takes the inputs, followed by the outputs that are fed back.</param>
    /// <param name="inputs">Number of inputs; may be 0 if there is feedback.</param>
    /// <param name="features">Number of outputs of the reservoir.</param>
    /// <param name="outputs">Number of outputs of the network.</param>
    /// <param name="feedback">Whether outputs are fed back; not by default.</param>
    public ReservoirNetwork(
        Cell<TState> reservoir, int inputs, int features, int outputs, ReservoirFeedback feedback = ReservoirFeedback.None)
    {
        ArgumentNullException.ThrowIfNull(reservoir);
        Require.Defined(nameof(ReservoirNetwork), nameof(feedback), feedback);
        Require.AtLeast(nameof(ReservoirNetwork), nameof(inputs), inputs, feedback == ReservoirFeedback.None ? 1 : 0);
        this.inputs = inputs;
        this.outputs = outputs;
        this.feedback = feedback;
        this.reservoir = Part(reservoir, nameof(reservoir));
        readout = Part(new RidgeReadout(inputs + features, outputs), nameof(readout));
        free = Recurrent.Over(new FreeCell(this));
    }

    // The reservoir's parameters as they are now.
    DoubleParameters Copies => copies is { AreCurrent: true } current ? current : copies = new(reservoir);

    /// <summary>The read-out.</summary>
    public RidgeReadout Readout => readout;

    /// <summary>The state before the first step: the reservoir's own, and outputs 0.</summary>
    public ReservoirState<TState> Initial(int batch) =>
        new(reservoir.First(batch, ElementType.Float64), Tensor.Zeros([batch, outputs], ElementType.Float64));

    /// <summary>Fits the read-out by ridge regression, over all steps but those of the washout.</summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>; the last axis may have length 0.</param>
    /// <param name="targets">True outputs, <c>[time, batch, outputs]</c>; those of the previous step are fed back.</param>
    /// <param name="washout">Steps at the beginning that are left out, at least 0 and fewer than there are.</param>
    /// <param name="ridge">Weight of the penalty, at least 0.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled. The read-out has not changed.</exception>
    /// <returns>The teacher-forced outputs of the fitted network, and the state after the last step.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The washout leaves no step, or the ridge is negative.</exception>
    /// <exception cref="ArgumentException">
    /// An element is not finite, or the features are linearly dependent and the ridge is too small.
    /// </exception>
    public ReservoirRun<TState> Fit(Tensor x, Tensor targets, int washout, double ridge, CancellationToken cancellation = default)
    {
        var (features, final) = Harvest(x, targets, cancellation: cancellation);
        Require.AtLeast(nameof(Fit), nameof(washout), washout, 0);
        if (washout >= features.Shape[0])
            throw new ArgumentOutOfRangeException(
                nameof(washout), washout, $"Fit: the washout of {washout} steps leaves none of {features.Shape[0]}.");
        readout.Fit(features[washout..], targets[washout..], ridge);
        return new(readout.Forward(features), final);
    }

    /// <summary>
    /// Fits the read-out over sequences of different lengths, by ridge regression over all steps but those of the washout and the padding.
    /// </summary>
    /// <inheritdoc cref="Fit(Tensor, Tensor, int, double, CancellationToken)"
    /// path="/*[not(self::param[@name='washout'])]"/>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>; the last axis may have length 0.</param>
    /// <param name="targets">True outputs, <c>[time, batch, outputs]</c>; those of the previous step are fed back.</param>
    /// <param name="ridge">Weight of the penalty, at least 0.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <param name="washout">Steps at the beginning of each sequence that are left out, at least 0.</param>
    /// <param name="lengths">Length of each sequence, from 1 to the number of steps. What the padding holds does not matter.</param>
    public void Fit(
        Tensor x, Tensor targets, int washout, double ridge, ReadOnlySpan<int> lengths, CancellationToken cancellation = default)
    {
        Lengths.CheckSequences(nameof(Fit), x, lengths);
        CheckTargets(x, targets);
        Require.AtLeast(nameof(Fit), nameof(washout), washout, 0);
        var (masks, truths) = (Lengths.Masks(x, lengths), Lengths.Masks(targets, lengths));
        var (features, _) = Harvest(masks.Clean(x), truths.Clean(targets), cancellation: cancellation);
        var rows = new List<int>();
        for (int t = washout; t < features.Shape[0]; t++)
            for (int b = 0; b < features.Shape[1]; b++)
                if (lengths.IsEmpty || t < lengths[b])
                    rows.Add(t * features.Shape[1] + b);
        if (rows.Count == 0)
            throw new ArgumentOutOfRangeException(
                nameof(washout), washout, $"Fit: the washout of {washout} steps leaves none of any sequence.");
        readout.Fit(Chosen(features), Chosen(targets), ridge);

        Tensor Chosen(Tensor sequence) => GatherRows(sequence.Reshape(-1, sequence.Shape[^1]), rows.ToArray());
    }

    /// <summary>
    /// Learns online, step by step, by recursive least squares: FORCE (Sussillo and Abbott 2009) if the network's own outputs are fed back
    /// while it learns; otherwise the true outputs are fed back.
    /// </summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>.</param>
    /// <param name="targets">True outputs, <c>[time, batch, outputs]</c>.</param>
    /// <param name="ridge">As for <see cref="RecursiveLeastSquares"/>, which is created for this call.</param>
    /// <param name="forgetting">λ; 1 by default.</param>
    /// <param name="feedsOwn"> Whether the network's own outputs are fed back, as they are after learning from each step; true by default.
    /// Otherwise the true ones are.
    /// </param>
    /// <param name="from">The state before the first step; <see cref="Initial"/> by default.</param>
    /// <param name="cancellation">Stops between steps; the read-out keeps what it has learned.</param>
    /// <returns>The output of each step before it was learned from, and the state after the last step.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public ReservoirRun<TState> LearnOnline(
        Tensor x, Tensor targets, double ridge, double forgetting = 1, bool feedsOwn = true, ReservoirState<TState>? from = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(targets);
        var learner = new RecursiveLeastSquares(readout, ridge, forgetting);
        var state = from ?? Initial(x.Shape[1]);
        var outputs = new Tensor[x.Shape[0]];
        for (int t = 0; t < outputs.Length; t++)
        {
            var truth = targets[t..(t + 1)];
            var (features, next) = Harvest(x[t..(t + 1)], truth, state, cancellation);
            outputs[t] = readout.Forward(features)[0];
            learner.Update(features, truth);
            state = feedsOwn ? next with { Output = readout.Forward(features)[0] } : next;
        }
        return new(Stack(outputs), state);
    }

    /// <summary>Runs with the true outputs fed back: a one-step prediction at every step.</summary>
    /// <inheritdoc cref="Fit(Tensor, Tensor, int, double, CancellationToken)"/>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>; the last axis may have length 0.</param>
    /// <param name="targets">True outputs, <c>[time, batch, outputs]</c>; those of the previous step are fed back.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <param name="from">The state before the first step; <see cref="Initial"/> by default.</param>
    public ReservoirRun<TState> Follow(
        Tensor x, Tensor targets, ReservoirState<TState>? from = null, CancellationToken cancellation = default)
    {
        var (features, final) = Harvest(x, targets, from, cancellation);
        return new(readout.Forward(features), final);
    }

    /// <summary>Runs with its own outputs fed back.</summary>
    /// <param name="x">Inputs, <c>[time, batch, inputs]</c>; <c>Tensor.Zeros([steps, batch, 0])</c> to run without any.</param>
    /// <param name="from">The state before the first step, of as many sequences as x has; <see cref="Initial"/> by default.</param>
    /// <param name="cancellation">Stops the run between steps.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">
    /// x does not have this shape, or the first axis of a tensor of the state is not its batch.
    /// </exception>
    public ReservoirRun<TState> Run(Tensor x, ReservoirState<TState>? from = null, CancellationToken cancellation = default)
    {
        var run = InDouble(() => FreeRun(x, from, cancellation));
        return new(run.Result, run.Final);
    }

    (Tensor Result, ReservoirState<TState> Final) FreeRun(Tensor x, ReservoirState<TState>? from, CancellationToken cancellation)
    {
        CheckSteps(x);
        var run = free.Run(x.As(ElementType.Float64), Begin(x, from), cancellation: cancellation);
        return (run.Outputs, run.Final);
    }

    /// <summary>The features of the read-out, [u, x], at every step, with the true outputs fed back.</summary>
    /// <inheritdoc cref="Follow"/>
    /// <returns>The features, <c>[time, batch, inputs + features]</c>, and the state after the last step.</returns>
    public (Tensor Features, ReservoirState<TState> Final) Harvest(
        Tensor x, Tensor targets, ReservoirState<TState>? from = null, CancellationToken cancellation = default) =>
        InDouble(() => TaughtRun(x, targets, from, cancellation));

    (Tensor Result, ReservoirState<TState> Final) TaughtRun(
        Tensor x, Tensor targets, ReservoirState<TState>? from, CancellationToken cancellation)
    {
        CheckTargets(x, targets);
        var state = Begin(x, from);
        var (steps, taught) = (Unstack(x.As(ElementType.Float64)), Unstack(targets.As(ElementType.Float64)));
        var driver = new CellDriver<TState>(nameof(ReservoirNetwork), reservoir, InputBatch.OfStep(steps[0]), () => state.Reservoir)
        {
            Cancellation = cancellation,
        };
        var features = new Tensor[steps.Length];
        for (int t = 0; t < steps.Length; t++)
            features[t] = Features(steps[t], t == 0 ? state.Output : taught[t - 1], driver.Step);
        return (Stack(features), new(driver.State, taught[^1]));
    }

    (Tensor Result, ReservoirState<TState> Final) InDouble(Func<(Tensor Result, ReservoirState<TState> Final)> run) =>
        Copies.Run(run, made => (made.Result.Detach(), State.Detach(made.Final)));

    void CheckTargets(Tensor x, Tensor targets)
    {
        CheckSteps(x);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Rank != 3 || targets.Shape[0] != x.Shape[0] || targets.Shape[1] != x.Shape[1] || targets.Shape[2] != outputs)
            throw new ShapeException(
                $"ReservoirNetwork: x is {x.Shape}, the targets are {targets.Shape}; [{x.Shape[0]}, {x.Shape[1]}, {outputs}] is needed.");
    }

    void CheckSteps(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 3 || x.Shape[0] == 0 || x.Shape[2] != inputs)
            throw new ShapeException($"ReservoirNetwork: x is {x.Shape}; [time, batch, {inputs}] is needed, with at least one step.");
    }

    ReservoirState<TState> Begin(Tensor x, ReservoirState<TState>? from)
    {
        if (from is not { } state) return Initial(x.Shape[1]);
        CellDriver<TState>.Check(nameof(ReservoirNetwork), state.Reservoir, InputBatch.OfStep(x[0].As(ElementType.Float64)), reservoir);
        ArgumentNullException.ThrowIfNull(state.Output);
        return state.Output.Shape == Shape.Create([x.Shape[1], outputs]) ? state : throw new ShapeException(
            $"ReservoirNetwork: the output of the initial state is {state.Output.Shape}; [{x.Shape[1]}, {outputs}] is needed for x "
            + $"{x.Shape}.");
    }

    // [u, x] of a step after an output.
    Tensor Features(Tensor u, Tensor before, Func<Tensor, Tensor> step)
    {
        var output = step(feedback == ReservoirFeedback.None ? u : Concatenate(1, u, before));
        return inputs == 0 ? output : Concatenate(1, u, output);
    }

    /// <summary>A step with the network's own outputs fed back.</summary>
    sealed class FreeCell : Cell<ReservoirState<TState>>
    {
        readonly ReservoirNetwork<TState> network;

        public FreeCell(ReservoirNetwork<TState> network) : base(default) => this.network = Share(network, nameof(network));

        public override ReservoirState<TState> Initial(int batch, ElementType type) => network.Initial(batch);

        public override (Tensor Output, ReservoirState<TState> Next) Step(Tensor x, ReservoirState<TState> state)
        {
            var next = state.Reservoir;
            var features = network.Features(x, state.Output, u =>
            {
                (var output, next) = CellDriver<TState>.Advance(network.reservoir, u, state.Reservoir);
                return output;
            });
            var said = network.readout.Forward(features);
            return (said, new(next, said));
        }
    }
}

/// <summary>Creates echo state networks.</summary>
public static class ReservoirNetwork
{
    /// <summary>
    /// An echo state network: <see cref="EchoStateCell"/> with a linear read-out of inputs and state. Outputs are fed back if the options
    /// specify it.
    /// </summary>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="units">Number of units of the reservoir.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="key">Where the weights come from.</param>
    /// <param name="options">Radius, leak, scaling; <see cref="EchoStateOptions.Feedback"/> must be 0 or the number of outputs.</param>
    public static ReservoirNetwork<Tensor> EchoState(int inputs, int units, int outputs, RandomKey key, EchoStateOptions? options = null)
    {
        int fedBack = options?.Feedback ?? 0;
        if (fedBack != 0 && fedBack != outputs)
            throw new ArgumentException($"EchoState: {fedBack} outputs are fed back, but there are {outputs}.", nameof(options));
        return new(
            new EchoStateCell(inputs, units, key, options), inputs, units, outputs,
            fedBack == 0 ? ReservoirFeedback.None : ReservoirFeedback.Previous);
    }
}

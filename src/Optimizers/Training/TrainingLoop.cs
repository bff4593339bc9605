using System.Diagnostics;
using static System.FormattableString;

namespace Autograd.Optimizers;

/// <summary>
/// The usual loop: steps, validations, and the best so far.
/// <code>
/// var loop = new TrainingLoop(new Adam(model.Parameters, 1e-3) { Clipping = Clipping.GlobalNorm(1) }, step => Loss(model, Batch(step)))
/// {
///     Validation = () => Loss(model, held).ToScalar(),
///     ValidateEvery = 100,
///     Stopping = new EarlyStopping(patience: 5),
/// };
/// var result = loop.Run(10_000, TrainingProgress.To(p => Console.WriteLine(p)), cancellation);
/// </code>
/// The same can be written by hand, with the same parts:
/// <code>
/// while (optimizer.Steps &lt; steps &amp;&amp; !cancellation.IsCancellationRequested &amp;&amp; !stopping.IsOver)
/// {
///     using (var tape = new Tape())
///         optimizer.Step(tape.Gradients(Loss(model, Batch(optimizer.Steps)), model.Parameters));
///     average.Update();
///     if (optimizer.Steps % validateEvery != 0) continue;
///     using (average.Apply())
///     {
///         double value = Validation();
///         best.Observe(value);
///         stopping.Observe(value);
///         optimizer.Schedule.Validated(value);
///     }
/// }
/// best.Put();
/// </code>
/// <para>
/// After a run, however it ended, the parameters hold the values of the best validation so far, or the latest values if there was none. The
/// next run nevertheless continues from the latest ones, unless the parameters have been changed meanwhile: two runs to steps 50 and 100
/// are one run to 100, to the bit. A run that is saved with its model in a <see cref="Snapshot"/>, during a report, between runs, or by
/// <see cref="Snapshots"/>, continues in the same way, whatever it was doing. State of the loss itself (a position in the data, a carried
/// state) must be saved along with it, or follow from the number of the batch.
/// </para>
/// <para>
/// A run is cancelled between steps, or when the loss or the validation throws <see cref="OperationCanceledException"/>; a step that has
/// begun is then not made. A step allocates nothing beyond what the tape and the loss do. Not safe for use from several threads at once.
/// </para>
/// </summary>
public sealed partial class TrainingLoop : ISaved
{
    const string Name = nameof(TrainingLoop);

    readonly Func<long, Tensor> loss;
    readonly Parameter[] parameters;
    readonly Tensor?[] last;
    readonly RunningMean mean = new();
    GradientSum? sum;
    long validated, bestStep, lastBatch;
    bool isRunning;

    /// <summary>Defines a loop; nothing runs yet.</summary>
    /// <param name="optimizer">Makes the steps, with its schedule and its clipping.</param>
    /// <param name="loss"> Computes the loss of a batch, a tensor with one element, from the number of the batch, which counts up from
    /// <see cref="Steps"/> · <see cref="MicroBatches"/>.
    /// </param>
    public TrainingLoop(Optimizer optimizer, Func<long, Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        Optimizer = optimizer;
        this.loss = loss;
        parameters = [.. optimizer.Parameters];
        last = new Tensor?[parameters.Length];
        Best = new BestSoFar(parameters);
    }

    /// <summary>Makes the steps.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>
    /// Evaluates the parameters after every <see cref="ValidateEvery"/> steps; null, the default, for not at all. Smaller values are better
    /// unless <see cref="LargerIsBetter"/>. The value is passed to <see cref="Best"/>, <see cref="Stopping"/> and the optimizer's schedule.
    /// </summary>
    public Func<double>? Validation { get; init; }

    /// <summary>The number of steps between validations; at least 1; 100 by default.</summary>
    public long ValidateEvery { get; init => field = Require.AtLeast(Name, nameof(ValidateEvery), value, 1); } = 100;

    /// <summary>Whether larger values of the validation are better, as for an accuracy; false by default.</summary>
    public bool LargerIsBetter { get => Best.LargerIsBetter; init => Best = new BestSoFar(parameters, value); }

    /// <summary>
    /// How many batches are combined into one step, one after another; at least 1, the default. The step is made with the mean of their
    /// gradients.
    /// </summary>
    public int MicroBatches { get; init => field = Require.AtLeast(Name, nameof(MicroBatches), value, 1); } = 1;

    /// <summary>Ends the run when validations no longer improve; null, the default, for never.</summary>
    public EarlyStopping? Stopping { get; init; }

    /// <summary>Averages of the parameters, updated after each step and used for validations; null, the default, for none.</summary>
    public WeightAverage? Average { get; init; }

    /// <summary>
    /// Where snapshots are saved, after a report and at the end of a run; null, the default, for nowhere. The loop adds itself as
    /// <c>training</c>. Of several processes, the first one saves and all load.
    /// </summary>
    public Snapshots? Snapshots { get; init; }

    /// <summary>
    /// The processes that make each step together, each with some of its <see cref="MicroBatches"/>; null, the default, for this one alone.
    /// All run the same loop. Cancelling one ends the run of all after the same step. Each makes the validations itself, unless
    /// <see cref="Validation"/> shares them too.
    /// </summary>
    public IGradientExchange? Together { get; init; }

    /// <summary>
    /// The norm of a batch's gradients, before clipping, above which training counts as diverged; above 0; infinity, the default, for no
    /// limit.
    /// </summary>
    public double LargestGradient
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(
            nameof(value), value, Invariant($"{Name}: {nameof(LargestGradient)} must be above 0; it is {value}."));
    } = double.PositiveInfinity;

    /// <summary>
    /// The file for a page that explains why a run broke down, with a text version beside it (<c>.txt</c>); null, the default, for none.
    /// The batch whose loss or gradients are not finite, or exceed <see cref="LargestGradient"/>, is computed once more from the current
    /// parameters, under <see cref="Autograd.PostMortem"/>; the exception carries what was found. State of the loss itself (a carried
    /// state) has advanced by then.
    /// </summary>
    public string? PostMortem { get; init; }

    /// <summary>The best validation, and the parameters at that time.</summary>
    public BestSoFar Best { get; private init; }

    /// <summary>Steps done.</summary>
    public long Steps => Optimizer.Steps;

    /// <summary>Trains.</summary>
    /// <param name="steps">The number of steps at which the run ends, those of earlier runs included; not negative.</param>
    /// <param name="progress">
    /// Receives a report after each step, on this thread. An exception that it throws ends the run after the step.
    /// </param>
    /// <param name="cancellation">Ends the run before the next step; the result says so, and nothing is thrown.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is negative.</exception>
    /// <exception cref="ShapeException">A loss does not have exactly one element. The step was not made.</exception>
    /// <exception cref="NonFiniteLossException">A loss is NaN or infinite. The step was not made.</exception>
    /// <exception cref="NonFiniteGradientException"> As for <see cref="Optimizer.Step"/>, and also without clipping where
    /// <see cref="PostMortem"/> or <see cref="LargestGradient"/> is set. The step was not made.
    /// </exception>
    /// <exception cref="ExplodingGradientException">Gradients are beyond <see cref="LargestGradient"/>. The step was not made.</exception>
    /// <exception cref="InvalidOperationException"> The schedule gives no usable rate; or the loop is already running; or early stopping
    /// and <see cref="LargerIsBetter"/> disagree.
    /// </exception>
    public TrainingResult Run(long steps, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        Require.AtLeast(Name, nameof(steps), steps, 0);
        ThrowIfUnfit();
        Snapshots?.ThrowIfForeign(Steps);
        PutLast();
        isRunning = true;
        var end = TrainingEnd.Cancelled;
        try
        {
            end = new Course(this, steps, progress, cancellation).Run();
            Save();
        }
        catch (OperationCanceledException) when (Together is not null || cancellation.IsCancellationRequested)
        {
            // The loss may have changed its state, so a later run continues from the last snapshot.
        }
        finally
        {
            isRunning = false;
            PutBest();
        }
        return new TrainingResult(end, Steps, Best.Value, Best.Value is null ? null : bestStep);
    }

    /// <summary>Loads the newest of <see cref="Snapshots"/>, if there is one.</summary>
    /// <returns>Whether there is one.</returns>
    /// <inheritdoc cref="Optimizers.Snapshots.Load()"/>
    public bool Resume() => Snapshots?.Load([("training", this)]) ?? false;

    void Save()
    {
        if (Together?.IsFirst != false) Snapshots?.Save(Steps, [("training", this)]);
    }

    bool IsDue => Validation is not null && Steps > validated && Steps % ValidateEvery == 0;

    double Validate()
    {
        double value;
        using (Average?.Apply())
        {
            value = Validation!();
            if (Best.Observe(value)) bestStep = Steps;
        }
        validated = Steps;
        Stopping?.Observe(value);
        Optimizer.Schedule.Validated(value);
        return value;
    }

    double Step(CancellationToken cancellation)
    {
        double value;
        try
        {
            value = Together is { } together ? StepTogether(together)
                : MicroBatches == 1 ? StepAtOnce() : StepInParts(cancellation);
        }
        catch (DivergenceException error) when (PostMortem is not null)
        {
            Explain(error, PostMortem);
            throw;
        }
        Average?.Update();
        return value;
    }

    double StepAtOnce()
    {
        using var tape = new Tape();
        var (output, value) = LossOf(Steps);
        Optimizer.Step(GradientsOf(tape, output));
        return value;
    }

    double StepTogether(IGradientExchange together)
    {
        long first = Steps * MicroBatches;
        var (value, gradients) = together.Exchange(MicroBatches, i => LossOf(first + i).Output);
        Optimizer.Step(gradients);
        return value;
    }

    double StepInParts(CancellationToken cancellation)
    {
        sum ??= new GradientSum(parameters);
        sum.Clear();
        double total = 0;
        for (int i = 0; i < MicroBatches; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var tape = new Tape();
            var (output, value) = LossOf(Steps * MicroBatches + i);
            sum.Add(GradientsOf(tape, output), 1.0 / MicroBatches);
            total += value;
        }
        Optimizer.Step(sum.Gradients);
        return total / MicroBatches;
    }

    (Tensor Output, double Value) LossOf(long batch)
    {
        lastBatch = batch;
        var output = loss(batch) ?? throw new InvalidOperationException(Invariant($"{Name}: the loss of batch {batch} is null."));
        if (output.ElementCount != 1)
            throw new ShapeException(
                Invariant($"{Name}: the loss of batch {batch} is {output.Shape}; it must have exactly one element. Take its mean or sum."));
        double value = output.ElementType == ElementType.Float32 ? output.AsSpan<float>()[0] : output.AsSpan<double>()[0];
        return double.IsFinite(value) ? (output, value) : throw new NonFiniteLossException(Steps, value);
    }

    void ThrowIfUnfit()
    {
        if (isRunning) throw new InvalidOperationException($"{Name}: it runs already.");
        if (Stopping is { } stopping && stopping.LargerIsBetter != LargerIsBetter)
            throw new InvalidOperationException(
                $"{Name}: of two validations the {(LargerIsBetter ? "larger" : "smaller")} is better, but not for {nameof(Stopping)}; "
                + $"set {nameof(LargerIsBetter)} of both.");
        if (Stopping is not null && Validation is null)
            throw new InvalidOperationException($"{Name}: {nameof(Stopping)} needs a {nameof(Validation)}.");
    }

    /// <summary>One run.</summary>
    readonly ref struct Course(TrainingLoop loop, long steps, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        readonly long begin = Stopwatch.GetTimestamp();

        public TrainingEnd Run()
        {
            // If the previous run was cancelled between step and validation.
            if (loop.IsDue) loop.Validate();
            while (true)
            {
                bool isCancelled = cancellation.IsCancellationRequested;
                if (loop.Together?.Any(isCancelled) ?? isCancelled) return TrainingEnd.Cancelled;
                if (loop.Stopping is { IsOver: true }) return TrainingEnd.StoppedEarly;
                if (loop.Steps >= steps) return TrainingEnd.StepsDone;
                Step();
            }
        }

        void Step()
        {
            if (loop.Steps % loop.ValidateEvery == 0) loop.mean.Reset();
            double rate = loop.Optimizer.LearningRate, value = loop.Step(cancellation);
            loop.mean.Add(value);
            double? judged = loop.IsDue ? loop.Validate() : null;
            progress?.Report(new(
                loop.Steps, steps, value, loop.mean.Value, rate, judged, loop.Best.Value, Stopwatch.GetElapsedTime(begin)));
            if (loop.Snapshots is { } snapshots && loop.Steps % snapshots.Every == 0) loop.Save();
        }
    }
}

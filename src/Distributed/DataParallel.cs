using Autograd.Optimizers;
using static System.FormattableString;

namespace Autograd.Distributed;

/// <summary>
/// Gradients of a batch that is divided among the ranks of a job (data parallelism). A batch is a number of <em>micro-batches</em>; each
/// rank computes its share of them, one after another, and all get the gradient of the whole:
/// <code>
/// var parallel = new DataParallel(communicator, model.Parameters);
/// for (long step = 0; step &lt; steps; step++)
/// {
///     var batch = parallel.Gradients(8, i => Loss(model, batches.Part(step, i)), cancellation);
///     optimizer.Step(batch.Gradients);
/// }
/// </code>
/// A <see cref="TrainingLoop"/> takes it as its <see cref="TrainingLoop.Together"/>, with micro-batches of one weight. The gradient is Σ wᵢ
/// gᵢ / Σ wᵢ over all micro-batches, so unequal ones give the gradient of the undivided batch. In <see cref="SumOrder.Strict"/> order it
/// has the same bits for any number of ranks, of threads, and for MPI or threads as ranks; optimizers then do the same on each rank, and
/// the parameters remain the same. Randomness that depends on the numbers of the step and the micro-batch, not on the rank, is that of a
/// single process.
/// <para>Memory: one set of gradients for each bit of the number of micro-batches, plus one more set.</para>
/// <para>Not safe for use from several threads at once.</para>
/// </summary>
public sealed class DataParallel : IGradientExchange
{
    /// <summary>The largest number of micro-batches in a batch: 2²⁰. Each rank keeps the losses of all.</summary>
    public const int MostMicroBatches = 1 << 20;

    readonly Parameter[] parameters;
    readonly GradientLayout layout;
    readonly GradientSums sums;
    readonly Tensor[] gradients;

    /// <summary>Compares the ranks: they must train the same model from the same start.</summary>
    /// <param name="communicator">The ranks.</param>
    /// <param name="parameters">The parameters whose gradients are computed. The list is copied.</param>
    /// <param name="order">The order in which they are added.</param>
    /// <param name="settings"> Whatever else must be the same on all ranks: options, a hash of the data. Versions of library and runtime,
    /// the width of vectors and the parameters with their values are compared without being named.
    /// </param>
    /// <exception cref="ArgumentException">There are no parameters, or one occurs twice.</exception>
    /// <exception cref="RankFailureException">A rank differs; the message says in what, and every rank throws.</exception>
    public DataParallel(
        Communicator communicator, IReadOnlyList<Parameter> parameters, SumOrder order = SumOrder.Strict,
        params ReadOnlySpan<(string Name, string Value)> settings)
    {
        ArgumentNullException.ThrowIfNull(communicator);
        this.parameters = Optimizer.Checked(nameof(DataParallel), parameters);
        Require.Defined(nameof(DataParallel), nameof(order), order);
        Communicator = communicator;
        Order = order;
        Agreement.Check(communicator, this.parameters, [("order", order.ToString()), .. settings], Surroundings.Here);
        layout = new GradientLayout(this.parameters);
        sums = order == SumOrder.Strict ? new StrictSums(communicator, layout) : new FastSums(communicator, layout);
        gradients = Array.ConvertAll(this.parameters, parameter => Tensor.Zeros(parameter.Shape, parameter.ElementType));
    }

    /// <summary>The ranks.</summary>
    public Communicator Communicator { get; }

    /// <summary>The order in which gradients are added.</summary>
    public SumOrder Order { get; }

    /// <summary>Computes the gradient of a batch. All ranks must call it, with the same number.</summary>
    /// <param name="microBatches">The number of micro-batches in the batch; at least as many as there are ranks.</param>
    /// <param name="loss">The loss of a micro-batch, from its number within the batch. It is recorded on a tape created here.</param>
    /// <param name="cancellation">Ends the batch on all ranks, whichever is cancelled, after the current micro-batch.</param>
    /// <returns>The loss of the batch and its gradients, which are valid until the next call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are fewer micro-batches than ranks, or more than <see cref="MostMicroBatches"/>, or a weight is negative or not finite.
    /// </exception>
    /// <exception cref="ShapeException">A loss does not have exactly one element.</exception>
    /// <exception cref="OperationCanceledException">The batch was cancelled, on this or on another rank.</exception>
    /// <exception cref="RankFailureException">Another rank has failed, and the message says how; or has not arrived in time.</exception>
    public BatchGradients Gradients(int microBatches, Func<int, WeightedLoss> loss, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        var share = Own(nameof(Gradients), microBatches);
        var own = new double[microBatches, 2];
        sums.Clear();
        Together(nameof(Gradients), cancellation, () =>
        {
            for (int i = share.Start; i < share.End && !cancellation.IsCancellationRequested; i++) Add(i, loss, own);
        });
        var (mean, weight) = Mean(nameof(Gradients), microBatches, own);
        sums.Exchange(microBatches);
        if (weight > 0) sums.CopyTo(gradients, 1 / weight);
        else foreach (var gradient in gradients) Accumulation.Clear(gradient);
        return new BatchGradients(mean, weight, gradients);
    }

    /// <summary>
    /// The weighted mean of values whose computation is divided among the ranks, for example in a validation: the same bits for any number
    /// of ranks; NaN if all weights are 0.
    /// </summary>
    /// <param name="count">The number of values; at least as many as there are ranks.</param>
    /// <param name="value">Computes one value and its weight.</param>
    /// <param name="cancellation">As for <see cref="Gradients"/>.</param>
    /// <inheritdoc cref="Gradients" path="/exception"/>
    public double Mean(int count, Func<int, (double Value, double Weight)> value, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        var share = Own(nameof(Mean), count);
        var own = new double[count, 2];
        Together(nameof(Mean), cancellation, () =>
        {
            for (int i = share.Start; i < share.End && !cancellation.IsCancellationRequested; i++)
            {
                var (number, weight) = value(i);
                (own[i, 0], own[i, 1]) = (number, Checked(nameof(Mean), i, weight));
            }
        });
        return Mean(nameof(Mean), count, own).Mean;
    }

    /// <inheritdoc/>
    bool IGradientExchange.IsFirst => Communicator.Rank == 0;

    /// <inheritdoc/>
    (double Loss, IReadOnlyList<Tensor> Gradients) IGradientExchange.Exchange(int microBatches, Func<int, Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        var batch = Gradients(microBatches, i => loss(i));
        return (batch.Loss, batch.Gradients);
    }

    /// <summary>Whether a condition holds on any rank; the answer is the same on all.</summary>
    /// <exception cref="RankFailureException">A rank has not come in time.</exception>
    public bool Any(bool holds)
    {
        Span<byte> all = stackalloc byte[Communicator.Size];
        Communicator.Gather(nameof(Any), [holds ? (byte)1 : (byte)0], all);
        return all.Contains((byte)1);
    }

    Share Own(string operation, int count)
    {
        int size = Communicator.Size;
        if (count > MostMicroBatches)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, Invariant($"{operation}: {count} micro-batches are more than {MostMicroBatches}."));
        if (count < size)
            throw new ArgumentOutOfRangeException(
                nameof(count), count,
                Invariant($"{operation}: {count} micro-batches cannot be shared by {size} ranks; one for each is needed."));
        return Share.Of(count, Communicator.Rank, size);
    }

    void Add(int number, Func<int, WeightedLoss> loss, double[,] own)
    {
        using var tape = new Tape();
        var (mean, weight) = loss(number);
        if (mean is null) throw new InvalidOperationException(Invariant($"{nameof(Gradients)}: the loss of micro-batch {number} is null."));
        if (mean.ElementCount != 1)
            throw new ShapeException(
                Invariant($"{nameof(Gradients)}: the loss of micro-batch {number} is {mean.Shape}; it must have exactly one element."));
        (own[number, 0], own[number, 1]) = (mean.ToScalar(), Checked(nameof(Gradients), number, weight));
        sums.Add(number, tape.Gradients(mean, parameters), weight);
    }

    static double Checked(string operation, int number, double weight) => double.IsFinite(weight) && weight >= 0 ? weight
        : throw new ArgumentOutOfRangeException(
            nameof(weight), weight, Invariant($"{operation}: the weight of micro-batch {number} must be finite and not negative."));

    // What happens on one rank is told to all before any of them waits for something that will not come.
    void Together(string operation, CancellationToken cancellation, Action work)
    {
        Exception? error = null;
        try
        {
            work();
        }
        catch (Exception caught) when (caught is not RankFailureException)
        {
            error = caught;
        }
        Agreement.ThrowIfSomeRankEnds(Communicator, operation, error, cancellation);
    }

    // In the order of the micro-batches, each from the list of the rank that has it.
    (double Mean, double Weight) Mean(string operation, int count, double[,] own)
    {
        var all = new double[2 * count * Communicator.Size];
        var flat = new double[2 * count];
        Buffer.BlockCopy(own, 0, flat, 0, flat.Length * sizeof(double));
        Communicator.Gather<double>(operation, flat, all);
        (double sum, double weights) = (0, 0);
        for (int rank = 0; rank < Communicator.Size; rank++)
        {
            var share = Share.Of(count, rank, Communicator.Size);
            for (int i = share.Start; i < share.End; i++)
            {
                int place = 2 * (rank * count + i);
                if (all[place + 1] == 0) continue;
                sum += all[place] * all[place + 1];
                weights += all[place + 1];
            }
        }
        return (weights > 0 ? sum / weights : double.NaN, weights);
    }
}

/// <summary>The gradient of a batch.</summary>
/// <param name="Loss">The mean loss over all micro-batches; NaN if all weights are 0.</param>
/// <param name="Weight">The sum of their weights.</param>
/// <param name="Gradients">One for each parameter, in their order; valid until the next batch.</param>
public readonly record struct BatchGradients(double Loss, double Weight, IReadOnlyList<Tensor> Gradients);

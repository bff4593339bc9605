namespace Autograd;

public static partial class Differentiate
{
    /// <summary>
    /// The sum of a loss over micro-batches, Σ loss(i) for i from 0, and the sum of its gradients with respect to parameters, in their
    /// order; on several threads.
    /// <code>
    /// var (loss, gradients) = Differentiate.ValueAndGradient(8, i => Loss(model, parts[i]) / 8, model.Parameters, threads: 4);
    /// optimizer.Step(gradients);
    /// </code>
    /// <para>
    /// Each micro-batch runs on a tape of its own, which ends with it, so memory is needed for as many micro-batches as there are threads,
    /// and for at most twice as many sets of gradients. Losses and gradients are added in the order of the micro-batches: the bits depend
    /// on the number of micro-batches, as rounding does, but not on the number of threads. The results belong to no tape.
    /// </para>
    /// <para>
    /// The calling thread works too. The others come from the thread pool if it has any to spare, and are no more than there are
    /// processors; nothing waits for them to become available.
    /// </para>
    /// </summary>
    /// <param name="batches">Number of micro-batches, at least 1.</param>
    /// <param name="loss"> Computes the loss of a micro-batch, a tensor with one element, from its number, the parameters and anything
    /// else; called once for each, on several threads at a time. It must not change what other calls read. To obtain the mean over the
    /// whole batch, divide by the number of micro-batches, or weight the means by their sizes.
    /// </param>
    /// <param name="parameters">The parameters. The gradient of one that no loss depends on is zero.</param>
    /// <param name="threads">The largest number of threads to use; at least 1.</param>
    /// <param name="cancellation">Stops before the next micro-batch.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of micro-batches or threads is below 1.</exception>
    /// <exception cref="TapeException">This thread already has a tape, or a parameter was changed meanwhile.</exception>
    /// <exception cref="ShapeException">A loss does not have exactly one element.</exception>
    /// <remarks>
    /// An exception thrown by the loss is passed on unchanged: that of the first micro-batch that fails, as on one thread.
    /// </remarks>
    public static (Tensor Value, Tensor[] Gradients) ValueAndGradient(
        int batches, Func<int, Tensor> loss, IReadOnlyList<Parameter> parameters, int threads, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Require.NoNull(nameof(ValueAndGradient), nameof(parameters), parameters);
        Require.AtLeast(nameof(ValueAndGradient), nameof(batches), batches, 1);
        Require.AtLeast(nameof(ValueAndGradient), nameof(threads), threads, 1);
        if (Tape.Current is not null)
            throw new TapeException(
                "ValueAndGradient: each micro-batch needs a tape of its own, and this thread has one already. Call it outside of any "
                + "tape's scope.");
        Tensor[] given = [.. parameters];
        var stamp = ReadStamp.Of(given);
        var sums = new MicroBatches(batches, loss, parameters, threads, cancellation);
        ThreadTeam.Run(sums, threads);
        // Each micro-batch is of one version; so must be all of them together.
        stamp.ThrowIfChanged(given);
        return sums.Result;
    }

    /// <summary>A phase is a round of micro-batches, after which their gradients are added up in order.</summary>
    sealed class MicroBatches : IPhasedWork
    {
        readonly int batches;
        readonly Func<int, Tensor> loss;
        readonly CancellationToken cancellation;
        readonly IReadOnlyList<Parameter> parameters;
        readonly (Tensor Value, Tensor[] Gradients)?[] round;
        int first;

        public MicroBatches(
            int batches, Func<int, Tensor> loss, IReadOnlyList<Parameter> parameters, int threads, CancellationToken cancellation)
        {
            this.batches = batches;
            this.loss = loss;
            this.parameters = parameters;
            this.cancellation = cancellation;
            // Two for each thread, so that one that is done early need not wait for the others.
            round = new (Tensor, Tensor[])?[threads == 1 ? 1 : (int)Math.Min(2L * threads, batches)];
            first = -round.Length;
        }

        public (Tensor Value, Tensor[] Gradients) Result { get; private set; }

        public int Parts => round.Length;

        public bool MoveNext()
        {
            foreach (ref var part in round.AsSpan())
            {
                if (part is { } found) Add(found.Value, found.Gradients);
                part = null;
            }
            first += round.Length;
            return first < batches;
        }

        public void Run(int part)
        {
            int batch = first + part;
            if (batch >= batches) return;
            cancellation.ThrowIfCancellationRequested();
            var found = ValueAndGradient(() => loss(batch), parameters);
            if (found.Value.IsSymbolic) throw new SymbolicReadException("ValueAndGradient: the loss of a micro-batch has no data.");
            round[part] = found;
        }

        // The first gradients, which nobody else has, become the sums.
        void Add(Tensor value, Tensor[] gradients)
        {
            if (Result.Gradients is not { } sums)
            {
                Result = (value, gradients);
                return;
            }
            if (value.ElementType != Result.Value.ElementType || value.Shape != Result.Value.Shape)
                throw new ShapeException(
                    $"ValueAndGradient: the loss of one micro-batch is {Result.Value.ElementType} {Result.Value.Shape}, "
                    + $"that of another {value.ElementType} {value.Shape}.");
            Accumulation.Add(Result.Value, value);
            for (int i = 0; i < sums.Length; i++) Accumulation.Add(sums[i], gradients[i]);
        }
    }
}

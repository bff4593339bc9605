using static System.FormattableString;

namespace Autograd.Data;

/// <summary>
/// Walks through the batches of one epoch after the other, without end. Only <see cref="Position"/> changes. It is saved with the model and
/// loaded into a walk that was created in the same way, from which the same batches follow as without the interruption.
/// <code>
/// var walk = new LengthBuckets(lengths, rows: 32, padding: 0.1, key).Walk();
/// int[] batch = walk.Next();
/// Snapshot.Save("run.safetensors", ("model", model), ("batches", walk));
/// </code>
/// </summary>
/// <remarks>Not safe for use from several threads at once.</remarks>
/// <typeparam name="TBatch">A batch.</typeparam>
public sealed class BatchWalk<TBatch> : ISaved
{
    readonly string name;
    readonly Func<int, Func<int, TBatch>> epochs;
    (int Number, Func<int, TBatch> Batches) current;

    /// <summary>Starts at the first batch of the first epoch.</summary>
    /// <param name="batchesPerEpoch">Number of batches in an epoch; at least 1.</param>
    /// <param name="epoch">Returns the batches of an epoch by its number, from 0; always the same ones for the same number.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no batches.</exception>
    public BatchWalk(int batchesPerEpoch, Func<int, IReadOnlyList<TBatch>> epoch)
        : this("BatchWalk", batchesPerEpoch, ByList(epoch))
    {
    }

    /// <param name="name">The name of the caller, for messages.</param>
    /// <param name="batchesPerEpoch">How many batches each epoch has.</param>
    /// <param name="epochs">Of an epoch, its batches by their number.</param>
    internal BatchWalk(string name, int batchesPerEpoch, Func<int, Func<int, TBatch>> epochs)
    {
        this.name = name;
        this.epochs = epochs;
        BatchesPerEpoch = Require.AtLeast(name, nameof(batchesPerEpoch), batchesPerEpoch, 1);
        current = (0, epochs(0));
    }

    /// <summary>Batches in an epoch; at least 1.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>The position of the batch that <see cref="Next"/> returns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative, or it has no such batch.</exception>
    public BatchPosition Position
    {
        get;
        set
        {
            Require.AtLeast($"{name}.Position", "Epoch", value.Epoch, 0);
            if ((uint)value.Batch >= (uint)BatchesPerEpoch)
                throw new ArgumentOutOfRangeException(nameof(value), value, Invariant(
                    $"{name}.Position: batch {value.Batch} does not exist; at least 0 and below {BatchesPerEpoch} was expected."));
            field = value;
        }
    }

    /// <summary>The next batch. After the last one of an epoch the next epoch begins.</summary>
    public TBatch Next()
    {
        var (epoch, batch) = Position;
        if (current.Number != epoch) current = (epoch, epochs(epoch));
        var next = current.Batches(batch);
        Position = batch + 1 < BatchesPerEpoch ? new BatchPosition(epoch, batch + 1) : new BatchPosition(checked(epoch + 1), 0);
        return next;
    }

    /// <summary>The position, and the number of batches in an epoch, which must be the same where it is loaded.</summary>
    void ISaved.Describe(SavedState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (epoch, batch) = Position;
        state.Add("batches", () => BatchesPerEpoch, RequireAsMany);
        state.Add("epoch", () => Position.Epoch, value => epoch = checked((int)value));
        state.Add("batch", () => Position.Batch, value => batch = checked((int)value));
        state.WhenLoaded(() => Position = new BatchPosition(epoch, batch));
    }

    void RequireAsMany(long batches)
    {
        if (batches != BatchesPerEpoch)
            throw new InvalidOperationException(Invariant($"{name}: the saved walk has {batches} batches in an epoch, this one ")
                + Invariant($"{BatchesPerEpoch}; ")
                + "the data or their batches differ.");
    }

    static Func<int, Func<int, TBatch>> ByList(Func<int, IReadOnlyList<TBatch>> epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        return number => epoch(number) is { } batches ? batch => batches[batch]
            : throw new InvalidOperationException(Invariant($"BatchWalk: epoch {number} is null."));
    }
}

namespace Autograd.Distributed;

/// <summary>
/// The sum over a tree of pairs. Each rank forms those nodes of the tree whose micro-batches are all its own; then each rank owns a slice
/// of the elements, receives it from all others, continues the tree there, and sends its slice of the result to all. If the number of
/// micro-batches per rank is the same power of 2 for all, that is one node each, and twice the bytes of the gradient are sent and received,
/// the least possible.
/// </summary>
sealed unsafe class StrictSums(Communicator communicator, GradientLayout layout) : GradientSums(layout)
{
    const int NodeTag = (1 << 14) + 1, ResultTag = NodeTag + 1;

    readonly GradientTree own = new(layout), joined = new(layout);
    GradientNode? sum;

    protected override GradientNode Sum => sum!;

    public override void Clear()
    {
        own.Clear();
        joined.Clear();
    }

    public override void Add(int number, IReadOnlyList<Tensor> gradients, double weight) =>
        own.Add(number, gradients, weight, Layout.Whole);

    public override void Exchange(int microBatches)
    {
        if (communicator.Size == 1)
        {
            sum = own.Close(Layout.Whole);
            return;
        }
        var arriving = Arriving(microBatches);
        var transfers = new List<Transfer>();
        foreach (int rank in communicator.Others)
        {
            foreach (var node in arriving[rank]) Begin(transfers, node, communicator.Rank, rank, NodeTag, isSent: false);
            foreach (var node in arriving[communicator.Rank]) Begin(transfers, node, rank, rank, NodeTag, isSent: true);
        }
        communicator.Wait(nameof(DataParallel), transfers);
        var slice = SliceOf(communicator.Rank);
        foreach (var node in arriving.SelectMany(nodes => nodes)) joined.Add(node, slice);
        sum = joined.Close(slice);
        foreach (int rank in communicator.Others)
        {
            Begin(transfers, sum, rank, rank, ResultTag, isSent: false);
            Begin(transfers, sum, communicator.Rank, rank, ResultTag, isSent: true);
        }
        communicator.Wait(nameof(DataParallel), transfers);
    }

    // Which nodes each rank has follows from the numbers of its micro-batches.
    List<GradientNode>[] Arriving(int microBatches)
    {
        var arriving = new List<GradientNode>[communicator.Size];
        for (int rank = 0; rank < arriving.Length; rank++)
        {
            arriving[rank] = [];
            if (rank == communicator.Rank) continue;
            foreach (var (first, level) in GradientTree.NodesOf(Share.Of(microBatches, rank, communicator.Size)))
            {
                arriving[rank].Add(joined.New());
                arriving[rank][^1].Begin(first, level);
            }
        }
        // They are given away, and come back with the joined ones.
        arriving[communicator.Rank] = own.Release(joined);
        return arriving;
    }

    // A rank's slice of a node, to or from another.
    void Begin(List<Transfer> transfers, GradientNode node, int owner, int peer, int tag, bool isSent)
    {
        var (singles, doubles) = SliceOf(owner);
        fixed (float* data = node.Singles)
            Begin(transfers, data + singles.Start, (long)singles.Count * sizeof(float), peer, tag, isSent);
        fixed (double* data = node.Doubles)
            Begin(transfers, data + doubles.Start, (long)doubles.Count * sizeof(double), peer, tag, isSent);
    }

    // Nodes are pinned, so they stay where they are until it is done.
    void Begin(List<Transfer> transfers, void* data, long bytes, int peer, int tag, bool isSent)
    {
        if (bytes == 0) return;
        transfers.Add(isSent ? communicator.BeginSend(data, bytes, peer, tag) : communicator.BeginReceive(data, bytes, peer, tag));
    }

    GradientSlice SliceOf(int rank) => Layout.SliceOf(rank, communicator.Size);
}

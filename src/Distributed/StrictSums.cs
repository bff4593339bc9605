namespace Autograd.Distributed;

/// <summary>
/// The sum over a tree of pairs. Each rank makes those nodes of the tree whose micro-batches are all its own; then each rank owns a slice
/// of the elements, gets it from all others, goes on with the tree there, and gives its slice of the result to all. With as many
/// micro-batches for each rank as a power of 2, that is one node for each, and twice the gradient's bytes go out and come in, the least
/// there can be.
/// </summary>
internal sealed unsafe class StrictSums(Communicator communicator, GradientLayout layout) : GradientSums(layout)
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

    public override void Add(int number, IReadOnlyList<Tensor> gradients, double weight)
    {
        var node = own.New();
        node.Take(number, gradients, weight);
        own.Add(node, Layout.Whole);
    }

    public override void Exchange()
    {
        if (communicator.Size == 1)
        {
            sum = own.Close(Layout.Whole);
            return;
        }
        var arriving = Announce();
        var transfers = new List<Transfer>();
        for (int rank = 0; rank < communicator.Size; rank++)
        {
            if (rank == communicator.Rank) continue;
            foreach (var node in arriving[rank]) Begin(transfers, node, communicator.Rank, rank, NodeTag, isSent: false);
            foreach (var node in arriving[communicator.Rank]) Begin(transfers, node, rank, rank, NodeTag, isSent: true);
        }
        communicator.Wait(nameof(DataParallel), transfers);
        var slice = SliceOf(communicator.Rank);
        foreach (var node in arriving.SelectMany(nodes => nodes)) joined.Add(node, slice);
        sum = joined.Close(slice);
        for (int rank = 0; rank < communicator.Size; rank++)
        {
            if (rank == communicator.Rank) continue;
            Begin(transfers, sum, rank, rank, ResultTag, isSent: false);
            Begin(transfers, sum, communicator.Rank, rank, ResultTag, isSent: true);
        }
        communicator.Wait(nameof(DataParallel), transfers);
    }

    // Which nodes each rank has: as many as 1s in numbers up to that of its micro-batches.
    List<GradientNode>[] Announce()
    {
        const int Most = 64;
        long[] mine = new long[2 * Most], all = new long[2 * Most * communicator.Size];
        for (int i = 0; i < own.Nodes.Count; i++) (mine[2 * i], mine[2 * i + 1]) = (own.Nodes[i].First, own.Nodes[i].Level + 1);
        communicator.Gather<long>(nameof(DataParallel), mine, all);
        var arriving = new List<GradientNode>[communicator.Size];
        for (int rank = 0; rank < arriving.Length; rank++)
        {
            arriving[rank] = [];
            for (int i = 2 * Most * rank; rank != communicator.Rank && i < 2 * Most * (rank + 1) && all[i + 1] > 0; i += 2)
            {
                arriving[rank].Add(joined.New());
                arriving[rank][^1].Begin(all[i], (int)all[i + 1] - 1);
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

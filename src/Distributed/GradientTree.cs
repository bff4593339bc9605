using System.Numerics;

namespace Autograd.Distributed;

/// <summary>
/// Adds up micro-batches as they come, in pairs of neighbours: as a binary counter does, a sum is kept for each 1 of their number. Which
/// sums are added depends on the numbers of the micro-batches alone, so a rank that begins anywhere forms nodes of the same tree.
/// </summary>
sealed class GradientTree(GradientLayout layout)
{
    readonly List<GradientNode> nodes = [];
    readonly Stack<GradientNode> free = new();

    /// <summary>The sums so far, in the order of their micro-batches.</summary>
    public IReadOnlyList<GradientNode> Nodes => nodes;

    /// <summary>The nodes that consecutive micro-batches end up in: the largest that begin where the one before ends.</summary>
    public static IEnumerable<(long First, int Level)> NodesOf(Share share)
    {
        for (int first = share.Start; first < share.End;)
        {
            int level = BitOperations.Log2((uint)(share.End - first));
            if (first > 0) level = Math.Min(level, BitOperations.TrailingZeroCount(first));
            yield return (first, level);
            first += 1 << level;
        }
    }

    /// <summary>A node whose numbers are not set.</summary>
    public GradientNode New() => free.TryPop(out var node) ? node : new GradientNode(layout);

    /// <summary>Adds the node behind all that are there.</summary>
    /// <param name="node">The node.</param>
    /// <param name="slice">Which elements count.</param>
    public void Add(GradientNode node, GradientSlice slice)
    {
        nodes.Add(node);
        Raise(slice);
    }

    /// <summary>Adds weight · gradients of a micro-batch behind all that are there.</summary>
    public void Add(int number, IReadOnlyList<Tensor> gradients, double weight, GradientSlice slice)
    {
        if (nodes.Count > 0 && nodes[^1].IsBefore(number, level: 0))
        {
            nodes[^1].Add(gradients, weight);
            nodes[^1].Rise();
        }
        else
        {
            nodes.Add(New());
            nodes[^1].Take(number, gradients, weight);
        }
        Raise(slice);
    }

    /// <summary>Adds up what is left, the last ones first.</summary>
    public GradientNode Close(GradientSlice slice)
    {
        while (nodes.Count > 1) Join(slice);
        return nodes[0];
    }

    /// <summary>Passes its nodes to another tree, which will empty them, and takes the same number of unused ones from there.</summary>
    public List<GradientNode> Release(GradientTree other)
    {
        List<GradientNode> given = [.. nodes];
        nodes.Clear();
        foreach (var _ in given) free.Push(other.New());
        return given;
    }

    /// <summary>Empties the tree; its nodes are used again.</summary>
    public void Clear()
    {
        foreach (var node in nodes) free.Push(node);
        nodes.Clear();
    }

    void Raise(GradientSlice slice)
    {
        while (nodes.Count > 1 && nodes[^2].IsBefore(nodes[^1])) Join(slice);
    }

    void Join(GradientSlice slice)
    {
        var second = nodes[^1];
        nodes.RemoveAt(nodes.Count - 1);
        nodes[^1].Add(second, slice);
        free.Push(second);
    }
}

using System.Runtime.InteropServices;

namespace Autograd.Tapes;

/// <summary>
/// The gradient of an operand that is multiplied at many time steps, Σ leftᵀ·right, is not formed step by step: the pairs wait here, and
/// one product is formed whenever they make up a block of rows, the last when the sweep reaches the operand. This works for any cell.
/// </summary>
sealed class ProductQueue
{
    readonly List<Tensor> lefts = [];
    readonly List<Tensor> rights = [];

    /// <summary>Rows of all pairs that wait.</summary>
    public int Rows { get; private set; }

    public void Add(Tensor left, Tensor right)
    {
        Rows += left.Shape.Product(0, left.Rank - 1);
        SweepMemory.Hold(left);
        SweepMemory.Hold(right);
        lefts.Add(left);
        rights.Add(right);
    }

    /// <summary>Takes over the pairs of another queue, after those of this one.</summary>
    public void Append(ProductQueue other)
    {
        for (int i = 0; i < other.lefts.Count; i++) Add(other.lefts[i], other.rights[i]);
    }

    /// <summary>Writes the sum of all products, or adds it to what is there.</summary>
    public void Form(Tensor target, bool accumulate)
    {
        if (target.ElementType == ElementType.Float32) Form<float>(target, accumulate);
        else Form<double>(target, accumulate);
    }

    public void Release(SweepMemory sweep)
    {
        foreach (var left in lefts) sweep.Release(left);
        foreach (var right in rights) sweep.Release(right);
        lefts.Clear();
        rights.Clear();
        Rows = 0;
    }

    void Form<T>(Tensor target, bool accumulate)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var segments = new Segments<T>(lefts, rights);
        MatrixProduct.MultiplyTransposedSegments<T, Segments<T>>(
            ref segments, target.Shape[^2], target.Shape[^1], target.WriteSpan<T>(), accumulate);
    }

    readonly struct Segments<T>(List<Tensor> lefts, List<Tensor> rights) : ISegments<T>
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        public int Count => lefts.Count;

        public int Rows(int segment) => lefts[segment].Shape.Product(0, lefts[segment].Rank - 1);

        public ReadOnlySpan<T> Left(int segment) => lefts[segment].ReadSpan<T>();

        public ReadOnlySpan<T> Right(int segment) => rights[segment].ReadSpan<T>();
    }
}

/// <summary>The queues of a sweep, by value; emptied ones are used again.</summary>
sealed class ProductQueues
{
    readonly Dictionary<int, ProductQueue> queues = [];
    readonly Stack<ProductQueue> idle = [];

    public bool IsEmpty => queues.Count == 0;

    public ProductQueue Of(int value)
    {
        ref var queue = ref CollectionsMarshal.GetValueRefOrAddDefault(queues, value, out _);
        return queue ??= idle.TryPop(out var unused) ? unused : new ProductQueue();
    }

    public bool TryTake(int value, out ProductQueue queue) => queues.Remove(value, out queue!);

    public void GiveBack(ProductQueue queue, SweepMemory sweep)
    {
        queue.Release(sweep);
        idle.Push(queue);
    }

    /// <summary>After a sweep that failed half-way: discards what waits.</summary>
    public void Abandon(SweepMemory sweep)
    {
        foreach (var queue in queues.Values) GiveBack(queue, sweep);
        queues.Clear();
    }
}

using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.Scan;

/// <summary>The gradients that a backward pass adds up.</summary>
sealed unsafe class ScanGradients<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly ScanPlan plan;
    readonly ScanAddresses addresses;
    readonly bool[] begun;

    public ScanGradients(ScanPlan plan, ScanAddresses addresses, int steps, bool[] needed)
    {
        this.plan = plan;
        this.addresses = addresses;
        var program = plan.Graph.Program;
        begun = new bool[program.Leaves];
        Leaves = new Tensor?[program.Leaves];
        for (int i = 0; i < Leaves.Length; i++)
            if (needed[1 + program.States + i] && plan.HasGradient(i))
                Leaves[i] = Dispatcher.Allocate(ElementTypes.Of<T>(), program.Nodes[program.FirstLeaf + i].Shape);
        foreach (int leaf in plan.AddedLeaves) Clear(leaf);
        foreach (var sum in plan.ColumnSums) ClearBlock(sum.Sums);
        foreach (var sum in plan.MatrixSums) ClearBlock(sum.Slice);
        if (plan.InputGradient is { } slice) Input = AllocateInput(slice, steps);
    }

    /// <summary>Gradient of the input; null where it was not asked for.</summary>
    public Tensor? Input { get; }

    public Tensor?[] Leaves { get; }

    /// <summary>The targets of a delayed product that are needed, and whether something is in them already.</summary>
    public int Targets(DelayedProduct product, in StepPlaces places, Span<TransposedTarget<T>> targets, int firstRow)
    {
        int count = 0;
        foreach (var (right, leaf, isFirst) in product.Targets)
        {
            if (Leaves[leaf] is not { } gradient) continue;
            targets[count++] = new TransposedTarget<T>
            {
                Right = (T*)places[right.Buffer.Number] + right.Column + (long)right.Later * right.Buffer.Block,
                RightStride = product.StrideOf(right),
                Columns = right.Width / product.RowsInRow,
                Result = (T*)ScanRows.AddressOf<T>(gradient) + (long)firstRow * (right.Width / product.RowsInRow),
                Accumulate = !isFirst || begun[leaf],
            };
        }
        return count;
    }

    /// <summary>After all threads have added their part of a chunk.</summary>
    public void MarkBegun(DelayedProduct product)
    {
        foreach (var (_, leaf, _) in product.Targets) begun[leaf] = true;
    }

    public void Add(int leaf, Tensor part)
    {
        if (Leaves[leaf] is { } gradient) TensorPrimitives.Add(gradient.ReadSpan<T>(), part.ReadSpan<T>(), gradient.WriteSpan<T>());
    }

    /// <summary>Adds up lanes, and hands on what has been summed in buffers.</summary>
    public void Finish()
    {
        foreach (var sum in plan.ColumnSums)
            if (Leaves[sum.Leaf] is { } gradient)
                AddColumns(sum, gradient);
        foreach (var (leaf, slice) in plan.MatrixSums)
        {
            if (Leaves[leaf] is not { } gradient) continue;
            Start(leaf);
            var target = gradient.WriteSpan<T>();
            var source = (T*)addresses.Start[slice.Buffer.Number];
            for (int start = 0; start < target.Length; start += slice.Width, source += slice.Buffer.RowStride)
                TensorPrimitives.Add(
                    target.Slice(start, slice.Width), new ReadOnlySpan<T>(source, slice.Width), target.Slice(start, slice.Width));
        }
    }

    void AddColumns(ColumnSum sum, Tensor gradient)
    {
        Start(sum.Leaf);
        var target = gradient.WriteSpan<T>();
        var first = new Span<T>((T*)addresses.Start[sum.Sums.Buffer.Number], sum.Sums.Width);
        int stride = sum.Sums.Buffer.RowStride;
        for (int lane = 1; lane < sum.Sums.Buffer.Block / stride; lane++)
            Add(first, new ReadOnlySpan<T>((T*)addresses.Start[sum.Sums.Buffer.Number] + (long)lane * stride, first.Length));
        if (target.Length == 1) target[0] += LaneSum.Of<T>(first);
        else for (int start = 0; start < first.Length; start += target.Length)
            Add(target, first.Slice(start, target.Length));
    }

    // Short, and once for each pass: the platform's addition would take a thousand times as long to be compiled.
    static void Add(Span<T> sum, ReadOnlySpan<T> part)
    {
        for (int i = 0; i < sum.Length; i++) sum[i] += part[i];
    }

    void Start(int leaf)
    {
        if (!begun[leaf]) Clear(leaf);
    }

    void Clear(int leaf)
    {
        if (Leaves[leaf] is { } gradient) Accumulation.Clear(gradient);
        begun[leaf] = true;
    }

    void ClearBlock(BufferSlice slice) => new Span<T>((T*)addresses.Start[slice.Buffer.Number], slice.Buffer.Block).Clear();

    Tensor AllocateInput(BufferSlice slice, int steps)
    {
        var shape = Shape.Create([steps, .. plan.Graph.Program.Nodes[0].Shape.Lengths]);
        var input = Dispatcher.Allocate(ElementTypes.Of<T>(), shape);
        addresses.Set<T>(slice.Buffer.Number, input);
        return input;
    }
}

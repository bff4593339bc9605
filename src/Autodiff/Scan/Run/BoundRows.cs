using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Scan;

/// <summary>An operation on some rows, through tensors that are windows over the memory in which they lie.</summary>
sealed unsafe class BoundRows<T> : BoundAction<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly RowwiseAction action;
    readonly Func<ScanJob<T>> job;
    readonly int[] sliceNumbers, buffers;

    // For the numbers of rows that were met: those of a whole chunk and of the last, as a rule.
    readonly Dictionary<int, Windows> windows = [];
    readonly Tensor?[] constants;

    public BoundRows(RowwiseAction action, Func<ScanJob<T>> job)
        : base([.. action.Slices.OfType<BufferSlice>(), action.Result], _ => true)
    {
        this.action = action;
        this.job = job;
        int next = 0;
        sliceNumbers = Array.ConvertAll(action.Slices, slice => slice is null ? -1 : next++);
        buffers = [.. action.Slices.OfType<BufferSlice>().Append(action.Result).Select(slice => slice.Buffer.Number)];
        constants = Array.ConvertAll(action.Operands, operand => operand.Role == Role.Constant
            ? operand.ConstantTensor(ElementTypes.Of<T>()) : null);
    }

    public override void Run()
    {
        if (!windows.TryGetValue(Rows, out var found)) windows.Add(Rows, found = Make(Rows));
        var run = job();
        for (int i = 0; i < sliceNumbers.Length; i++)
        {
            var operand = action.Operands[i];
            if (sliceNumbers[i] >= 0) MoveTo(found.Storages[i], sliceNumbers[i], run);
            else if (action.HasRows[i]) MoveTo(found.Storages[i], constants[i] ?? run.Leaves[operand.Index], operand.Shape);
            else found.Operands[i] = AsWritten(constants[i] ?? run.Leaves[operand.Index], action.Value.Operands[i].Shape);
        }
        MoveTo(found.Result, buffers.Length - 1, run);
        action.Value.Operation!.Compute(found.Operands, found.ResultTensor);
    }

    static Tensor AsWritten(Tensor leaf, Shape shape) => leaf.Shape.Equals(shape) ? leaf
        : new Tensor(leaf.ElementType, shape, leaf.Storage, leaf.Offset);

    void MoveTo(Storage<T> window, int number, ScanJob<T> run)
    {
        var array = (T[])run.Addresses.Arrays[buffers[number]];
        nint first = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        window.MoveTo(array, checked((int)((Addresses[number] - first) / sizeof(T))));
    }

    // A leaf's rows are those of the sequences, at every step.
    void MoveTo(Storage<T> window, Tensor leaf, Shape shape)
    {
        var storage = (Storage<T>)leaf.Storage!;
        window.MoveTo(storage.Array, storage.Start + leaf.Offset + FirstRow * (shape.ElementCount / shape[0]));
    }

    Windows Make(int rows)
    {
        var storages = new Storage<T>[sliceNumbers.Length];
        var operands = new Tensor[sliceNumbers.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            if (sliceNumbers[i] < 0 && !action.HasRows[i]) continue;
            storages[i] = new Storage<T>([], 0);
            operands[i] = Window(storages[i], action.Value.Operands[i].Shape, rows);
        }
        var result = new Storage<T>([], 0);
        return new Windows(storages, operands, result, Window(result, action.Value.Shape, rows));
    }

    static Tensor Window(Storage<T> storage, Shape shape, int rows) => new(ElementTypes.Of<T>(), shape.With(0, rows), storage);

    sealed record Windows(Storage<T>[] Storages, Tensor[] Operands, Storage<T> Result, Tensor ResultTensor);
}

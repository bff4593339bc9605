using System.Reflection.Emit;

namespace Autograd.Scan;

sealed partial class KernelEmitter
{
    // The element at the row and column under way.
    void Address(int slot)
    {
        if (pointers.Length > 0)
        {
            code.Emit(OpCodes.Ldloc, pointers[slot]);
            code.Emit(OpCodes.Ldloc, columnBytes);
            code.Emit(OpCodes.Add);
            return;
        }
        code.Emit(OpCodes.Ldloc, slots[slot]);
        code.Emit(OpCodes.Ldloc, offsets[kernel.RowStrides[slot]]);
        code.Emit(OpCodes.Add);
        if (!rowsOutside) return;
        code.Emit(OpCodes.Ldloc, columnBytes);
        code.Emit(OpCodes.Add);
    }

    // Elements and broadcast columns of equal row distance have different offsets where the column is part of them.
    int ColumnKey(int slot) => rowsOutside ? kernel.RowStrides[slot] : -1 - kernel.RowStrides[slot];

    void BeginOffsets(LocalBuilder first, bool withColumn = true)
    {
        foreach (int key in OffsetKeys())
        {
            if (!offsets.TryGetValue(key, out var offset)) offsets.Add(key, offset = Local<nint>());
            code.Emit(OpCodes.Ldloc, first);
            code.Emit(OpCodes.Conv_I);
            code.Emit(OpCodes.Ldc_I4, Stride(key) * vectors.ElementSize);
            code.Emit(OpCodes.Conv_I);
            code.Emit(OpCodes.Mul);
            if (withColumn && key >= 0)
            {
                code.Emit(OpCodes.Ldloc, columnBytes);
                code.Emit(OpCodes.Add);
            }
            code.Emit(OpCodes.Stloc, offset);
        }
    }

    void AdvanceOffsets()
    {
        foreach (int key in OffsetKeys())
        {
            code.Emit(OpCodes.Ldloc, offsets[key]);
            code.Emit(OpCodes.Ldc_I4, Stride(key) * vectors.ElementSize);
            code.Emit(OpCodes.Conv_I);
            code.Emit(OpCodes.Add);
            code.Emit(OpCodes.Stloc, offsets[key]);
        }
    }

    List<int> OffsetKeys()
    {
        var keys = new List<int>();
        foreach (var instruction in kernel.Instructions)
        {
            if (instruction.Op is KernelOp.Element or KernelOp.Window) Add(kernel.RowStrides[instruction.First]);
            if (instruction.Op == KernelOp.Column) Add(ColumnKey(instruction.First));
        }
        foreach (var (write, slot, _) in kernel.Writes)
            if (write != KernelWrite.ColumnSum)
                Add(write == KernelWrite.RowNumber ? ColumnKey(slot) : kernel.RowStrides[slot]);
        return keys;

        void Add(int key)
        {
            if (!keys.Contains(key)) keys.Add(key);
        }
    }

    static int Stride(int key) => key >= 0 ? key : -1 - key;

    // lane = (first block + row / rows in a block) / blocks in a lane · distance of lanes
    void SetLane(LocalBuilder current)
    {
        code.Emit(OpCodes.Ldloc, current);
        code.Emit(OpCodes.Ldc_I4, KernelLayout.RowsInBlock);
        code.Emit(OpCodes.Div);
        code.Emit(OpCodes.Ldarg_2);
        code.Emit(OpCodes.Add);
        code.Emit(OpCodes.Ldc_I4, blocksInLane);
        code.Emit(OpCodes.Div);
        code.Emit(OpCodes.Ldc_I4, laneStride * vectors.ElementSize);
        code.Emit(OpCodes.Mul);
        code.Emit(OpCodes.Conv_I);
        code.Emit(OpCodes.Stloc, lane);
    }
}

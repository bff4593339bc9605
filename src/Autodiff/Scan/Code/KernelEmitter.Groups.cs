using System.Reflection.Emit;

namespace Autograd.Scan;

sealed partial class KernelEmitter
{
    // Rows outside, the axes of the groups in them, columns inside. Each slot has a pointer that moves by its own distances.
    void GroupsOutside()
    {
        pointers = [.. slots.Select(_ => Local<nint>())];
        for (int i = 0; i < slots.Length; i++)
        {
            code.Emit(OpCodes.Ldloc, slots[i]);
            code.Emit(OpCodes.Stloc, pointers[i]);
        }
        Loop(row, () => code.Emit(OpCodes.Ldarg_1), 1, () =>
        {
            SetLane(row);
            Groups(0);
            for (int i = 0; i < slots.Length; i++) Move(i, kernel.RowStrides[i]);
        });
    }

    void Groups(int axis)
    {
        if (axis == kernel.Groups.Length)
        {
            EmitRow(AddToColumns, slot => code.Emit(OpCodes.Ldloc, pointers[slot]));
            return;
        }
        var counter = Local<int>();
        Loop(counter, () => code.Emit(OpCodes.Ldc_I4, kernel.Groups[axis]), 1, () =>
        {
            Groups(axis + 1);
            for (int i = 0; i < slots.Length; i++) Move(i, StrideOf(i, axis));
        });
        for (int i = 0; i < slots.Length; i++) Move(i, -(long)kernel.Groups[axis] * StrideOf(i, axis));
    }

    void AddToColumns(int slot, int value)
    {
        LoadMasked(value);
        ColumnSumAddress(slot);
        if (IsTail(slot)) LoadMask();
        code.Emit(OpCodes.Call, IsTail(slot) ? vectors.LoadTail : vectors.Load);
        code.Emit(OpCodes.Call, vectors.Add);
        ColumnSumAddress(slot);
        if (IsTail(slot)) LoadMask();
        code.Emit(OpCodes.Call, IsTail(slot) ? vectors.StoreTail : vectors.Store);
    }

    int StrideOf(int slot, int axis) => kernel.GroupStrides[slot].Length > 0 ? kernel.GroupStrides[slot][axis] : 0;

    void Move(int slot, long elements)
    {
        if (elements == 0) return;
        code.Emit(OpCodes.Ldloc, pointers[slot]);
        code.Emit(OpCodes.Ldc_I8, elements * vectors.ElementSize);
        code.Emit(OpCodes.Conv_I);
        code.Emit(OpCodes.Add);
        code.Emit(OpCodes.Stloc, pointers[slot]);
    }
}

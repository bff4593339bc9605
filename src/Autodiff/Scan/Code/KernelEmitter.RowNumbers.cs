using System.Reflection.Emit;

namespace Autograd.Scan;

/// <content>
/// What is one number for each row. With the rows outside it stays in registers; with the columns outside it is computed for a block of
/// rows before them, and read again for each vector of columns.
/// </content>
sealed partial class KernelEmitter
{
    // With the columns outside: those that are read for each vector of columns, where they lie and, if computed, from memory of their own.
    int[] direct = [], carried = [];
    LocalBuilder? firstNumbers, rowNumbers;

    void ComputeRows(LocalBuilder start)
    {
        if (carried.Length == 0 && kernel.Writes.All(write => write.Write != KernelWrite.RowNumber)) return;
        BeginOffsets(start, withColumn: false);
        Rows(start, () =>
        {
            EmitScope(Scope.Row);
            StoreRowNumbers();
            for (int i = 0; i < carried.Length; i++)
            {
                LoadNumberAddress(i);
                StoreFirst(carried[i]);
            }
        });
    }

    void FindReadRowNumbers()
    {
        var found = new SortedSet<int>();
        for (int i = 0; i < results.Length; i++)
            if (scopes[i] != Scope.Row)
                foreach (int operand in kernel.Instructions[i].Operands) AddIfOfRow(operand);
        foreach (var (write, _, value) in kernel.Writes)
            if (write != KernelWrite.RowNumber)
                AddIfOfRow(value);
        direct = [.. found.Where(number => kernel.Instructions[number].Op == KernelOp.Column)];
        carried = [.. found.Except(direct)];

        void AddIfOfRow(int number)
        {
            if (scopes[number] == Scope.Row) found.Add(number);
        }
    }

    // Memory is taken once, before anything else.
    void TakeMemoryOfRows()
    {
        if (rowsOutside) return;
        FindReadRowNumbers();
        if (carried.Length == 0) return;
        (firstNumbers, rowNumbers) = (Local<nint>(), Local<nint>());
        code.Emit(OpCodes.Ldc_I4, carried.Length * KernelLayout.RowsInBlock * vectors.ElementSize);
        code.Emit(OpCodes.Conv_U);
        code.Emit(OpCodes.Localloc);
        code.Emit(OpCodes.Stloc, firstNumbers);
    }

    void BeginRowNumbers()
    {
        if (firstNumbers is null) return;
        code.Emit(OpCodes.Ldloc, firstNumbers);
        code.Emit(OpCodes.Stloc, rowNumbers!);
    }

    void AdvanceRowNumbers()
    {
        if (firstNumbers is null) return;
        LoadNumberAddress(carried.Length);
        code.Emit(OpCodes.Stloc, rowNumbers!);
    }

    void LoadRowNumbers()
    {
        foreach (int number in direct)
        {
            EmitInstruction(kernel.Instructions[number]);
            code.Emit(OpCodes.Stloc, results[number]);
        }
        for (int i = 0; i < carried.Length; i++)
        {
            LoadNumberAddress(i);
            code.Emit(vectors.LoadElement);
            code.Emit(OpCodes.Call, vectors.Create);
            code.Emit(OpCodes.Stloc, results[carried[i]]);
        }
    }

    void LoadNumberAddress(int number)
    {
        code.Emit(OpCodes.Ldloc, rowNumbers!);
        code.Emit(OpCodes.Ldc_I4, number * vectors.ElementSize);
        code.Emit(OpCodes.Conv_I);
        code.Emit(OpCodes.Add);
    }

    void StoreRowNumbers()
    {
        foreach (var (write, slot, value) in kernel.Writes)
        {
            if (write != KernelWrite.RowNumber) continue;
            if (pointers.Length > 0)
            {
                code.Emit(OpCodes.Ldloc, pointers[slot]);
            }
            else
            {
                code.Emit(OpCodes.Ldloc, slots[slot]);
                code.Emit(OpCodes.Ldloc, offsets[ColumnKey(slot)]);
                code.Emit(OpCodes.Add);
            }
            StoreFirst(value);
        }
    }

    void StoreFirst(int value)
    {
        Load(value);
        code.Emit(OpCodes.Call, vectors.First);
        code.Emit(vectors.StoreElement);
    }
}

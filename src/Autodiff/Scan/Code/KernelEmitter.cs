using System.Diagnostics.CodeAnalysis;
using System.Reflection.Emit;

namespace Autograd.Scan;

/// <summary>
/// Writes the code of one kernel. Without row sums the columns are outside: what all rows share is read once for a block of rows, and sums
/// of columns stay in registers. With row sums the rows are outside. What is one number for each row is computed once for it.
/// </summary>
[UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Used where code can be made at run time only; see KernelBackEnd.Default.")]
sealed partial class KernelEmitter
{
    readonly KernelBuilder kernel;
    readonly int maskSlot, laneStride, blocksInLane;
    readonly DynamicMethod method;
    readonly ILGenerator code;
    readonly VectorMethods vectors;
    readonly bool rowsOutside;
    readonly LocalBuilder[] slots, results;
    readonly Scope[] scopes;
    readonly int[] uses;
    readonly Dictionary<int, LocalBuilder> offsets = [];
    readonly LocalBuilder row, end, column, columnBytes, lane;
    LocalBuilder[] pointers = [];
    bool isInTail;

    public KernelEmitter(KernelRequest request)
    {
        kernel = request.Kernel;
        maskSlot = request.MaskSlot;
        laneStride = request.LaneStride;
        blocksInLane = request.BlocksInLane;
        vectors = VectorMethods.Of(kernel.IsSingle);
        method = new DynamicMethod(
            "ScanKernel", null, [typeof(nint*), typeof(int), typeof(int)], typeof(KernelEmitter).Module, skipVisibility: true);
        code = method.GetILGenerator();
        rowsOutside = kernel.Groups.Length > 0 || kernel.Writes.Any(write => write.IsRowSum);
        slots = [.. kernel.RowStrides.Select(_ => code.DeclareLocal(typeof(nint)))];
        results = new LocalBuilder[kernel.Instructions.Length];
        for (int i = 0; i < results.Length; i++) results[i] = code.DeclareLocal(vectors.Vector);
        row = Local<int>();
        end = Local<int>();
        column = Local<int>();
        columnBytes = Local<nint>();
        lane = Local<nint>();
        scopes = Scopes();
        uses = kernel.CountUses();
    }

    // Whether columns that do not fill a vector are apart.
    bool HasTail => maskSlot >= 0 && kernel.Tight.Contains(true);

    int Padded => KernelLayout.Padded(kernel.Width, kernel.IsSingle);

    public KernelMethod Emit()
    {
        for (int i = 0; i < slots.Length; i++) LoadSlot(i);
        TakeMemoryOfRows();
        EmitScope(Scope.Kernel);
        if (kernel.Groups.Length > 0) GroupsOutside();
        else if (rowsOutside) RowsOutside();
        else ColumnsOutside();
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<KernelMethod>();
    }

    void ColumnsOutside()
    {
        var sums = kernel.Writes.Where(write => write.Write == KernelWrite.ColumnSum)
            .Select(write => new { write.Slot, write.Value, Sum = code.DeclareLocal(vectors.Vector) }).ToArray();
        var start = Local<int>();
        Loop(start, () => code.Emit(OpCodes.Ldarg_1), KernelLayout.RowsInBlock, () =>
        {
            // end = min(start + rows in a block, rows)
            code.Emit(OpCodes.Ldloc, start);
            code.Emit(OpCodes.Ldc_I4, KernelLayout.RowsInBlock);
            code.Emit(OpCodes.Add);
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Call, typeof(Math).GetMethod(nameof(Math.Min), [typeof(int), typeof(int)])!);
            code.Emit(OpCodes.Stloc, end);
            SetLane(start);
            ComputeRows(start);
            Columns(() =>
            {
                SetColumnBytes();
                EmitScope(Scope.Column);
                foreach (var sum in sums) SetZero(sum.Sum);
                BeginOffsets(start);
                Rows(start, () =>
                {
                    LoadRowNumbers();
                    EmitScope(Scope.Element);
                    EmitStores();
                    foreach (var sum in sums) AddTo(sum.Sum, sum.Value);
                });
                foreach (var sum in sums) AddToMemory(() => ColumnSumAddress(sum.Slot), () => code.Emit(OpCodes.Ldloc, sum.Sum));
            });
        });
    }

    // Those of a block.
    void Rows(LocalBuilder start, Action body)
    {
        code.Emit(OpCodes.Ldloc, start);
        code.Emit(OpCodes.Stloc, row);
        BeginRowNumbers();
        LoopFrom(row, () => code.Emit(OpCodes.Ldloc, end), 1, () =>
        {
            body();
            AdvanceOffsets();
            AdvanceRowNumbers();
        });
    }

    void RowsOutside()
    {
        Loop(row, () => code.Emit(OpCodes.Ldarg_1), 1, () =>
        {
            SetLane(row);
            BeginOffsets(row, withColumn: false);
            EmitRow(
                (slot, value) => AddToMemory(() => ColumnSumAddress(slot), () => code.Emit(OpCodes.Ldloc, results[value])),
                slot =>
                {
                    code.Emit(OpCodes.Ldloc, slots[slot]);
                    code.Emit(OpCodes.Ldloc, offsets[kernel.RowStrides[slot]]);
                    code.Emit(OpCodes.Add);
                });
        });
    }

    // What is one number for the row, its columns, and its sums at their end.
    void EmitRow(Action<int, int> addToColumns, Action<int> rowAddress)
    {
        var sums = DeclareRowSums();
        EmitScope(Scope.Row);
        StoreRowNumbers();
        foreach (var sum in sums.SelectMany(sum => sum.Lanes)) SetZero(sum);
        Columns(() =>
        {
            SetColumnBytes();
            EmitScope(Scope.Element);
            EmitStores();
            foreach (var (result, lanes) in sums) AddToRow(lanes, result.Value);
            foreach (var (write, slot, value) in kernel.Writes)
                if (write == KernelWrite.ColumnSum)
                    addToColumns(slot, value);
        });
        foreach (var (result, lanes) in sums)
        {
            rowAddress(result.Slot);
            StoreRow(result.Write, lanes);
        }
    }

    // Where an instruction is computed. Of the loops over rows and columns one is outside, and what changes in it is computed there.
    enum Scope
    {
        Kernel,
        Row,
        Column,
        Element,
    }

    Scope[] Scopes() => Array.ConvertAll(kernel.Variations(), variation => variation switch
    {
        KernelVariation.None => Scope.Kernel,
        KernelVariation.Rows => Scope.Row,
        KernelVariation.Columns when !rowsOutside => Scope.Column,
        _ => Scope.Element,
    });

    void EmitStores()
    {
        foreach (var (write, slot, value) in kernel.Writes)
        {
            if (write is not (KernelWrite.Store or KernelWrite.Accumulate)) continue;
            LoadMasked(value);
            if (write == KernelWrite.Accumulate)
            {
                LoadElement(slot);
                code.Emit(OpCodes.Call, vectors.Add);
            }
            Address(slot);
            if (IsTail(slot)) LoadMask();
            code.Emit(OpCodes.Call, IsTail(slot) ? vectors.StoreTail : vectors.Store);
        }
    }

    bool IsTail(int slot) => isInTail && kernel.Tight[slot];

    void LoadElement(int slot)
    {
        Address(slot);
        if (IsTail(slot)) LoadMask();
        code.Emit(OpCodes.Call, IsTail(slot) ? vectors.LoadTail : vectors.Load);
    }

    // Columns that do not fill a vector are apart, where rows without fill are read or written.
    void Columns(Action body)
    {
        int whole = HasTail ? kernel.Width / vectors.Length * vectors.Length : Padded;
        if (whole > 0) Loop(column, () => code.Emit(OpCodes.Ldc_I4, whole), vectors.Length, body);
        if (!HasTail) return;
        code.Emit(OpCodes.Ldc_I4, whole);
        code.Emit(OpCodes.Stloc, column);
        isInTail = true;
        body();
        isInTail = false;
    }

    void LoadMasked(int value)
    {
        Load(value);
        if (maskSlot < 0) return;
        LoadMask();
        code.Emit(OpCodes.Call, vectors.BitwiseAnd);
    }

    void LoadMask()
    {
        code.Emit(OpCodes.Ldloc, slots[maskSlot]);
        code.Emit(OpCodes.Ldloc, columnBytes);
        code.Emit(OpCodes.Add);
        code.Emit(OpCodes.Call, vectors.Load);
    }

    void AddTo(LocalBuilder sum, int value)
    {
        code.Emit(OpCodes.Ldloc, sum);
        Load(value);
        code.Emit(OpCodes.Call, vectors.Add);
        code.Emit(OpCodes.Stloc, sum);
    }

    void AddToMemory(Action address, Action value)
    {
        address();
        code.Emit(OpCodes.Call, vectors.Load);
        value();
        code.Emit(OpCodes.Call, vectors.Add);
        address();
        code.Emit(OpCodes.Call, vectors.Store);
    }

    void ColumnSumAddress(int slot)
    {
        code.Emit(OpCodes.Ldloc, pointers.Length > 0 ? pointers[slot] : slots[slot]);
        code.Emit(OpCodes.Ldloc, lane);
        code.Emit(OpCodes.Add);
        code.Emit(OpCodes.Ldloc, columnBytes);
        code.Emit(OpCodes.Add);
    }

    void SetColumnBytes()
    {
        code.Emit(OpCodes.Ldloc, column);
        code.Emit(OpCodes.Ldc_I4, vectors.ElementSize);
        code.Emit(OpCodes.Mul);
        code.Emit(OpCodes.Conv_I);
        code.Emit(OpCodes.Stloc, columnBytes);
    }

    void SetZero(LocalBuilder sum)
    {
        code.Emit(OpCodes.Call, vectors.Zero);
        code.Emit(OpCodes.Stloc, sum);
    }

    void LoadSlot(int slot)
    {
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldc_I4, slot * sizeof(long));
        code.Emit(OpCodes.Conv_I);
        code.Emit(OpCodes.Add);
        code.Emit(OpCodes.Ldind_I);
        code.Emit(OpCodes.Stloc, slots[slot]);
    }

    void Load(params ReadOnlySpan<int> numbers)
    {
        foreach (int number in numbers) code.Emit(OpCodes.Ldloc, results[number]);
    }

    void Loop(LocalBuilder counter, Action limit, int step, Action body)
    {
        code.Emit(OpCodes.Ldc_I4_0);
        code.Emit(OpCodes.Stloc, counter);
        LoopFrom(counter, limit, step, body);
    }

    void LoopFrom(LocalBuilder counter, Action limit, int step, Action body)
    {
        var (top, test) = (code.DefineLabel(), code.DefineLabel());
        code.Emit(OpCodes.Br, test);
        code.MarkLabel(top);
        body();
        code.Emit(OpCodes.Ldloc, counter);
        code.Emit(OpCodes.Ldc_I4, step);
        code.Emit(OpCodes.Add);
        code.Emit(OpCodes.Stloc, counter);
        code.MarkLabel(test);
        code.Emit(OpCodes.Ldloc, counter);
        limit();
        code.Emit(OpCodes.Blt, top);
    }

    LocalBuilder Local<TLocal>() => code.DeclareLocal(typeof(TLocal));
}

using System.Reflection.Emit;

namespace Autograd.Scan;

/// <content>
/// Sums of rows, in the order of <see cref="LaneSum"/>: as many vectors as fill its lanes take turns. The one whose turn it is stands
/// first, and goes behind the others with what was added to it.
/// </content>
sealed partial class KernelEmitter
{
    int VectorsInLanes => LaneSum.Bytes / (vectors.Length * vectors.ElementSize);

    // Vectors that a row is read in.
    int VectorsInRow => HasTail ? kernel.Width / vectors.Length + 1 : Padded / vectors.Length;

    (KernelResult Result, LocalBuilder[] Lanes)[] DeclareRowSums()
    {
        return [.. kernel.Writes.Where(write => write.IsRowSum).Select(write => (write, Lanes()))];

        LocalBuilder[] Lanes() => [.. Enumerable.Range(0, VectorsInLanes).Select(_ => code.DeclareLocal(vectors.Vector))];
    }

    void AddToRow(LocalBuilder[] lanes, int value)
    {
        code.Emit(OpCodes.Ldloc, lanes[0]);
        LoadMasked(value);
        code.Emit(OpCodes.Call, vectors.Add);
        for (int i = 1; i < lanes.Length; i++)
        {
            code.Emit(OpCodes.Ldloc, lanes[i]);
            code.Emit(OpCodes.Stloc, lanes[i - 1]);
        }
        code.Emit(OpCodes.Stloc, lanes[^1]);
    }

    // At the address that was loaded.
    void StoreRow(KernelWrite write, LocalBuilder[] lanes)
    {
        int turned = VectorsInRow % lanes.Length;
        if (write == KernelWrite.RowSumAdd)
        {
            code.Emit(OpCodes.Dup);
            code.Emit(vectors.LoadElement);
        }
        for (int i = 0; i < lanes.Length; i++) code.Emit(OpCodes.Ldloc, lanes[(i - turned + lanes.Length) % lanes.Length]);
        code.Emit(OpCodes.Call, vectors.TotalOfLanes);
        if (write == KernelWrite.RowSumAdd) code.Emit(OpCodes.Add);
        code.Emit(vectors.StoreElement);
    }
}

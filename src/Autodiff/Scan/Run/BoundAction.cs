using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Autograd.Scan;

/// <summary>
/// An action for the rows of one part, with the addresses of what it reads and writes at the step under way. From step to step each address
/// moves by its own distance, so going on is one addition of vectors.
/// </summary>
abstract unsafe class BoundAction<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly nint[] offsets, rowBytes;
    readonly int[] buffers, carries;

    // Kept alive for the pointers; addresses, and behind them distances.
    readonly nint[] memory;
    readonly nint* distances;
    readonly int padded;

    /// <param name="slices">What is read and written.</param>
    /// <param name="hasRows">Whether a slice has a row of its own for each row that is worked on, by its number.</param>
    protected BoundAction(BufferSlice[] slices, Func<int, bool> hasRows)
    {
        padded = (slices.Length + Vector<nint>.Count - 1) / Vector<nint>.Count * Vector<nint>.Count;
        memory = GC.AllocateArray<nint>(2 * padded, pinned: true);
        Addresses = (nint*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        distances = Addresses + padded;
        buffers = new int[slices.Length];
        offsets = new nint[slices.Length];
        rowBytes = new nint[slices.Length];
        var found = new List<int>();
        for (int i = 0; i < slices.Length; i++)
        {
            var buffer = slices[i].Buffer;
            buffers[i] = buffer.Number;
            offsets[i] = Offset(slices[i], 0);
            rowBytes[i] = hasRows(i) ? (nint)buffer.RowStride * sizeof(T) : 0;
            if (buffer.Kind is BufferKind.CarryRead or BufferKind.CarryWrite) found.Add(i);
        }
        carries = [.. found];
    }

    protected nint* Addresses { get; }

    /// <summary>Rows that are worked on.</summary>
    protected int Rows { get; private set; }

    /// <summary>The first of them.</summary>
    protected int FirstRow { get; private set; }

    /// <summary>Bytes from the block of a buffer to a place in it.</summary>
    public static nint Offset(BufferSlice slice, int row) =>
        (slice.Column + (nint)slice.Later * slice.Buffer.Block + (nint)row * slice.Buffer.RowStride) * sizeof(T);

    /// <summary>Sets the addresses for a step, and which way they go from there.</summary>
    /// <param name="places">Where the buffers are at that step.</param>
    /// <param name="firstRow">The first row that is worked on.</param>
    /// <param name="rows">How many.</param>
    public void MoveTo(in StepPlaces places, int firstRow, int rows)
    {
        (FirstRow, Rows) = (firstRow, rows);
        for (int i = 0; i < buffers.Length; i++)
        {
            int buffer = buffers[i];
            Addresses[i] = places[buffer] + offsets[i] + firstRow * rowBytes[i];
            distances[i] = places.ToNext(buffer);
        }
    }

    /// <summary>Goes on to the next step.</summary>
    public void Advance()
    {
        for (int i = 0; i < padded; i += Vector<nint>.Count)
            (Vector.Load(Addresses + i) + Vector.Load(distances + i)).Store(Addresses + i);
        // There and back again.
        foreach (int i in carries) distances[i] = -distances[i];
    }

    public abstract void Run();
}

sealed unsafe class BoundKernel<T>(KernelAction action, KernelBackEnd backEnd)
    : BoundAction<T>(action.Slots, slot => action.Request.Kernel.RowStrides[slot] > 0)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly KernelMethod method = backEnd.MethodOf(action.Request);

    public override void Run() => method(Addresses, Rows, FirstRow / KernelLayout.RowsInBlock);
}

sealed unsafe class BoundProduct<T>(ProductAction action, ScanWorkspace<T> workspace)
    : BoundAction<T>([.. action.Left, .. action.Result], _ => true)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly int slices = action.Left.Length + action.Result.Length;
    readonly nint leftStride = action.StrideOf(action.Left[0]), resultStride = action.StrideOf(action.Result[0]);
    readonly PackedMatrix<T> weights = workspace.Weights[action.Weights.Number];
    readonly int rowsInRow = action.RowsInRow;
    readonly bool accumulates = action.Accumulates;

    // The short way is for steps of a single row, which take no longer than what leads to them.
    public override void Run()
    {
        if (slices > 2) MultiplyPieces();
        else MatrixProduct.Multiply(
            (T*)Addresses[0], leftStride, weights, (T*)Addresses[1], resultStride, Rows * rowsInRow, accumulates);
    }

    void MultiplyPieces()
    {
        int count = action.Left.Length;
        var pieces = stackalloc MatrixPiece<T>[slices];
        for (int i = 0; i < slices; i++)
        {
            var slice = i < count ? action.Left[i] : action.Result[i - count];
            pieces[i] = new MatrixPiece<T>((T*)Addresses[i], action.StrideOf(slice), slice.Width / rowsInRow);
        }
        MatrixProduct.MultiplyPieces(
            new ReadOnlySpan<MatrixPiece<T>>(pieces, count), weights, new ReadOnlySpan<MatrixPiece<T>>(pieces + count, slices - count),
            Rows * rowsInRow, accumulates);
    }
}

sealed unsafe class BoundCopyRows<T>(CopyRowsAction action) : BoundAction<T>([action.From, action.To], _ => true)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Run() =>
        StridedRows.Copy(
            (T*)Addresses[0], action.From.Buffer.RowStride, (T*)Addresses[1], action.To.Buffer.RowStride, action.From.Width, Rows);
}

sealed unsafe class BoundClear<T>(ClearAction action) : BoundAction<T>([action.Slice], _ => action.HasRows)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Run() =>
        new Span<T>((T*)Addresses[0], action.HasRows ? Rows * action.Slice.Buffer.RowStride : action.Slice.Buffer.Block).Clear();
}

sealed unsafe class BoundCopy<T>(CopyAction action, Func<ScanCalls<T>> calls) : BoundAction<T>([action.Slice], _ => false)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Run()
    {
        var tensor = calls().TensorOf(action.Value).WriteSpan<T>();
        int stride = action.Slice.Buffer.RowStride, width = action.Slice.Width, rows = tensor.Length / Math.Max(width, 1);
        fixed (T* plain = tensor)
        {
            if (action.ToTensor) StridedRows.Copy((T*)Addresses[0], stride, plain, width, width, rows);
            else StridedRows.Copy(plain, width, (T*)Addresses[0], stride, width, rows);
        }
    }
}

/// <summary>
/// A product whose weights are too large for a core's own cache: parts share its columns and not the rows, so that each reads only a piece
/// of the weights. It is a phase of its own: all rows must be there before, and are there for all parts after it.
/// </summary>
sealed unsafe class BoundSharedProduct<T> : BoundAction<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly PackedMatrix<T> weights;
    readonly ProductAction action;
    readonly int rows, firstPanel, columns;

    public BoundSharedProduct(ProductAction action, ScanWorkspace<T> workspace, int rows, int part, int parts)
        : base([action.Left[0], action.Result[0]], _ => false)
    {
        this.action = action;
        this.rows = rows;
        weights = workspace.Weights[action.Weights.Number];
        int width = MatrixProductBlock<T>.PanelWidth, panels = (action.Weights.Columns - 1) / width + 1;
        firstPanel = panels * part / parts;
        columns = Math.Min(panels * (part + 1) / parts * width, action.Weights.Columns) - firstPanel * width;
    }

    public override void Run() => MatrixProduct.MultiplyPanels(
        (T*)Addresses[0], action.StrideOf(action.Left[0]), weights, firstPanel, columns, (T*)Addresses[1],
        action.StrideOf(action.Result[0]), rows, action.Accumulates);
}

/// <summary>An operation or the sum of a tensor's gradient: what has no addresses.</summary>
sealed class BoundCall<T>(Action run) : BoundAction<T>([], _ => false)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Run() => run();
}

/// <summary>Rows some distance apart.</summary>
static unsafe class ScanRows
{
    /// <summary>Whether a block has rows that threads can share; a tensor's own layout is one row.</summary>
    public static bool HasRows(BufferSlice slice) => slice.Buffer.RowStride != slice.Buffer.Block;

    /// <summary>Where a tensor of the pool, or one that is pinned, lies.</summary>
    public static nint AddressOf<T>(Tensor tensor)
        where T : unmanaged
        => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.WriteSpan<T>()));
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>
/// A K x N right operand packed for <see cref="MatrixProduct"/>: panels of two vectors of columns, in each panel row after row,
/// the last panel filled up with zeros. It may be packed again, with other sizes too; its memory only grows.
/// </summary>
/// <param name="panelWidth">Columns in a panel.</param>
sealed unsafe class PackedMatrix<T>(int panelWidth)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const int Alignment = 64;

    // Panels that are written side by side.
    const int StretchPanels = 16;

    // The part of a panel's width that is copied in vectors.
    readonly int wide = panelWidth / Vector256<T>.Count * Vector256<T>.Count;

    T[] memory = [];

    /// <summary>An empty matrix.</summary>
    public PackedMatrix()
        : this(MatrixProductBlock<T>.PanelWidth)
    {
    }

    /// <summary>Rows: the K of the product.</summary>
    public int Rows { get; set; }

    /// <summary>Columns: the N of the product.</summary>
    public int Columns { get; set; }

    /// <summary>The first panel. The memory is pinned: the address holds while the matrix lives and is not packed larger.</summary>
    internal T* Start { get; set; }

    /// <summary>From a row of a panel to the next.</summary>
    internal nint RowStride => panelWidth;

    /// <summary>From a panel to the next.</summary>
    internal nint PanelStride => (nint)Rows * panelWidth;

    /// <summary>Packs the matrix whose element (k, n) is <c>source[k * rowStride + n * columnStride]</c>.</summary>
    /// <exception cref="ArgumentException">The source is too short, a size or stride is negative, or the packed matrix would be too
    /// large.</exception>
    public void Pack(ReadOnlySpan<T> source, int rows, int columns, int rowStride, int columnStride)
    {
        MatrixProductExtent.Check(source.Length, rows, columns, rowStride, columnStride, "PackedMatrix.Pack", nameof(source));
        Resize(rows, columns);
        fixed (T* first = source)
        {
            if (columnStride == 1)
                CopyRows(first, 0, rows, rowStride);
            else
                CopyColumns(first, rowStride, columnStride);
        }
    }

    /// <summary>Takes on a size. The elements are then given by <see cref="PackRows(ReadOnlySpan{T}, int, int)"/>.</summary>
    internal void Resize(int rows, int columns)
    {
        long size = ((long)columns + panelWidth - 1) / panelWidth * panelWidth * rows + Alignment / sizeof(T);
        if (size > Array.MaxLength)
            throw new ArgumentException($"PackedMatrix: {rows} x {columns} elements are more than one array holds.");
        if (size > memory.Length)
        {
            memory = GC.AllocateUninitializedArray<T>((int)size, pinned: true);
            nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
            Start = (T*)((address + Alignment - 1) & ~(nuint)(Alignment - 1));
        }

        (Rows, Columns) = (rows, columns);
    }

    /// <summary>
    /// Packs <paramref name="count"/> rows that follow each other in <paramref name="source"/> as the rows from
    /// <paramref name="firstRow"/>.
    /// </summary>
    internal void PackRows(ReadOnlySpan<T> source, int firstRow, int count)
    {
        fixed (T* first = source[..(count * Columns)])
            CopyRows(first, firstRow, count, Columns);
    }

    /// <summary>
    /// Packs a part of the matrix, of some rows and columns: element (k, n) of the part is <c>source[k * rowStride + n * columnStride]</c>.
    /// What no part covers is as <see cref="Clear"/> left it.
    /// </summary>
    internal void PackPart(ReadOnlySpan<T> source, int rowStride, int columnStride, int firstRow, int firstColumn, int rows, int columns)
    {
        MatrixProductExtent.Check(source.Length, rows, columns, rowStride, columnStride, "PackedMatrix.PackPart", nameof(source));
        fixed (T* first = source)
        {
            for (int column = 0; column < columns;)
            {
                int within = (firstColumn + column) % panelWidth, count = Math.Min(panelWidth - within, columns - column);
                T* panel = Start + (firstColumn + column) / panelWidth * PanelStride + (nint)firstRow * panelWidth + within;
                T* part = first + (nint)column * columnStride;
                if (columnStride == 1) CopyPart(part, rowStride, panel, rows, count);
                else CopyAcross(part, rowStride, columnStride, panel, rows, count);
                column += count;
            }
        }
    }

    /// <summary>Packs some columns of all rows of a matrix that is one panel.</summary>
    internal void PackPanelPart(T* source, nint rowStride, int firstColumn, int columns) =>
        CopyPart(source, rowStride, Start + firstColumn, Rows, columns);

    void CopyPart(T* source, nint rowStride, T* panel, int rows, int columns)
    {
        if (columns == panelWidth)
        {
            CopyPanel(source, rowStride, panel, rows);
            return;
        }
        StridedRows.Copy(source, rowStride, panel, panelWidth, columns, rows);
    }

    /// <summary>Writes zeros to all elements.</summary>
    internal void Clear() => new Span<T>(Start, checked((int)(((long)Columns + panelWidth - 1) / panelWidth * PanelStride))).Clear();

    /// <summary>Packs rows that lie some distance apart as the rows from <paramref name="firstRow"/>.</summary>
    internal void PackRows(T* source, nint rowStride, int firstRow, int count) => CopyRows(source, firstRow, count, rowStride);

    // A row's stretch for several panels at once: one panel's alone is a cache line of each row, and often of each page.
    void CopyRows(T* source, int firstRow, int count, nint rowStride)
    {
        T* panel = Start + (nint)firstRow * panelWidth;
        int column = 0, whole = Columns / panelWidth * panelWidth, stretch = StretchPanels * panelWidth;
        for (; column < whole; column += stretch, panel += StretchPanels * PanelStride)
            CopyStretch(source + column, rowStride, panel, count, Math.Min(StretchPanels, (whole - column) / panelWidth));
        if (whole < Columns)
            CopyLastPanel(source + whole, rowStride, Start + (nint)firstRow * panelWidth + whole / panelWidth * PanelStride, count,
                Columns - whole);
    }

    void CopyStretch(T* source, nint rowStride, T* panel, int count, int panels)
    {
        const int Rows = 8;
        for (int row = 0; row < count; row += Rows)
            for (int i = 0; i < panels; i++)
                CopyPanel(
                    source + row * rowStride + i * panelWidth, rowStride, panel + i * PanelStride + (nint)row * panelWidth,
                    Math.Min(Rows, count - row));
    }

    // Panels are a multiple of 32 bytes wide, except where there are no vectors or only short ones of doubles.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    void CopyPanel(T* source, nint rowStride, T* panel, int count)
    {
        for (int row = 0; row < count; row++, source += rowStride, panel += panelWidth)
        {
            int i = 0;
            for (; i < wide; i += Vector256<T>.Count)
                Vector256.Load(source + i).Store(panel + i);
            for (; i < panelWidth; i++)
                panel[i] = source[i];
        }
    }

    void CopyLastPanel(T* source, nint rowStride, T* panel, int count, int columns)
    {
        StridedRows.Copy(source, rowStride, panel, panelWidth, columns, count);
        for (int row = 0; row < count; row++, panel += panelWidth)
            new Span<T>(panel + columns, panelWidth - columns).Clear();
    }

    void CopyColumns(T* source, nint rowStride, nint columnStride)
    {
        T* panel = Start;
        for (int column = 0; column < Columns; column += panelWidth, panel += PanelStride)
        {
            int count = Math.Min(panelWidth, Columns - column);
            if (count < panelWidth)
                new Span<T>(panel, Rows * panelWidth).Clear();
            CopyAcross(source + column * columnStride, rowStride, columnStride, panel, Rows, count);
        }
    }

    void CopyAcross(T* source, nint rowStride, nint columnStride, T* panel, int rows, int columns)
    {
        if (rowStride == 1)
        {
            TransposedCopy.Run(source, columnStride, panel, panelWidth, rows, columns);
            return;
        }
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                panel[(nint)row * panelWidth + column] = source[row * rowStride + column * columnStride];
    }
}

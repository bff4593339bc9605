using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Autograd.Kernels;

/// <summary>Copies the rows of a matrix to columns, a line or four elements at a time of as many rows as fill a vector.</summary>
static unsafe class TransposedCopy
{
    const int ElementsAtOnce = 4;

    // Lines a multiple of so many bytes apart share the same few places of the first cache, which have room for a dozen of them.
    const int SamePlaces = 2048, MostLines = 12, Block = 64;

    /// <summary>Copies rows of a length that lie one after the other.</summary>
    public static void Run<T>(ReadOnlySpan<T> rows, int length, Span<T> columns)
        where T : unmanaged
    {
        fixed (T* source = rows, target = columns) Run(source, length, target, rows.Length / length, length, rows.Length / length);
    }

    /// <summary>
    /// Fills a target of some rows and columns: element (row, column) is at the other place, (column, row), in the source. Strides are
    /// from row to row, in elements. Bits are moved, whatever they mean.
    /// </summary>
    public static void Run<T>(T* source, nint stride, T* target, nint step, int rows, int columns)
        where T : unmanaged
    {
        if (rows > MostLines && step * sizeof(T) % SamePlaces == 0 && Vector128<T>.IsSupported)
            RunByBlocks(source, stride, target, step, rows, columns);
        else RunDirect(source, stride, target, step, rows, columns);
    }

    static void RunDirect<T>(T* source, nint stride, T* target, nint step, int rows, int columns)
        where T : unmanaged
    {
        if (sizeof(T) == sizeof(float)) RunVectors((float*)source, stride, (float*)target, step, rows, columns);
        else if (sizeof(T) == sizeof(double)) RunVectors((double*)source, stride, (double*)target, step, rows, columns);
        else RunElements(source, stride, target, step, 0, rows, 0, columns);
    }

    // By a block of memory beside, whose rows go to the target several lines at a time.
    [SkipLocalsInit]
    static void RunByBlocks<T>(T* source, nint stride, T* target, nint step, int rows, int columns)
        where T : unmanaged
    {
        T* block = stackalloc T[Block * Block];
        for (int row = 0; row < rows; row += Block)
            for (int column = 0; column < columns; column += Block)
            {
                int height = Math.Min(Block, rows - row), width = Math.Min(Block, columns - column);
                RunDirect(source + column * stride + row, stride, block, Block, height, width);
                StridedRows.Copy(block, Block, target + row * step + column, step, width, height);
            }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void RunVectors<T>(T* source, nint stride, T* target, nint step, int rows, int columns)
        where T : unmanaged
    {
        int whole = rows - rows % ElementsAtOnce, column = 0;
        if (Avx512F.IsSupported) column = RunStrips<Lanes512<T>, T>(source, stride, target, step, whole, column, columns);
        if (Avx.IsSupported) column = RunStrips<Lanes256<T>, T>(source, stride, target, step, whole, column, columns);
        if (Sse2.IsSupported || AdvSimd.Arm64.IsSupported)
            column = RunStrips<Lanes128<T>, T>(source, stride, target, step, whole, column, columns);
        RunElements(source, stride, target, step, 0, whole, column, columns);
        RunElements(source, stride, target, step, whole, rows, 0, columns);
    }

    // As many columns as there are whole vectors of; the first that is left.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int RunStrips<TVector, T>(T* source, nint stride, T* target, nint step, int rows, int column, int columns)
        where TVector : unmanaged, IVectorLanes<TVector, T>
        where T : unmanaged
    {
        for (; column <= columns - TVector.Count; column += TVector.Count)
        {
            T* from = source + column * stride, to = target + column;
            int row = 0;
            for (; row <= rows - TVector.LineLength; row += TVector.LineLength, to += TVector.LineLength * step)
                TVector.FoldLine(from + row, stride, new Stores<TVector, T>(to, step), default);
            for (; row < rows; row += ElementsAtOnce, to += ElementsAtOnce * step)
                TVector.FoldFour(from + row, stride, new Stores<TVector, T>(to, step), default);
        }
        return column;
    }

    static void RunElements<T>(T* source, nint stride, T* target, nint step, int row, int rows, int firstColumn, int columns)
        where T : unmanaged
    {
        for (; row < rows; row++)
            for (int column = firstColumn; column < columns; column++)
                target[row * step + column] = source[column * stride + row];
    }

    readonly struct Stores<TVector, T>(T* target, nint step) : IColumnFold<TVector>
        where TVector : unmanaged, IVectorLanes<TVector, T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Add(int column, TVector a, TVector b, TVector c, TVector d, TVector sum)
        {
            T* to = target + column * step;
            a.Store(to);
            b.Store(to + step);
            c.Store(to + 2 * step);
            d.Store(to + 3 * step);
            return sum;
        }
    }
}

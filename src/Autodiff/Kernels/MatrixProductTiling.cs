using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

/// <summary>Covers one block of a matrix product with tiles.</summary>
static unsafe class MatrixProductTiling<T, TVector>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged, IVectorLanes<TVector, T>
{
    // With what is read of four rows they take little more than a first-level cache of 32 KB.
    static int SumsAlong => 4 * 1024 / sizeof(T);

    static int PanelWidth => 2 * TVector.Count;

    /// <summary>Computes the block: eights and fours of rows panel by panel, then what rows remain across several panels at once.</summary>
    public static void Run(in MatrixProductBlock<T> block)
    {
        int rows = block.Rows & ~3;
        if (rows > 0)
            FillPanels(in block, rows);
        if ((block.Rows & 2) != 0)
            FillAcross<Panel<T, TVector, Twice<T, TVector, Row<T, TVector>>>>(in block, rows);
        if ((block.Rows & 1) != 0)
        {
            if (block.Rows == 1 && IsWide(in block)) FillAlong(in block);
            else FillAcross<Panel<T, TVector, Row<T, TVector>>>(in block, block.Rows - 1);
        }
    }

    // Rows of the right operand that lie whole in memory and are much longer than a tile is wide.
    static bool IsWide(in MatrixProductBlock<T> block) =>
        block.RightPanelStride == PanelWidth && block.Columns >= 8 * PanelWidth && block.Columns % PanelWidth == 0;

    // A single row reads every element of the right operand once. It is read as it lies in memory, some rows at a time, for the sake of
    // the processor's prefetching, and the sums are kept in the first-level cache.
    [SkipLocalsInit]
    static void FillAlong(in MatrixProductBlock<T> block)
    {
        T* kept = stackalloc T[SumsAlong];
        for (int column = 0; column < block.Columns; column += SumsAlong)
        {
            var result = new Span<T>(block.Result + column, Math.Min(SumsAlong, block.Columns - column));
            T* sums = block.Accumulate ? kept : block.Result + column;
            SumAlong(in block, column, sums, result.Length);
            if (block.Accumulate) TensorPrimitives.Add(result, new ReadOnlySpan<T>(sums, result.Length), result);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void SumAlong(in MatrixProductBlock<T> block, int column, T* sums, int columns)
    {
        T* left = block.Left, right = block.Right + column;
        nint step = block.LeftColumnStride, stride = block.RightRowStride;
        new Span<T>(sums, columns).Clear();
        int k = 0;
        for (; k + 4 <= block.Depth; k += 4, left += 4 * step, right += 4 * stride)
        {
            TVector first = TVector.Broadcast(left[0]), second = TVector.Broadcast(left[step]);
            TVector third = TVector.Broadcast(left[2 * step]), fourth = TVector.Broadcast(left[3 * step]);
            T* other = right + 2 * stride;
            for (int i = 0; i < columns; i += TVector.Count)
            {
                if (TVector.HasManyRegisters) Prefetch.FourRows(right + 4 * stride + i, stride);
                TVector sum = TVector.MultiplyAdd(first, TVector.Load(right + i), TVector.Load(sums + i));
                sum = TVector.MultiplyAdd(second, TVector.Load(right + i + stride), sum);
                sum = TVector.MultiplyAdd(third, TVector.Load(other + i), sum);
                TVector.MultiplyAdd(fourth, TVector.Load(other + i + stride), sum).Store(sums + i);
            }
        }
        for (; k < block.Depth; k++, left += step, right += stride)
        {
            TVector first = TVector.Broadcast(left[0]);
            for (int i = 0; i < columns; i += TVector.Count)
                TVector.MultiplyAdd(first, TVector.Load(right + i), TVector.Load(sums + i)).Store(sums + i);
        }
    }

    // The last panel counts as one vector if that holds its columns. Four rows of one vector would take as long as of two.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void FillPanels(in MatrixProductBlock<T> block, int rows)
    {
        for (int column = 0; column < block.Columns; column += PanelWidth)
        {
            int row = 0;
            if (block.Columns - column <= TVector.Count)
            {
                for (; row + 8 <= rows; row += 8)
                    FillEight<NarrowRow<T, TVector>>(in block, row, column);
            }
            else if (TVector.HasManyRegisters)
            {
                for (; row + 8 <= rows; row += 8)
                    FillEight<Row<T, TVector>>(in block, row, column);
            }

            for (; row < rows; row += 4)
                FillFour<Row<T, TVector>>(in block, row, column);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void FillAcross<TTile>(in MatrixProductBlock<T> block, int row)
        where TTile : unmanaged, ITile<TTile, T>
    {
        int column = 0, panels = (block.Columns - 1) / PanelWidth + 1;
        if (TTile.Rows == 1)
        {
            for (; panels >= 4; panels -= 4, column += 4 * PanelWidth)
                Fill<Across<T, TVector, Across<T, TVector, TTile>>>(in block, row, column);
        }

        for (; panels >= 2; panels -= 2, column += 2 * PanelWidth)
            Fill<Across<T, TVector, TTile>>(in block, row, column);
        if (panels == 1)
            Fill<TTile>(in block, row, column);
    }

    static void FillFour<TRow>(in MatrixProductBlock<T> block, int row, int column)
        where TRow : unmanaged, IRows<T, TVector> =>
        Fill<Panel<T, TVector, Twice<T, TVector, Twice<T, TVector, TRow>>>>(in block, row, column);

    static void FillEight<TRow>(in MatrixProductBlock<T> block, int row, int column)
        where TRow : unmanaged, IRows<T, TVector> =>
        Fill<Panel<T, TVector, Twice<T, TVector, Twice<T, TVector, Twice<T, TVector, TRow>>>>>(in block, row, column);

    static void Fill<TTile>(in MatrixProductBlock<T> block, int row, int column)
        where TTile : unmanaged, ITile<TTile, T>
    {
        T* result = block.Result + row * block.ResultRowStride + column;
        if (block.Columns - column >= TTile.Columns)
            Sum<TTile>(in block, row, column, result, block.ResultRowStride, block.Accumulate);
        else
            FillEdge<TTile>(in block, row, column, result);
    }

    // At the right edge a tile is wider than the result: what is too much must not be written.
    [SkipLocalsInit]
    static void FillEdge<TTile>(in MatrixProductBlock<T> block, int row, int column, T* result)
        where TTile : unmanaged, ITile<TTile, T>
    {
        T* sums = stackalloc T[TTile.Rows * TTile.Columns];
        Sum<TTile>(in block, row, column, sums, TTile.Columns, accumulate: false);
        for (int i = 0; i < TTile.Rows; i++, sums += TTile.Columns, result += block.ResultRowStride)
        {
            var source = new ReadOnlySpan<T>(sums, block.Columns - column);
            var destination = new Span<T>(result, source.Length);
            if (block.Accumulate)
                TensorPrimitives.Add(destination, source, destination);
            else
                source.CopyTo(destination);
        }
    }

    // Not inlined, so that all registers are the tile's.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Sum<TTile>(in MatrixProductBlock<T> block, int row, int column, T* result, nint resultRowStride, bool accumulate)
        where TTile : unmanaged, ITile<TTile, T>
    {
        T* right = block.Right + column / PanelWidth * block.RightPanelStride;
        nint offset = 0, leftColumnStride = block.LeftColumnStride, rightRowStride = block.RightRowStride,
            panelStride = block.RightPanelStride;
        TTile tile = default;
        tile.Start(block.LeftRow(row), block.LeftRowStride);
        for (int k = block.Depth; k > 0; k--)
        {
            tile.MultiplyAdd(offset, right, panelStride);
            offset += leftColumnStride;
            right += rightRowStride;
        }

        tile.Store(result, resultRowStride, accumulate);
    }
}

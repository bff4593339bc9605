using System.Numerics;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>
/// A product of operands addressed by strides (counted in elements), cut into blocks of k, panels of columns and tiles.
/// The caller has checked every extent.
/// </summary>
unsafe struct MatrixProductBlock<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>
    /// So many k that a panel of the right operand stays in the second-level cache while all rows pass over it. It comes from there as fast
    /// as rows use it, and where rows are few, a longer panel is read faster from beyond.
    /// </summary>
    public const int MaximumDepth = 1024;

    /// <summary>So many rows of the operands of a gradient, which are packed, that they stay in the second-level cache.</summary>
    public const int MaximumRows = 256;

    /// <summary>Rows of the left operand come in groups of so many; <see cref="LeftGroupStride"/> leads from group to group.</summary>
    public const int RowsInGroup = 8;

    public T* Left, Right, Result;
    public nint LeftRowStride, LeftColumnStride, LeftGroupStride, RightRowStride, RightPanelStride, ResultRowStride;
    public int Rows, Columns, Depth;
    public bool Accumulate;

    /// <summary>The element (row, 0) of the left operand.</summary>
    public readonly T* LeftRow(int row) => Left + row / RowsInGroup * LeftGroupStride + row % RowsInGroup * LeftRowStride;

    /// <summary>Columns in a panel of the right operand: two vectors.</summary>
    public static int PanelWidth => 2 * (
        Vector512.IsHardwareAccelerated ? Vector512<T>.Count :
        Vector256.IsHardwareAccelerated ? Vector256<T>.Count :
        Vector128.IsHardwareAccelerated ? Vector128<T>.Count : 1);

    /// <summary>The length of the blocks, equal but for the last, into which a positive number of terms is cut.</summary>
    public static int BlockDepth(int depth) => BlockLength(depth, MaximumDepth);

    /// <summary>The same of the rows of a gradient, over which it sums.</summary>
    public static int BlockRows(int rows) => BlockLength(rows, MaximumRows);

    static int BlockLength(int length, int most)
    {
        int blocks = (length - 1) / most + 1;
        return (length - 1) / blocks + 1;
    }

    /// <summary>Computes the product. The depth must be positive.</summary>
    public void Run()
    {
        int depth = Depth, blockDepth = BlockDepth(depth);
        for (int start = 0; start < depth; start += blockDepth)
        {
            Depth = Math.Min(blockDepth, depth - start);
            RunBlock();
            Left += blockDepth * LeftColumnStride;
            Right += blockDepth * RightRowStride;
            Accumulate = true;
        }
    }

    readonly void RunBlock()
    {
        if (Vector512.IsHardwareAccelerated)
            MatrixProductTiling<T, Lanes512<T>>.Run(in this);
        else if (Vector256.IsHardwareAccelerated)
            MatrixProductTiling<T, Lanes256<T>>.Run(in this);
        else if (Vector128.IsHardwareAccelerated)
            MatrixProductTiling<T, Lanes128<T>>.Run(in this);
        else
            MatrixProductTiling<T, Lanes1<T>>.Run(in this);
    }
}

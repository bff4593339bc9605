namespace Autograd.Scan;

/// <summary>A gradient that is one product over all rows of a chunk of steps: leftᵀ · right for each of some leaves.</summary>
/// <param name="Left">Left operand.</param>
/// <param name="Targets">Right operands, and whose gradients they make.</param>
/// <param name="RowsInRow">Rows of the product in each row of the operands, which have no fill where these are more than one.</param>
sealed record DelayedProduct(BufferSlice Left, DelayedTarget[] Targets, int RowsInRow)
{
    /// <summary>Columns of the left operand: rows of the gradients.</summary>
    public int Rows => Left.Width / RowsInRow;

    /// <summary>Elements from row to row of an operand.</summary>
    public int StrideOf(BufferSlice operand) => operand.Buffer.RowStride / RowsInRow;
}

/// <summary>The right operand of a delayed product, and whose gradient it is.</summary>
/// <param name="Right">Right operand.</param>
/// <param name="Leaf">The leaf.</param>
/// <param name="IsFirst">Whether nothing is in the leaf's gradient yet when the first chunk is done.</param>
sealed record DelayedTarget(BufferSlice Right, int Leaf, bool IsFirst);

namespace Autograd.Scan;

/// <summary>Something done at each step.</summary>
abstract record ScanAction(int Level);

/// <summary>A fused elementwise pass.</summary>
/// <param name="Level">Its place in the order.</param>
/// <param name="Request">Its instructions.</param>
/// <param name="Slots">Where its slots lie.</param>
sealed record KernelAction(int Level, KernelRequest Request, BufferSlice[] Slots) : ScanAction(Level);

/// <summary>result = left · weights, or adds to it.</summary>
/// <param name="Level">Its place in the order.</param>
/// <param name="Left">Left operand: columns that lie side by side, or, where rows are taken apart, anywhere.</param>
/// <param name="Weights">Right operand.</param>
/// <param name="Result">Likewise for the result.</param>
/// <param name="RowsInRow">Rows of the product in each row of the batch, in which there is no fill where these are more than one.</param>
/// <param name="Accumulates">Whether it adds to the result.</param>
sealed record ProductAction(
    int Level, BufferSlice[] Left, JoinedWeights Weights, BufferSlice[] Result, int RowsInRow, bool Accumulates) : ScanAction(Level)
{
    /// <summary>Elements from row to row of an operand.</summary>
    public int StrideOf(BufferSlice operand) => operand.Buffer.RowStride / RowsInRow;
}

/// <summary>An operation run as the tape would run it, for what is neither elementwise nor a product.</summary>
sealed record OperationAction(int Level, StepValue Value, StepValue[] Operands) : ScanAction(Level);

/// <summary>Copies a value between the layout of the plan and that of a tensor.</summary>
sealed record CopyAction(int Level, StepValue Value, BufferSlice Slice, bool ToTensor) : ScanAction(Level);

/// <summary>An operation run on some rows at a time, where they lie.</summary>
/// <param name="Level">Its place in the order.</param>
/// <param name="Value">What is computed.</param>
/// <param name="Operands">Leaves and constants, and values.</param>
/// <param name="HasRows">Which of them have a row for each row.</param>
/// <param name="Slices">Where the values lie; null for leaves and constants.</param>
/// <param name="Result">Where the result goes.</param>
sealed record RowwiseAction(int Level, StepValue Value, StepValue[] Operands, bool[] HasRows, BufferSlice?[] Slices, BufferSlice Result)
    : ScanAction(Level);

/// <summary>Copies rows, so that they follow each other as those of a tensor do.</summary>
sealed record CopyRowsAction(int Level, BufferSlice From, BufferSlice To) : ScanAction(Level);

/// <summary>Writes zeros.</summary>
/// <param name="Level">Its place in the order.</param>
/// <param name="Slice">Where; nothing else lies in its buffer.</param>
/// <param name="HasRows">Whether it has a row for each that is worked on, and is no tensor in its own layout.</param>
sealed record ClearAction(int Level, BufferSlice Slice, bool HasRows) : ScanAction(Level);

/// <summary>A tensor's value is added to the gradient of a leaf.</summary>
sealed record AddAction(int Level, StepValue Value, int Leaf) : ScanAction(Level);

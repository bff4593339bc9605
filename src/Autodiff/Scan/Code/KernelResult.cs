namespace Autograd.Scan;

/// <summary>What a kernel does with a result.</summary>
enum KernelWrite
{
    /// <summary>Writes the matrix element.</summary>
    Store,

    /// <summary>Adds to the matrix element.</summary>
    Accumulate,

    /// <summary>Adds the column's elements to a vector.</summary>
    ColumnSum,

    /// <summary>Writes the sum of the row.</summary>
    RowSum,

    /// <summary>Adds the sum of the row to a number.</summary>
    RowSumAdd,

    /// <summary>Writes what is one number for each row.</summary>
    RowNumber,
}

/// <summary>What becomes of a value: what is done with it, and in which slot.</summary>
sealed record KernelResult(KernelWrite Write, int Slot, int Value)
{
    /// <summary>Whether it is the sum of a row, which is known when the columns have been gone through.</summary>
    public bool IsRowSum => Write is KernelWrite.RowSum or KernelWrite.RowSumAdd;
}

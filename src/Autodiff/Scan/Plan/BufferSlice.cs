namespace Autograd.Scan;

/// <summary>Where a value lies: some columns of a buffer's rows.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Column">First column.</param>
/// <param name="Width">Columns that count; in buffers of a workspace the fill up to whole vectors is 0.</param>
/// <param name="Later">1 for the block after that of the step.</param>
/// <param name="IsPart">Whether other values follow in the same row, without fill between.</param>
sealed record BufferSlice(ScanBuffer Buffer, int Column, int Width, int Later = 0, bool IsPart = false)
{
    /// <summary>Whether what follows the columns belongs to something else.</summary>
    public bool IsTight => IsPart || Buffer.IsTight;

    /// <summary>Whether the rows are those of a tensor: nothing lies between them.</summary>
    public bool IsTensor => Width == Buffer.RowStride;
}

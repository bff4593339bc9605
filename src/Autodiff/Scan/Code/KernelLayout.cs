using System.Runtime.Intrinsics;

namespace Autograd.Scan;

/// <summary>How the rows and columns of kernels lie in memory, the same for all back ends.</summary>
static class KernelLayout
{
    /// <summary>The sums of columns are read and written once for so many rows.</summary>
    public const int RowsInBlock = 8;

    /// <summary>Bytes of a vector: those of the widest that the processor has.</summary>
    public static int VectorBytes =>
        Vector512.IsHardwareAccelerated ? 64 : Vector256.IsHardwareAccelerated ? 32 : 16;

    /// <summary>Elements of a vector.</summary>
    public static int VectorLength(bool isSingle) => VectorBytes / (isSingle ? sizeof(float) : sizeof(double));

    /// <summary>Columns filled up to whole vectors.</summary>
    public static int Padded(int width, bool isSingle) => Padded(width, VectorLength(isSingle));

    /// <summary>Columns filled up to whole vectors where these are the widest that any processor has.</summary>
    public static int PaddedWidest(int width, bool isSingle) => Padded(width, LaneSum.Bytes / (isSingle ? sizeof(float) : sizeof(double)));

    static int Padded(int width, int length) => (width + length - 1) / length * length;
}

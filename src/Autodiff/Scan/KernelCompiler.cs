using System.Collections.Concurrent;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace Autograd.Scan;

/// <summary>A compiled pass over some rows.</summary>
/// <param name="slots">Where the first row of each slot lies.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="firstBlock">Number of the first block of rows, for sums of columns.</param>
internal unsafe delegate void KernelMethod(nint* slots, int rows, int firstBlock);

/// <summary>
/// Makes machine code of kernels: a dynamic method whose loops hold everything in vector registers, as one would write it by hand. Equal kernels are made once.
/// </summary>
internal static class KernelCompiler
{
    /// <summary>The sums of columns are read and written once for so many rows.</summary>
    public const int RowsInBlock = 8;

    // Plans hold their methods; this only saves making one twice. A number that changes at every training step makes a new one each time.
    const int MostKnown = 2048;

    static readonly ConcurrentDictionary<KernelKey, KernelMethod> Known = new();

    /// <summary>Whether code can be made at run time here; ahead-of-time compiled programs cannot.</summary>
    public static bool IsSupported => System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeCompiled;

    /// <summary>Elements of a vector.</summary>
    public static int VectorLength(bool isSingle) => VectorBytes / (isSingle ? sizeof(float) : sizeof(double));

    /// <summary>Bytes of a vector: those of the widest that the processor has.</summary>
    public static int VectorBytes =>
        Vector512.IsHardwareAccelerated ? 64 : Vector256.IsHardwareAccelerated ? 32 : 16;

    /// <summary>Columns filled up to whole vectors. What lies in the fill is 0 wherever a matrix is stored.</summary>
    public static int Padded(int width, bool isSingle)
    {
        int length = VectorLength(isSingle);
        return (width + length - 1) / length * length;
    }

    /// <param name="kernel">What to compile.</param>
    /// <param name="maskSlot">The slot of the mask that clears the fill, or −1 where there is none.</param>
    /// <param name="laneStride">Elements from the sums of one lane of rows to those of the next.</param>
    /// <param name="blocksInLane">Blocks of rows that share sums of columns.</param>
    public static KernelMethod Compile(KernelBuilder kernel, int maskSlot, int laneStride, int blocksInLane)
    {
        if (Known.Count >= MostKnown) Known.Clear();
        var key = new KernelKey(kernel, maskSlot, laneStride, blocksInLane);
        return Known.GetOrAdd(key, static key => new KernelEmitter(key.Kernel, key.MaskSlot, key.LaneStride, key.BlocksInLane).Emit());
    }

    /// <summary>Everything that determines the code.</summary>
    sealed record KernelKey(KernelBuilder Kernel, int MaskSlot, int LaneStride, int BlocksInLane)
    {
        public bool Equals(KernelKey? other) =>
            other is not null && (MaskSlot, LaneStride, BlocksInLane) == (other.MaskSlot, other.LaneStride, other.BlocksInLane) && Kernel.IsSameAs(other.Kernel);

        public override int GetHashCode() => HashCode.Combine(Kernel.Hash(), MaskSlot, LaneStride, BlocksInLane);
    }
}

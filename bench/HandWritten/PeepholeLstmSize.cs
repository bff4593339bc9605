using System.Runtime.Intrinsics;

namespace Autograd.Bench;

/// <summary>The extents of a training step.</summary>
readonly record struct PeepholeLstmSize(int Time, int Batch, int Inputs, int Hidden)
{
    /// <summary>Rows over all time steps.</summary>
    public int Rows => Time * Batch;

    /// <summary>
    /// Hidden units filled up to whole vectors. A unit whose weights are all 0 outputs 0 and gets no gradient, so the fill changes no
    /// result.
    /// </summary>
    public int Padded<T>() => (Hidden + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;
}

namespace Autograd.Tests.Autodiff.Scan;

/// <summary>Memory that kernels may be given the address of, NaN where nothing was written.</summary>
static class KernelMemory
{
    /// <summary>Beyond the end of each memory, where nothing may be written; more than a vector.</summary>
    public const int Slack = 64;

    public static T[] Pinned<T>(int elements)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var memory = GC.AllocateUninitializedArray<T>(elements + Slack, pinned: true);
        Array.Fill(memory, T.NaN);
        return memory;
    }

    public static T[] Copy<T>(T[] memory)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var copy = Pinned<T>(memory.Length - Slack);
        memory.CopyTo(copy, 0);
        return copy;
    }

    public static int Count(int[] lengths) => lengths.Aggregate(1, (product, length) => product * length);

    /// <summary>From each place of an axis to the next, outermost first; 0 along axes of length 1.</summary>
    public static int[] Strides(int[] lengths)
    {
        var strides = new int[lengths.Length];
        for (int axis = lengths.Length - 1, distance = 1; axis >= 0; distance *= lengths[axis], axis--)
            strides[axis] = lengths[axis] == 1 ? 0 : distance;
        return strides;
    }
}

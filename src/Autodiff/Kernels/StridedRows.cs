using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>Copies rows that lie some distance apart.</summary>
static unsafe class StridedRows
{
    // Beyond so many bytes a row is copied by the runtime's own code; below, calling it would take longer than the copy.
    const int ShortBytes = 256;

    /// <summary>Copies the first <paramref name="width"/> elements of each row.</summary>
    public static void Copy<T>(T* from, nint fromStride, T* to, nint toStride, int width, int count)
        where T : unmanaged
    {
        if (width < Vector128<T>.Count) CopyElements(from, fromStride, to, toStride, width, count);
        else if (width * sizeof(T) <= ShortBytes) CopyVectors(from, fromStride, to, toStride, width, count);
        else
            for (int row = 0; row < count; row++, from += fromStride, to += toStride)
                new ReadOnlySpan<T>(from, width).CopyTo(new Span<T>(to, width));
    }

    static void CopyElements<T>(T* from, nint fromStride, T* to, nint toStride, int width, int count)
        where T : unmanaged
    {
        for (int row = 0; row < count; row++, from += fromStride, to += toStride)
            for (int column = 0; column < width; column++)
                to[column] = from[column];
    }

    // The last vector may overlap the one before it.
    static void CopyVectors<T>(T* from, nint fromStride, T* to, nint toStride, int width, int count)
        where T : unmanaged
    {
        int last = width - Vector128<T>.Count;
        for (int row = 0; row < count; row++, from += fromStride, to += toStride)
        {
            for (int column = 0; column < last; column += Vector128<T>.Count)
                Vector128.Load(from + column).Store(to + column);
            Vector128.Load(from + last).Store(to + last);
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Autograd.Scan;

/// <summary>
/// The elements of a row that lie some columns before those under way, with zeros where the row has none. Called by the code of kernels.
/// All but the vectors at the ends of the row are loads at another address.
/// </summary>
static unsafe class VectorWindow
{
    /// <param name="at">The place in the row at the column under way.</param>
    /// <param name="column">The column under way.</param>
    /// <param name="before">Zeros before the row.</param>
    /// <param name="columns">Columns of the row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load512<T>(T* at, int column, int before, int columns)
        where T : unmanaged
    {
        int first = column - before;
        if (first >= 0 && first <= columns - Vector512<T>.Count) return Vector512.Load(at - before);
        return first <= -Vector512<T>.Count || first >= columns ? Vector512<T>.Zero : End512(at - before, first, columns);
    }

    /// <inheritdoc cref="Load512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Load256<T>(T* at, int column, int before, int columns)
        where T : unmanaged
    {
        int first = column - before;
        if (first >= 0 && first <= columns - Vector256<T>.Count) return Vector256.Load(at - before);
        return first <= -Vector256<T>.Count || first >= columns ? Vector256<T>.Zero : End256(at - before, first, columns);
    }

    /// <inheritdoc cref="Load512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load128<T>(T* at, int column, int before, int columns)
        where T : unmanaged
    {
        int first = column - before;
        if (first >= 0 && first <= columns - Vector128<T>.Count) return Vector128.Load(at - before);
        return first <= -Vector128<T>.Count || first >= columns ? Vector128<T>.Zero : End128(at - before, first, columns);
    }

    // Some elements lie in the row and some do not.
    static Vector512<T> End512<T>(T* from, int first, int columns)
        where T : unmanaged
        => VectorTail.Load512(
            from, sizeof(T) == sizeof(uint) ? Inside512((uint)first, (uint)columns).As<uint, T>()
                : Inside512((ulong)first, (ulong)columns).As<ulong, T>());

    static Vector256<T> End256<T>(T* from, int first, int columns)
        where T : unmanaged
        => VectorTail.Load256(
            from, sizeof(T) == sizeof(uint) ? Inside256((uint)first, (uint)columns).As<uint, T>()
                : Inside256((ulong)first, (ulong)columns).As<ulong, T>());

    static Vector128<T> End128<T>(T* from, int first, int columns)
        where T : unmanaged
        => VectorTail.Load128(
            from, sizeof(T) == sizeof(uint) ? Inside128((uint)first, (uint)columns).As<uint, T>()
                : Inside128((ulong)first, (ulong)columns).As<ulong, T>());

    static Vector512<TIndex> Inside512<TIndex>(TIndex first, TIndex columns)
        => Vector512.LessThan(Vector512.Create(first) + Vector512<TIndex>.Indices, Vector512.Create(columns));

    static Vector256<TIndex> Inside256<TIndex>(TIndex first, TIndex columns)
        => Vector256.LessThan(Vector256.Create(first) + Vector256<TIndex>.Indices, Vector256.Create(columns));

    static Vector128<TIndex> Inside128<TIndex>(TIndex first, TIndex columns)
        => Vector128.LessThan(Vector128.Create(first) + Vector128<TIndex>.Indices, Vector128.Create(columns));
}

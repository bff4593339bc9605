using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>Copies matrices with rows and columns exchanged.</summary>
internal static unsafe class Transposition
{
    /// <summary>
    /// Copies the element (i, j) of <paramref name="rows"/> x <paramref name="columns"/>, at <c>source[i * rowStride + j * columnStride]</c>,
    /// to <c>destination[i * destinationStride + j]</c>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(T* source, nint rowStride, nint columnStride, T* destination, nint destinationStride, int rows, int columns)
        where T : unmanaged
    {
        int squares = typeof(T) == typeof(float) && rowStride == 1 && Vector128.IsHardwareAccelerated ? 4 : 1;
        int j = 0;
        for (; j + squares <= columns; j += squares)
        {
            int i = 0;
            if (squares == 4)
            {
                for (; i + 4 <= rows; i += 4)
                    CopySquare((float*)(source + i + j * columnStride), columnStride, (float*)(destination + i * destinationStride + j), destinationStride);
            }

            CopyElements(source, rowStride, columnStride, destination, destinationStride, i, rows, j, j + squares);
        }

        CopyElements(source, rowStride, columnStride, destination, destinationStride, 0, rows, j, columns);
    }

    private static void CopyElements<T>(
        T* source, nint rowStride, nint columnStride, T* destination, nint destinationStride, int firstRow, int rows, int firstColumn, int columns)
        where T : unmanaged
    {
        for (int j = firstColumn; j < columns; j++)
        {
            T* from = source + firstRow * rowStride + j * columnStride, to = destination + firstRow * destinationStride + j;
            for (int i = firstRow; i < rows; i++, from += rowStride, to += destinationStride)
                *to = *from;
        }
    }

    // Four columns of four: exchanged in pairs of elements (as doubles), then within the pairs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopySquare(float* source, nint columnStride, float* destination, nint destinationStride)
    {
        Vector128<double> a = Vector128.Load(source).AsDouble(), b = Vector128.Load(source + columnStride).AsDouble();
        Vector128<double> c = Vector128.Load(source + 2 * columnStride).AsDouble(), d = Vector128.Load(source + 3 * columnStride).AsDouble();
        CopyTwo(Lower(a, b), Lower(c, d), destination, destinationStride);
        CopyTwo(Upper(a, b), Upper(c, d), destination + 2 * destinationStride, destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyTwo(Vector128<double> ab, Vector128<double> cd, float* destination, nint destinationStride)
    {
        var order = Vector128.Create(0, 2, 1, 3);
        Vector128<double> left = Vector128.Shuffle(ab.AsSingle(), order).AsDouble(), right = Vector128.Shuffle(cd.AsSingle(), order).AsDouble();
        Lower(left, right).AsSingle().Store(destination);
        Upper(left, right).AsSingle().Store(destination + destinationStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Lower(Vector128<double> left, Vector128<double> right) => Vector128.Create(left.ToScalar(), right.ToScalar());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Upper(Vector128<double> left, Vector128<double> right) => Vector128.Create(left.GetElement(1), right.GetElement(1));
}

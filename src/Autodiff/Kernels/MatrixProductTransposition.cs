using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Autograd.Kernels;

/// <summary>Copies matrices whose columns are contiguous to matrices whose rows are.</summary>
static unsafe class MatrixProductTransposition
{
    /// <summary>
    /// Copies the elements (i, j) of a <paramref name="rows"/> x <paramref name="columns"/> matrix from
    /// <c>source[i * rowStride + j * columnStride]</c> to <c>destination[i * destinationStride + j]</c>; fast if
    /// <paramref name="rowStride"/> is 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Copy<T>(T* source, nint rowStride, nint columnStride, T* destination, nint destinationStride, int rows, int columns)
        where T : unmanaged
    {
        int size = Vector128<T>.Count, squareRows = 0, squareColumns = 0;
        if (rowStride == 1 && Vector128.IsHardwareAccelerated)
            (squareRows, squareColumns) = (rows - rows % size, columns - columns % size);
        for (int j = 0; j < squareColumns; j += size)
            for (int i = 0; i < squareRows; i += size)
                CopySquare(source + i + j * columnStride, columnStride, destination + i * destinationStride + j, destinationStride);
        for (int j = 0; j < columns; j++)
            for (int i = j < squareColumns ? squareRows : 0; i < rows; i++)
                destination[i * destinationStride + j] = source[i * rowStride + j * columnStride];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void CopySquare<T>(T* source, nint columnStride, T* destination, nint destinationStride)
        where T : unmanaged
    {
        var (a, b) = (Load(source), Load(source + columnStride));
        if (sizeof(T) == sizeof(double))
        {
            Store(Lower(a, b), destination);
            Store(Upper(a, b), destination + destinationStride);
            return;
        }

        // Pairs of elements first, as if they were doubles, then the elements of the pairs.
        var (c, d) = (Load(source + 2 * columnStride), Load(source + 3 * columnStride));
        var (ab, cd) = (Zip(Lower(a, b)), Zip(Lower(c, d)));
        Store(Lower(ab, cd), destination);
        Store(Upper(ab, cd), destination + destinationStride);
        (ab, cd) = (Zip(Upper(a, b)), Zip(Upper(c, d)));
        Store(Lower(ab, cd), destination + 2 * destinationStride);
        Store(Upper(ab, cd), destination + 3 * destinationStride);
    }

    static Vector128<double> Load(void* source) => Vector128.Load((double*)source);

    static void Store(Vector128<double> value, void* destination) => value.Store((double*)destination);

    static Vector128<double> Lower(Vector128<double> left, Vector128<double> right) => Vector128.Create(left.ToScalar(), right.ToScalar());

    static Vector128<double> Upper(Vector128<double> left, Vector128<double> right) =>
        Vector128.Create(left.GetElement(1), right.GetElement(1));

    static Vector128<double> Zip(Vector128<double> pairs) => Vector128.Shuffle(pairs.AsSingle(), Vector128.Create(0, 2, 1, 3)).AsDouble();
}

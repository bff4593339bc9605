using System.Numerics;

namespace Autograd.Dispatch;

/// <summary>
/// A matrix in the kernel's own layout, as the right operand of products, packed when it is first asked for and again when the value has
/// another version.
/// </summary>
/// <param name="value">The matrix; of more axes, its two innermost.</param>
sealed class PackedWeights(Tensor value)
{
    Pair<float>? singles;
    Pair<double>? doubles;

    /// <summary>The value's rows × columns, or its transpose.</summary>
    /// <param name="transposed">Whether it is the transpose.</param>
    /// <param name="idle">Where memory is taken from; new memory for null.</param>
    public PackedMatrix<T> Of<T>(bool transposed, PackedMatrices? idle = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var pair = PairOf<T>();
        ref var matrix = ref (transposed ? ref pair.Transposed : ref pair.Straight);
        ref int version = ref (transposed ? ref pair.TransposedVersion : ref pair.StraightVersion);
        // Taken before the elements are read: what is packed while they change counts as of the version before.
        int current = value.Storage is { } storage ? Volatile.Read(ref storage.Version) : 0;
        if (matrix is not null && version == current) return matrix;
        matrix ??= idle?.Take<T>() ?? new PackedMatrix<T>();
        int rows = value.Shape[^2], columns = value.Shape[^1];
        if (transposed) matrix.Pack(value.ReadSpan<T>(), columns, rows, 1, columns);
        else matrix.Pack(value.ReadSpan<T>(), rows, columns, columns, 1);
        version = current;
        return matrix;
    }

    /// <summary>Gives the memory back.</summary>
    public void GiveBack(PackedMatrices idle)
    {
        singles?.GiveBack(idle);
        doubles?.GiveBack(idle);
    }

    Pair<T> PairOf<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
        => typeof(T) == typeof(float) ? (Pair<T>)(object)(singles ??= new()) : (Pair<T>)(object)(doubles ??= new());

    sealed class Pair<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public PackedMatrix<T>? Straight;
        public PackedMatrix<T>? Transposed;
        public int StraightVersion;
        public int TransposedVersion;

        public void GiveBack(PackedMatrices idle)
        {
            if (Straight is not null) idle.GiveBack(Straight);
            if (Transposed is not null) idle.GiveBack(Transposed);
        }
    }
}

/// <summary>Memory for packed matrices that is not in use.</summary>
sealed class PackedMatrices
{
    readonly Stack<PackedMatrix<float>> singles = [];
    readonly Stack<PackedMatrix<double>> doubles = [];

    public PackedMatrix<T> Take<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
        => Of<T>().TryPop(out var matrix) ? matrix : new PackedMatrix<T>();

    public void GiveBack<T>(PackedMatrix<T> matrix)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Of<T>().Push(matrix);

    Stack<PackedMatrix<T>> Of<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
        => typeof(T) == typeof(float) ? (Stack<PackedMatrix<T>>)(object)singles : (Stack<PackedMatrix<T>>)(object)doubles;
}

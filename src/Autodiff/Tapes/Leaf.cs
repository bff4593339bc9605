using System.Numerics;

namespace Autograd.Tapes;

/// <summary>
/// A parameter or watched tensor on a tape: its number, and its matrix in the kernel's own layout, packed at the first product and used at
/// every later one.
/// A change of a parameter's value packs it anew, because the version is compared at every use.
/// </summary>
internal sealed class Leaf
{
    readonly Tensor value;
    readonly ReadStamp stamp;
    PackedPair<float>? singles;
    PackedPair<double>? doubles;

    /// <param name="tape">The tape.</param>
    /// <param name="number">Its number.</param>
    /// <param name="value">The parameter or watched tensor.</param>
    /// <param name="stamp">The value's version when it came onto the tape.</param>
    public Leaf(Tape tape, int number, Tensor value, ReadStamp stamp)
    {
        (Tape, Number, this.value, this.stamp) = (tape, number, value, stamp);
        if (value is Parameter parameter) parameter.LastUse = this;
    }

    /// <summary>The tape; null once it is no leaf of it any longer.</summary>
    public Tape? Tape { get; private set; }

    public int Number { get; set; }

    /// <summary>The parameter, if it was changed since it came onto the tape.</summary>
    public Parameter? Changed => stamp.IsCurrent(value) ? null : value.Storage!.Parameter;

    /// <summary>The value's rows × columns as the right operand of products, or its transpose.</summary>
    public PackedMatrix<T> Packed<T>(bool transposed, PackedMatrices idle)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var pair = Pair<T>();
        ref var matrix = ref (transposed ? ref pair.Transposed : ref pair.Straight);
        ref int version = ref (transposed ? ref pair.TransposedVersion : ref pair.StraightVersion);
        // Taken before the elements are read: what is packed while they change counts as of the version before.
        int current = value.Storage is { } storage ? Volatile.Read(ref storage.Version) : 0;
        if (matrix is not null && version == current) return matrix;
        matrix ??= idle.Take<T>();
        int rows = value.Shape[^2], columns = value.Shape[^1];
        if (transposed) matrix.Pack(value.ReadSpan<T>(), columns, rows, 1, columns);
        else matrix.Pack(value.ReadSpan<T>(), rows, columns, columns, 1);
        version = current;
        return matrix;
    }

    /// <summary>Ends the leaf, and gives its memory back.</summary>
    public void GiveBack(PackedMatrices idle)
    {
        Tape = null;
        singles?.GiveBack(idle);
        doubles?.GiveBack(idle);
    }

    PackedPair<T> Pair<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
        => typeof(T) == typeof(float) ? (PackedPair<T>)(object)(singles ??= new()) : (PackedPair<T>)(object)(doubles ??= new());

    sealed class PackedPair<T>
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
internal sealed class PackedMatrices
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

using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

// A tile is the part of a product that is summed in registers. Its size is a type: Panel<Twice<Twice<Row>>> is four rows of one panel.
// The compiler takes the nested structures apart into one register for each vector, so tiles of all sizes share the one loop in
// MatrixProductTiling. All add the terms of an element one by one in the order of k: a row does not depend on the rows beside it.

/// <summary>Sums of some rows, in one panel or several neighbouring panels.</summary>
unsafe interface ITile<TSelf, T>
    where TSelf : unmanaged, ITile<TSelf, T>
    where T : unmanaged
{
    /// <summary>Rows in the tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns in the tile.</summary>
    static abstract int Columns { get; }

    /// <summary>Says where the rows of the left operand begin.</summary>
    void Start(T* left, nint leftRowStride);

    /// <summary>Adds, in each row, the row's left element at <paramref name="offset"/> times a row of the right operand.</summary>
    void MultiplyAdd(nint offset, T* right, nint panelStride);

    /// <summary>Writes the sums to the result, or adds them.</summary>
    void Store(T* result, nint resultRowStride, bool accumulate);
}

/// <summary>Sums of some rows in one panel, which share the two vectors read from it.</summary>
unsafe interface IRows<T, TVector>
    where T : unmanaged
{
    /// <inheritdoc cref="ITile{TSelf, T}.Rows"/>
    static abstract int Rows { get; }

    /// <inheritdoc cref="ITile{TSelf, T}.Columns"/>
    static abstract int Columns { get; }

    /// <inheritdoc cref="ITile{TSelf, T}.Start"/>
    void Start(T* left, nint leftRowStride);

    /// <summary>Adds, in each row, the row's left element at <paramref name="offset"/> times the two vectors.</summary>
    void MultiplyAdd(nint offset, TVector first, TVector second);

    /// <inheritdoc cref="ITile{TSelf, T}.Store"/>
    void Store(T* result, nint resultRowStride, bool accumulate);
}

/// <summary>A row of one vector: the second half of its panel is empty.</summary>
unsafe struct NarrowRow<T, TVector> : IRows<T, TVector>
    where T : unmanaged
    where TVector : unmanaged, IVectorLanes<TVector, T>
{
    T* origin;
    TVector sum;

    public static int Rows => 1;

    public static int Columns => TVector.Count;

    public void Start(T* left, nint leftRowStride) => origin = left;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MultiplyAdd(nint offset, TVector first, TVector second) =>
        sum = TVector.MultiplyAdd(TVector.Broadcast(origin[offset]), first, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* result, nint resultRowStride, bool accumulate)
    {
        if (accumulate)
            sum = TVector.Add(TVector.Load(result), sum);
        sum.Store(result);
    }
}

/// <summary>A row of two vectors.</summary>
unsafe struct Row<T, TVector> : IRows<T, TVector>
    where T : unmanaged
    where TVector : unmanaged, IVectorLanes<TVector, T>
{
    T* origin;
    TVector sum, nextSum;

    public static int Rows => 1;

    public static int Columns => 2 * TVector.Count;

    public void Start(T* left, nint leftRowStride) => origin = left;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MultiplyAdd(nint offset, TVector first, TVector second)
    {
        TVector left = TVector.Broadcast(origin[offset]);
        sum = TVector.MultiplyAdd(left, first, sum);
        nextSum = TVector.MultiplyAdd(left, second, nextSum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* result, nint resultRowStride, bool accumulate)
    {
        if (accumulate)
            (sum, nextSum) = (TVector.Add(TVector.Load(result), sum), TVector.Add(TVector.Load(result + TVector.Count), nextSum));
        sum.Store(result);
        nextSum.Store(result + TVector.Count);
    }
}

/// <summary>Twice as many rows.</summary>
unsafe struct Twice<T, TVector, TRows> : IRows<T, TVector>
    where T : unmanaged
    where TVector : unmanaged
    where TRows : unmanaged, IRows<T, TVector>
{
    TRows upper, lower;

    public static int Rows => 2 * TRows.Rows;

    public static int Columns => TRows.Columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start(T* left, nint leftRowStride)
    {
        (upper, lower) = (default, default);
        upper.Start(left, leftRowStride);
        lower.Start(left + TRows.Rows * leftRowStride, leftRowStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MultiplyAdd(nint offset, TVector first, TVector second)
    {
        upper.MultiplyAdd(offset, first, second);
        lower.MultiplyAdd(offset, first, second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* result, nint resultRowStride, bool accumulate)
    {
        upper.Store(result, resultRowStride, accumulate);
        lower.Store(result + TRows.Rows * resultRowStride, resultRowStride, accumulate);
    }
}

/// <summary>A tile in one panel.</summary>
unsafe struct Panel<T, TVector, TRows> : ITile<Panel<T, TVector, TRows>, T>
    where T : unmanaged
    where TVector : unmanaged, IVectorLanes<TVector, T>
    where TRows : unmanaged, IRows<T, TVector>
{
    TRows rows;

    public static int Rows => TRows.Rows;

    public static int Columns => TRows.Columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start(T* left, nint leftRowStride)
    {
        rows = default;
        rows.Start(left, leftRowStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MultiplyAdd(nint offset, T* right, nint panelStride) =>
        rows.MultiplyAdd(offset, TVector.Load(right), TVector.Load(right + TVector.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* result, nint resultRowStride, bool accumulate) => rows.Store(result, resultRowStride, accumulate);
}

/// <summary>
/// The same rows in twice as many panels: one or two rows of one panel have too few sums under way to hide the time an addition takes.
/// </summary>
unsafe struct Across<T, TVector, TTile> : ITile<Across<T, TVector, TTile>, T>
    where T : unmanaged
    where TVector : unmanaged, IVectorLanes<TVector, T>
    where TTile : unmanaged, ITile<TTile, T>
{
    TTile one, other;

    public static int Rows => TTile.Rows;

    public static int Columns => 2 * TTile.Columns;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start(T* left, nint leftRowStride)
    {
        (one, other) = (default, default);
        one.Start(left, leftRowStride);
        other.Start(left, leftRowStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MultiplyAdd(nint offset, T* right, nint panelStride)
    {
        one.MultiplyAdd(offset, right, panelStride);
        other.MultiplyAdd(offset, right + TTile.Columns / (2 * TVector.Count) * panelStride, panelStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* result, nint resultRowStride, bool accumulate)
    {
        one.Store(result, resultRowStride, accumulate);
        other.Store(result + TTile.Columns, resultRowStride, accumulate);
    }
}

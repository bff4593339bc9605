using System.Runtime.CompilerServices;

namespace Autograd.Kernels;

// A tile is the part of a product that is summed in registers. Its size is a type: Above<Above<Beside<Cell>>> is four rows of two vectors.
// The compiler takes the nested structures apart into one register per vector and reads what cells share once, so every size runs the
// one loop in MatrixProductTiling. All sizes add the terms of an element one by one in the order of k: a row of a product does not
// depend on the rows beside it.

/// <summary>Sums of some rows and columns of a product.</summary>
internal unsafe interface ITile<TSelf, T>
    where TSelf : unmanaged, ITile<TSelf, T>
    where T : unmanaged
{
    /// <summary>Rows in the tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns in the tile.</summary>
    static abstract int Columns { get; }

    /// <summary>A tile of zeros.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>Adds the product of a column of the left operand and a row of the right operand, whose panels lie apart.</summary>
    void MultiplyAdd(T* left, nint leftRowStride, T* right, nint rightPanelStride);

    /// <summary>Writes the sums to the result, or adds them.</summary>
    void Store(T* result, nint resultRowStride, bool accumulate);
}

/// <summary>One row of one vector.</summary>
internal unsafe struct Cell<T, TVector> : ITile<Cell<T, TVector>, T>
    where T : unmanaged
    where TVector : unmanaged, IVectorLanes<TVector, T>
{
    private TVector _sum;

    public static int Rows => 1;

    public static int Columns => TVector.Count;

    public static Cell<T, TVector> Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MultiplyAdd(T* left, nint leftRowStride, T* right, nint rightPanelStride) =>
        _sum = TVector.MultiplyAdd(TVector.Broadcast(*left), TVector.Load(right), _sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* result, nint resultRowStride, bool accumulate) =>
        (accumulate ? TVector.Add(TVector.Load(result), _sum) : _sum).Store(result);
}

/// <summary>Two tiles side by side: two vectors in a panel, or one or more panels and as many that follow.</summary>
internal unsafe struct Beside<T, TVector, TTile> : ITile<Beside<T, TVector, TTile>, T>
    where T : unmanaged
    where TVector : unmanaged, IVectorLanes<TVector, T>
    where TTile : unmanaged, ITile<TTile, T>
{
    private TTile _first, _second;

    public static int Rows => TTile.Rows;

    public static int Columns => 2 * TTile.Columns;

    public static Beside<T, TVector, TTile> Zero => new() { _first = TTile.Zero, _second = TTile.Zero };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MultiplyAdd(T* left, nint leftRowStride, T* right, nint rightPanelStride)
    {
        int panels = TTile.Columns / (2 * TVector.Count);
        _first.MultiplyAdd(left, leftRowStride, right, rightPanelStride);
        _second.MultiplyAdd(left, leftRowStride, panels == 0 ? right + TVector.Count : right + panels * rightPanelStride, rightPanelStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* result, nint resultRowStride, bool accumulate)
    {
        _first.Store(result, resultRowStride, accumulate);
        _second.Store(result + TTile.Columns, resultRowStride, accumulate);
    }
}

/// <summary>Two tiles, one above the other.</summary>
internal unsafe struct Above<T, TTile> : ITile<Above<T, TTile>, T>
    where T : unmanaged
    where TTile : unmanaged, ITile<TTile, T>
{
    private TTile _first, _second;

    public static int Rows => 2 * TTile.Rows;

    public static int Columns => TTile.Columns;

    public static Above<T, TTile> Zero => new() { _first = TTile.Zero, _second = TTile.Zero };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MultiplyAdd(T* left, nint leftRowStride, T* right, nint rightPanelStride)
    {
        _first.MultiplyAdd(left, leftRowStride, right, rightPanelStride);
        _second.MultiplyAdd(left + TTile.Rows * leftRowStride, leftRowStride, right, rightPanelStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* result, nint resultRowStride, bool accumulate)
    {
        _first.Store(result, resultRowStride, accumulate);
        _second.Store(result + TTile.Rows * resultRowStride, resultRowStride, accumulate);
    }
}

using System.Numerics;

namespace Autograd.Operations;

/// <summary>The extreme element of a row; those that tie share the slope equally.</summary>
readonly struct ExtremeReduction<TExtreme> : IRowReduction
    where TExtreme : struct, IExtreme
{
    public string Name => typeof(TExtreme) == typeof(Largest) ? nameof(Functions.Max) : nameof(Functions.Min);

    public bool AllowsEmpty => false;

    public T Reduce<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IFloatingPointIeee754<T>
        => TExtreme.Of(row);

    public bool ReduceColumns<T>(Span<T> columns, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Extreme.OfColumns<TExtreme, T>(columns, results);
        return true;
    }

    public void ReduceRows<T>(ReadOnlySpan<T> rows, Span<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Extreme.OfColumns<TExtreme, T>(rows, results);

    // NaN where none is equal to the result, as beside a NaN.
    public Tensor Weights(Tensor x, Tensor result, int first)
    {
        var isExtreme = Functions.Equal(x, result);
        return isExtreme / Functions.SumTo(isExtreme, result.Shape);
    }
}

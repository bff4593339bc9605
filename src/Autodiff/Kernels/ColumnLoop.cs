using System.Numerics;
using System.Numerics.Tensors;
using CommunityToolkit.HighPerformance;

namespace Autograd.Kernels;

/// <summary>
/// A number of each row with all its elements, where rows stand in columns: element j of them all is a run, as long as there are rows.
/// </summary>
static class ColumnLoop
{
    /// <summary>Takes the row's number from its elements, in their place.</summary>
    public static void Subtract<T>(Span<T> columns, ReadOnlySpan<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Subtract(columns, numbers, columns.AsSpan2D(columns.Length / numbers.Length, numbers.Length));

    /// <summary>Takes the row's number from its elements.</summary>
    public static void Subtract<T>(ReadOnlySpan<T> columns, ReadOnlySpan<T> numbers, Span2D<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < results.Height; i++)
            TensorPrimitives.Subtract(columns.Slice(i * numbers.Length, numbers.Length), numbers, results.GetRowSpan(i));
    }

    /// <summary>Divides the elements by the row's number.</summary>
    public static void Divide<T>(ReadOnlySpan<T> columns, ReadOnlySpan<T> numbers, Span2D<T> results)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < results.Height; i++)
            TensorPrimitives.Divide(columns.Slice(i * numbers.Length, numbers.Length), numbers, results.GetRowSpan(i));
    }
}

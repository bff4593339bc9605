using System.Numerics;
using System.Numerics.Tensors;

namespace Autograd.Kernels;

/// <summary>
/// A number of each row with all its elements, where rows stand in columns: element j of them all is a run, as long as there are rows.
/// </summary>
static class ColumnLoop
{
    /// <summary>Takes the row's number from its elements.</summary>
    public static void Subtract<T>(Span<T> columns, ReadOnlySpan<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (; !columns.IsEmpty; columns = columns[numbers.Length..])
            TensorPrimitives.Subtract(columns[..numbers.Length], numbers, columns[..numbers.Length]);
    }

    /// <summary>Divides the elements by the row's number.</summary>
    public static void Divide<T>(Span<T> columns, ReadOnlySpan<T> numbers)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (; !columns.IsEmpty; columns = columns[numbers.Length..])
            TensorPrimitives.Divide(columns[..numbers.Length], numbers, columns[..numbers.Length]);
    }
}

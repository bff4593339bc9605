namespace Autograd.Kernels;

/// <summary>Checks that an operand lies inside its span, so that the kernels may use addresses.</summary>
static class MatrixProductExtent
{
    /// <summary>Checks a matrix whose element (i, j) is at <c>i * rowStride + j * columnStride</c> of a span.</summary>
    /// <exception cref="ArgumentException">A size or stride is negative, or the span is too short.</exception>
    public static void Check(int length, int rows, int columns, int rowStride, int columnStride, string operation, string operand)
    {
        if ((rows | columns | rowStride | columnStride) < 0)
            throw new ArgumentException(
                $"{Description(rows, columns, rowStride, columnStride, operation, operand)}; none may be negative.", operand);
        if (rows == 0 || columns == 0)
            return;
        long needed = (rows - 1L) * rowStride + (columns - 1L) * columnStride + 1;
        if (length < needed)
            throw new ArgumentException(
                $"{Description(rows, columns, rowStride, columnStride, operation, operand)} and needs {needed} elements; the span has "
                + $"{length}.", operand);
    }

    /// <summary>Checks a result: also that its rows do not overlap.</summary>
    /// <exception cref="ArgumentException">A size is negative, the span is too short, or the rows overlap.</exception>
    public static void CheckResult(int length, int rows, int columns, int rowStride, string operation, string operand)
    {
        Check(length, rows, columns, rowStride, 1, operation, operand);
        if (rows > 1 && rowStride < columns)
            throw new ArgumentException(
                $"{operation}: {operand} has rows of {columns} elements only {rowStride} apart; they would overlap.", operand);
    }

    static string Description(int rows, int columns, int rowStride, int columnStride, string operation, string operand) =>
        $"{operation}: {operand} is [{rows}, {columns}] with strides {rowStride} and {columnStride}";
}

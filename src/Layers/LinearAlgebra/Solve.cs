using System.Numerics.Tensors;

namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    /// <summary>Solves <c>matrix · x = right</c> by elimination with row exchanges.</summary>
    /// <param name="matrix">Any regular matrix, <c>[n, n]</c>.</param>
    /// <param name="right">Right sides, <c>[n, m]</c>.</param>
    /// <returns>x in double, <c>[n, m]</c>.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentException">The matrix is singular, or an element is not finite.</exception>
    public static Tensor Solve(Tensor matrix, Tensor right)
    {
        int n = Square(nameof(Solve), matrix);
        var (rows, columns) = Matrix(nameof(Solve), nameof(right), right);
        if (rows != n) throw new ShapeException($"Solve: the matrix is {matrix.Shape}, right is {right.Shape}; {n} and {rows} must be equal.");
        // The right sides stand beside the matrix, so that a row operation is one pass.
        int width = n + columns;
        var system = new double[n * width];
        Beside(FiniteElements(nameof(Solve), matrix), n, system, 0, width);
        Beside(FiniteElements(nameof(Solve), right), columns, system, n, width);
        for (int column = 0; column < n; column++) Eliminate(system, n, width, column);
        for (int i = n - 1; i >= 0; i--) BackSubstitute(system, n, width, i);
        var x = new double[n * columns];
        for (int i = 0; i < n; i++) system.AsSpan(i * width + n, columns).CopyTo(x.AsSpan(i * columns));
        return Tensor.From(x, [n, columns]);
    }

    static void Beside(double[] matrix, int columns, double[] system, int offset, int width)
    {
        for (int i = 0; columns > 0 && i < matrix.Length / columns; i++)
            matrix.AsSpan(i * columns, columns).CopyTo(system.AsSpan(i * width + offset));
    }

    static void Eliminate(double[] system, int n, int width, int column)
    {
        int pivot = column;
        for (int i = column + 1; i < n; i++)
            if (Math.Abs(system[i * width + column]) > Math.Abs(system[pivot * width + column]))
                pivot = i;
        if (system[pivot * width + column] == 0)
            throw new ArgumentException(FormattableString.Invariant($"Solve: the matrix [{n}, {n}] is singular: its column {column} depends on those before."));
        var top = system.AsSpan(column * width, width);
        if (pivot != column) Exchange(top, system.AsSpan(pivot * width, width));
        for (int i = column + 1; i < n; i++)
        {
            var row = system.AsSpan(i * width, width);
            double factor = row[column] / top[column];
            if (factor != 0) TensorPrimitives.MultiplyAdd(top[column..], -factor, row[column..], row[column..]);
        }
    }

    static void BackSubstitute(double[] system, int n, int width, int i)
    {
        var row = system.AsSpan(i * width, width);
        for (int j = i + 1; j < n; j++) TensorPrimitives.MultiplyAdd(system.AsSpan(j * width + n, width - n), -row[j], row[n..], row[n..]);
        TensorPrimitives.Divide(row[n..], row[i], row[n..]);
    }

    static void Exchange(Span<double> first, Span<double> second)
    {
        for (int i = 0; i < first.Length; i++) (first[i], second[i]) = (second[i], first[i]);
    }
}

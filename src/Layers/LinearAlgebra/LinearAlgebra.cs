using System.Numerics.Tensors;

namespace Autograd.Layers;

/// <summary>
/// The linear algebra needed for the analysis of dynamics, as plain numbers: eigenvalues of any matrix, singular values to high relative
/// accuracy, norms and radii. Everything is computed in double whatever the element type of the argument, on one thread, and gives the same
/// numbers on every run. Operations with gradients are in <see cref="Functions"/>.
/// </summary>
public static partial class LinearAlgebra
{
    // The distance from 1 to the next number.
    internal const double Epsilon = 1.0 / (1L << 52);

    static void Scale(Span<double> elements, int exponent)
    {
        for (int i = 0; exponent != 0 && i < elements.Length; i++) elements[i] = Math.ScaleB(elements[i], exponent);
    }

    /// <summary>
    /// Divides by the power of two with which the largest element lies between 1 and 2: no digit is lost, and squares of what counts are in
    /// range.
    /// </summary>
    /// <returns>Its exponent.</returns>
    internal static int Normalize(Span<double> elements)
    {
        double largest = elements.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(elements));
        int exponent = largest > 0 && double.IsFinite(largest) ? Math.ILogB(largest) : 0;
        Scale(elements, -exponent);
        return exponent;
    }

    /// <summary>√Σx², which neither overflows nor underflows before the result does.</summary>
    internal static double Length(ReadOnlySpan<double> x)
    {
        double squares = LaneSum.OfSquares(x);
        // Above it what squares lose by underflow is below a rounding of their sum.
        if (squares > 1e-276 && double.IsFinite(squares)) return Math.Sqrt(squares);
        double[] scaled = x.ToArray();
        int exponent = Normalize(scaled);
        return Math.ScaleB(Math.Sqrt(LaneSum.OfSquares<double>(scaled)), exponent);
    }

    static void Exchange(Span<double> first, Span<double> second)
    {
        for (int i = 0; i < first.Length; i++) (first[i], second[i]) = (second[i], first[i]);
    }

    static double[] Transposed(double[] matrix, int rows, int columns)
    {
        var result = new double[matrix.Length];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                result[j * rows + i] = matrix[i * columns + j];
        return result;
    }

    static int Square(string operation, Tensor matrix)
    {
        var (rows, columns) = Matrix(operation, nameof(matrix), matrix);
        if (rows != columns) throw new ShapeException($"{operation}: the matrix is {matrix.Shape}; a square one is needed.");
        return rows;
    }

    static (int Rows, int Columns) Matrix(string operation, string name, Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix, name);
        if (matrix.Rank != 2) throw new ShapeException($"{operation}: {name} is {matrix.Shape}; a matrix is needed.");
        return (matrix.Shape[0], matrix.Shape[1]);
    }

    // With a NaN in the matrix, the search for eigenvalues would never end.
    static double[] FiniteElements(string operation, Tensor matrix)
    {
        double[] elements = matrix.ToDoubles();
        int bad = Array.FindIndex(elements, x => !double.IsFinite(x));
        if (bad >= 0)
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{operation}: element {bad} of the tensor {matrix.Shape} is {elements[bad]}; all must be finite."));
        return elements;
    }
}

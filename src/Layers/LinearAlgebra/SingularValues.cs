using System.Numerics.Tensors;

namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    const int MostSweeps = 60;

    /// <summary>
    /// The singular values of a matrix, largest first, by one-sided Jacobi rotations (Hestenes 1958): also the small ones are found to high relative accuracy.
    /// </summary>
    /// <param name="matrix"><c>[m, n]</c>.</param>
    /// <returns>min(m, n) numbers.</returns>
    /// <exception cref="ShapeException">The tensor is not a matrix.</exception>
    /// <exception cref="ArgumentException">An element is not finite.</exception>
    public static double[] SingularValues(Tensor matrix)
    {
        var (rows, columns) = Matrix(nameof(SingularValues), nameof(matrix), matrix);
        double[] vectors = FiniteElements(nameof(SingularValues), matrix);
        // The fewer vectors are made orthogonal; they lie along memory.
        if (rows > columns) (vectors, rows, columns) = (Transposed(vectors, rows, columns), columns, rows);
        for (int sweep = 0; MakeOrthogonal(vectors, rows, columns); sweep++)
            if (sweep == MostSweeps)
                throw new ArithmeticException($"SingularValues: the rotations did not converge within {MostSweeps} sweeps for a matrix {matrix.Shape}.");
        var values = new double[rows];
        for (int i = 0; i < rows; i++) values[i] = TensorPrimitives.Norm<double>(vectors.AsSpan(i * columns, columns));
        Array.Sort(values, (left, right) => right.CompareTo(left));
        return values;
    }

    /// <summary>The largest singular value: the norm of a matrix as a map. 0 for a matrix without elements.</summary>
    /// <inheritdoc cref="SingularValues"/>
    /// <returns>The norm.</returns>
    public static double OperatorNorm(Tensor matrix) => SingularValues(matrix) is [var largest, ..] ? largest : 0;

    static bool MakeOrthogonal(double[] vectors, int count, int length)
    {
        bool rotated = false;
        for (int i = 0; i < count - 1; i++)
            for (int j = i + 1; j < count; j++)
                rotated |= MakeOrthogonal(vectors.AsSpan(i * length, length), vectors.AsSpan(j * length, length));
        return rotated;
    }

    static bool MakeOrthogonal(Span<double> a, Span<double> b)
    {
        double aa = TensorPrimitives.SumOfSquares<double>(a), bb = TensorPrimitives.SumOfSquares<double>(b), ab = TensorPrimitives.Dot<double>(a, b);
        // Rounding of a scalar product grows with the root of its length.
        if (Math.Abs(ab) <= Epsilon * Math.Sqrt(a.Length) * Math.Sqrt(aa) * Math.Sqrt(bb)) return false;
        double cotangent = (bb - aa) / (2 * ab);
        double tangent = (cotangent >= 0 ? 1 : -1) / (Math.Abs(cotangent) + Math.Sqrt(1 + cotangent * cotangent));
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent);
        Rotate(a, b, cosine, cosine * tangent);
        return true;
    }

    static void Rotate(Span<double> a, Span<double> b, double cosine, double sine)
    {
        for (int i = 0; i < a.Length; i++)
        {
            double x = a[i], y = b[i];
            a[i] = cosine * x - sine * y;
            b[i] = sine * x + cosine * y;
        }
    }
}

using System.Numerics.Tensors;

namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    const int MostSweeps = 60;

    /// <summary>
    /// The singular values of a matrix, largest first, by one-sided Jacobi rotations (Hestenes 1958): even the small ones are found to high
    /// relative accuracy. Scaling the matrix by a power of two scales the values exactly, to the bit.
    /// </summary>
    /// <param name="matrix"><c>[m, n]</c>.</param>
    /// <returns>min(m, n) numbers.</returns>
    /// <exception cref="ShapeException">The tensor is not a matrix.</exception>
    /// <exception cref="ArgumentException">An element is not finite.</exception>
    public static double[] SingularValues(Tensor matrix)
    {
        var (rows, columns) = Matrix(nameof(SingularValues), nameof(matrix), matrix);
        double[] vectors = FiniteElements(nameof(SingularValues), matrix);
        int exponent = Normalize(vectors);
        // The fewer vectors are made orthogonal; they lie along memory.
        if (rows > columns) (vectors, rows, columns) = (Transposed(vectors, rows, columns), columns, rows);
        for (int sweep = 0; MakeOrthogonal(vectors, rows, columns); sweep++)
            if (sweep == MostSweeps)
                throw new ArithmeticException(
                    $"SingularValues: the rotations did not converge within {MostSweeps} sweeps for a matrix {matrix.Shape}.");
        var values = new double[rows];
        for (int i = 0; i < rows; i++) values[i] = Length(vectors.AsSpan(i * columns, columns));
        Scale(values, exponent);
        Array.Sort(values, (left, right) => right.CompareTo(left));
        return values;
    }

    /// <summary>The largest singular value: the operator norm of the matrix. 0 for a matrix without elements.</summary>
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
        double lengthA = Length(a), lengthB = Length(b);
        if (lengthA == 0 || lengthB == 0) return false;
        double angle = Angle(a, lengthA, b, lengthB);
        // Rounding of a scalar product grows with the root of its length.
        if (Math.Abs(angle) <= Epsilon * Math.Sqrt(a.Length)) return false;
        double cotangent = (lengthB / lengthA - lengthA / lengthB) / (2 * angle);
        double tangent = (cotangent >= 0 ? 1 : -1) / (Math.Abs(cotangent) + double.Hypot(1, cotangent));
        // One vector is nothing beside the other.
        if (tangent == 0) return false;
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent);
        Rotate(a, b, cosine, cosine * tangent);
        return true;
    }

    // The cosine of the angle between two vectors. The product of their lengths may underflow where it is still defined.
    static double Angle(ReadOnlySpan<double> a, double lengthA, ReadOnlySpan<double> b, double lengthB)
    {
        if (lengthA > 1e-140 && lengthB > 1e-140) return LaneSum.OfProducts<double>(a, b) / (lengthA * lengthB);
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] / lengthA * (b[i] / lengthB);
        return sum;
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

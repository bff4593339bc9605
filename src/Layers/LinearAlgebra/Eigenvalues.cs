using System.Numerics;

namespace Autograd.Layers;

public static partial class LinearAlgebra
{
    const int SweepsPerEigenvalue = 60;

    /// <summary>
    /// All eigenvalues of a square matrix, the largest magnitude first: of each block that the matrix falls apart into when rows and
    /// columns are exchanged, by balancing (Parlett and Reinsch 1969), reduction to Hessenberg form, and the QR iteration with Wilkinson's
    /// shift (Francis 1961; Golub and Van Loan, section 7.5) in complex arithmetic. Those of a triangular matrix are its diagonal.
    /// </summary>
    /// <param name="matrix"><c>[n, n]</c>.</param>
    /// <exception cref="ShapeException">The matrix is not square.</exception>
    /// <exception cref="ArgumentException">An element is not finite.</exception>
    public static Complex[] Eigenvalues(Tensor matrix)
    {
        int n = Square(nameof(Eigenvalues), matrix);
        double[] elements = FiniteElements(nameof(Eigenvalues), matrix);
        Complex[] values = [.. IrreducibleBlocks(elements, n).SelectMany(EigenvaluesOfBlock)];
        Array.Sort(values, ByMagnitude);
        return values;
    }

    static Complex[] EigenvaluesOfBlock(double[] block)
    {
        int n = (int)Math.Sqrt(block.Length), exponent = Prepare(block, n);
        var h = Array.ConvertAll(Hessenberg(block, n), x => new Complex(x, 0));
        var values = new Complex[n];
        for (int last = n - 1, sweep = 0; last >= 0;)
        {
            int first = StartOfBlock(h, n, last, sweep);
            if (first == last)
            {
                values[last] = h[last * n + last];
                (last, sweep) = (last - 1, 0);
            }
            else if (sweep++ < SweepsPerEigenvalue) QrSweep(h, n, first, last, Shift(h, n, last, sweep));
            else throw new ArithmeticException(
                $"Eigenvalues: the QR iteration did not converge within {SweepsPerEigenvalue} sweeps for a block [{n}, {n}].");
        }
        return Array.ConvertAll(
            values, value => new Complex(Math.ScaleB(value.Real, exponent), Math.ScaleB(value.Imaginary, exponent)));
    }

    static int ByMagnitude(Complex left, Complex right)
    {
        int order = right.Magnitude.CompareTo(left.Magnitude);
        return order != 0 ? order : right.Imaginary.CompareTo(left.Imaginary);
    }

    // Similar to the matrix, and 0 below the first subdiagonal, by Gaussian elimination with exchanges.
    static double[] Hessenberg(double[] a, int n)
    {
        for (int column = 0; column < n - 2; column++)
        {
            int pivot = column + 1;
            for (int i = column + 2; i < n; i++)
                if (Math.Abs(a[i * n + column]) > Math.Abs(a[pivot * n + column]))
                    pivot = i;
            if (a[pivot * n + column] == 0) continue;
            if (pivot != column + 1) ExchangeBoth(a, n, pivot, column + 1);
            for (int i = column + 2; i < n; i++) EliminateBelow(a, n, column, i);
        }
        return a;
    }

    static void ExchangeBoth(double[] a, int n, int first, int second)
    {
        Exchange(a.AsSpan(first * n, n), a.AsSpan(second * n, n));
        for (int i = 0; i < n; i++) (a[i * n + first], a[i * n + second]) = (a[i * n + second], a[i * n + first]);
    }

    static void EliminateBelow(double[] a, int n, int column, int i)
    {
        double factor = a[i * n + column] / a[(column + 1) * n + column];
        if (factor == 0) return;
        for (int j = column; j < n; j++) a[i * n + j] -= factor * a[(column + 1) * n + j];
        for (int j = 0; j < n; j++) a[j * n + column + 1] += factor * a[j * n + i];
        a[i * n + column] = 0;
    }

    // Where the subdiagonal is 0 to rounding the matrix falls apart, and its lowest block is solved on its own. To the rounding of its
    // neighbours at first, so that small eigenvalues keep their digits; where these are as good as 0, that never comes, and it is to the
    // rounding of the whole, whose largest element is about 1.
    static int StartOfBlock(Complex[] h, int n, int last, int sweep)
    {
        double least = sweep < SweepsPerEigenvalue / 2 ? double.Epsilon : Epsilon;
        for (int i = last; i > 0; i--)
        {
            double neighbours = Size(h[i * n + i]) + Size(h[(i - 1) * n + i - 1]);
            double below = Size(h[i * n + i - 1]);
            if (below <= least || below <= Epsilon * neighbours) return i;
        }
        return 0;
    }

    // The eigenvalue of the lowest 2 × 2 block that is nearer to its corner; now and then another number, in case the iteration runs in a
    // circle.
    static Complex Shift(Complex[] h, int n, int last, int sweep)
    {
        var (a, b, c, d) = (h[(last - 1) * n + last - 1], h[(last - 1) * n + last], h[last * n + last - 1], h[last * n + last]);
        if (sweep % 10 == 0) return d + Size(c);
        var half = (a - d) / 2;
        var root = Complex.Sqrt(half * half + b * c);
        var (plus, minus) = (half + root, half - root);
        var larger = Size(plus) > Size(minus) ? plus : minus;
        return larger == Complex.Zero ? d : d - b * c / larger;
    }

    // H − s = QR, H ← RQ + s on one block, with a rotation for each element of the subdiagonal.
    static void QrSweep(Complex[] h, int n, int first, int last, Complex shift)
    {
        var rotations = new (Complex Cosine, Complex Sine)[last - first];
        for (int i = first; i <= last; i++) h[i * n + i] -= shift;
        for (int i = first; i < last; i++)
        {
            var (cosine, sine) = rotations[i - first] = Rotation(h[i * n + i], h[(i + 1) * n + i]);
            RotateRows(h.AsSpan(i * n + i, last - i + 1), h.AsSpan((i + 1) * n + i, last - i + 1), cosine, sine);
        }
        for (int i = first; i < last; i++) RotateColumns(h, n, first, Math.Min(i + 2, last), i, rotations[i - first]);
        for (int i = first; i <= last; i++) h[i * n + i] += shift;
    }

    static (Complex Cosine, Complex Sine) Rotation(Complex a, Complex b)
    {
        double norm = double.Hypot(a.Magnitude, b.Magnitude);
        return norm == 0 ? (Complex.One, Complex.Zero) : (a / norm, b / norm);
    }

    static void RotateRows(Span<Complex> upper, Span<Complex> lower, Complex cosine, Complex sine)
    {
        var (conjugateCosine, conjugateSine) = (Complex.Conjugate(cosine), Complex.Conjugate(sine));
        for (int j = 0; j < upper.Length; j++)
        {
            var (u, l) = (upper[j], lower[j]);
            upper[j] = conjugateCosine * u + conjugateSine * l;
            lower[j] = cosine * l - sine * u;
        }
    }

    static void RotateColumns(Complex[] h, int n, int first, int end, int column, (Complex Cosine, Complex Sine) rotation)
    {
        var (conjugateCosine, conjugateSine) = (Complex.Conjugate(rotation.Cosine), Complex.Conjugate(rotation.Sine));
        for (int i = first; i <= end; i++)
        {
            ref Complex left = ref h[i * n + column], right = ref h[i * n + column + 1];
            (left, right) = (left * rotation.Cosine + right * rotation.Sine, right * conjugateCosine - left * conjugateSine);
        }
    }

    static double Size(Complex x) => Math.Abs(x.Real) + Math.Abs(x.Imaginary);
}

using System.Numerics;
using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class LinearAlgebraTests
{
    const double Epsilon = 1.0 / (1L << 52);

    static readonly RandomKey Key = new(3);

    static Tensor Matrix(int rows, int columns, string purpose = "matrix") =>
        Key.For(purpose).Normal([rows, columns], 1, ElementType.Float64);

    [Fact]
    public void EigenvaluesOfKnownMatrices()
    {
        double angle = 0.3;
        var rotation = Tensor.From(new double[,] { { Math.Cos(angle), -Math.Sin(angle) }, { Math.Sin(angle), Math.Cos(angle) } });
        Nearly([Complex.FromPolarCoordinates(1, angle), Complex.FromPolarCoordinates(1, -angle)], LinearAlgebra.Eigenvalues(rotation), 1);
        Nearly([3, 2, -1], LinearAlgebra.Eigenvalues(Tensor.From(new double[,] { { 2, 5, 7 }, { 0, -1, 9 }, { 0, 0, 3 } })), 10);
        // The companion of x⁴ − 1, on which unshifted iterations stand still.
        var companion = Tensor.From(new double[,] { { 0, 0, 0, 1 }, { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 } });
        Assert.All(LinearAlgebra.Eigenvalues(companion), value => Assert.Equal(1, value.Magnitude, 1e-14));
        Assert.Equal(4, LinearAlgebra.Eigenvalues(companion).Distinct().Count());
        Assert.Empty(LinearAlgebra.Eigenvalues(Tensor.Zeros([0, 0])));
    }

    [Theory, InlineData(3), InlineData(10), InlineData(60)]
    public void EigenvaluesHaveTheTracesOfThePowers(int n)
    {
        var matrix = Matrix(n, n) / Math.Sqrt(n);
        var values = LinearAlgebra.Eigenvalues(matrix);
        var power = matrix;
        for (int k = 1; k <= 4; k++, power = MatMul(power, matrix))
        {
            double trace = Enumerable.Range(0, n).Sum(i => power.At(i, i));
            var sum = values.Aggregate(Complex.Zero, (s, value) => s + Complex.Pow(value, k));
            Assert.Equal(trace, sum.Real, 100 * n * k * Epsilon * Math.Pow(2, k));
            Assert.Equal(0, sum.Imaginary, 100 * n * k * Epsilon * Math.Pow(2, k));
        }
    }

    [Theory, InlineData(2), InlineData(10), InlineData(60), InlineData(120)]
    public void SpectralRadiusIsTheLargestMagnitude(int n)
    {
        var matrix = Matrix(n, n);
        double expected = LinearAlgebra.Eigenvalues(matrix)[0].Magnitude;
        Assert.Equal(expected, LinearAlgebra.SpectralRadius(matrix), expected * n * 64 * Epsilon);
    }

    [Fact]
    public void SpectralRadiusAtTheEdges()
    {
        Assert.Equal(0, LinearAlgebra.SpectralRadius(Tensor.From(new double[,] { { 0, 1, 5 }, { 0, 0, 1 }, { 0, 0, 0 } })));
        Assert.Equal(0, LinearAlgebra.SpectralRadius(Tensor.Zeros([0, 0])));
        // A Jordan block: its powers grow, its radius is 1.
        Assert.Equal(1, LinearAlgebra.SpectralRadius(Tensor.From(new double[,] { { 1, 1 }, { 0, 1 } })), 1e-13);
        Assert.Equal(1e200, LinearAlgebra.SpectralRadius(Tensor.From(new[,] { { 1e200, 0 }, { 0, -1e199 } })), 1e187);
    }

    [Theory, InlineData(20, 4), InlineData(20, 25), InlineData(20, 40)]
    public void SpectralRadiusOfAKroneckerProductIsTheProduct(int first, int second)
    {
        var (a, b) = (Matrix(first, first), Matrix(second, second, "other"));
        int n = first * second;
        var product = Reshape(Reshape(a, first, 1, first, 1) * Reshape(b, 1, second, 1, second), n, n);
        double expected = LinearAlgebra.SpectralRadius(a) * LinearAlgebra.SpectralRadius(b);
        Assert.Equal(expected, LinearAlgebra.SpectralRadius(product), expected * n * 64 * Epsilon);
    }

    [Theory, InlineData(1.0), InlineData(0.02), InlineData(0.008)]
    public void SpectralRadiusOfTwoBlocksIsTheLargerOne(double density)
    {
        var (small, large) = (Drawn(200), Drawn(300));
        var corner = Drawn(300, 200);
        var both = Concatenate(0, Concatenate(1, small, Tensor.Zeros([200, 300], ElementType.Float64)), Concatenate(1, corner, large));
        double expected = Math.Max(LinearAlgebra.SpectralRadius(small), LinearAlgebra.SpectralRadius(large));
        Assert.Equal(expected, LinearAlgebra.SpectralRadius(both), expected * 500 * 64 * Epsilon);

        Tensor Drawn(int rows, int columns = 0)
        {
            columns = columns == 0 ? rows : columns;
            var chances = Key.For("chances").Uniform([rows, columns], 0, 1, ElementType.Float64);
            return Matrix(rows, columns) * Greater(Tensor.Full([rows, columns], density, ElementType.Float64), chances);
        }
    }

    // Where no smaller space has the leading eigenvalues: all have one magnitude, or none is there, or it is known at once.
    [Theory, InlineData(450), InlineData(64)]
    public void SpectralRadiusOfLargeMatricesAtTheEdges(int n)
    {
        var ring = new double[n * n];
        for (int i = 0; i < n; i++) ring[i * n + (i * 7 + 1) % n] = 1;
        Assert.Equal(1, LinearAlgebra.SpectralRadius(Tensor.From(ring, [n, n])), n * Epsilon);
        // Strictly triangular, in an order that does not show it.
        var order = Enumerable.Range(0, n).Select(i => i * 7 % n).ToArray();
        var nilpotent = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++) nilpotent[order[i] * n + order[j]] = (i * 31 + j * 17) % 5 == 0 ? 1 + i : 0;
        Assert.Equal(0, LinearAlgebra.SpectralRadius(Tensor.From(nilpotent, [n, n])));
        var (left, right) = (Matrix(n, 1), Matrix(1, n, "right"));
        double trace = Math.Abs(MatMul(right, left).At(0, 0));
        Assert.Equal(trace, LinearAlgebra.SpectralRadius(MatMul(left, right)), n * n * Epsilon);
        Assert.Equal(0, LinearAlgebra.SpectralRadius(Tensor.Zeros([n, n])));
        Assert.Equal(1, LinearAlgebra.SpectralRadius(Tensor.Identity(n, ElementType.Float64)), n * Epsilon);
    }

    // Powers of a matrix that is not diagonalisable grow, and what is on its diagonal underflows beside them.
    [Theory, InlineData(14), InlineData(15), InlineData(16), InlineData(60), InlineData(100), InlineData(450)]
    public void EigenvaluesOfTriangularMatricesAreTheirDiagonals(int n)
    {
        double[] chain = new double[n * n], blocks = new double[n * n], distinct = new double[n * n], strict = new double[n * n];
        var drawn = Key.For("triangle").Normal([n, n], 1, ElementType.Float64).ToDoubles();
        for (int i = 0; i < n; i++)
        {
            (chain[i * n + i], blocks[i * n + i], distinct[i * n + i]) = (0.9, 2, 0.95 - 1e-6 * i);
            if (i + 1 < n) chain[i * n + i + 1] = 0.1;
            if (i + 1 < n && i % 2 == 0) blocks[i * n + i + 1] = 1;
            for (int j = i + 1; j < n; j++) distinct[i * n + j] = strict[i * n + j] = drawn[i * n + j];
        }
        Is(0.9, chain);
        Is(2, blocks);
        Is(0.95, distinct);
        Is(0, strict);

        void Is(double radius, double[] elements)
        {
            // In an order that does not show it, too.
            int[] order = [.. Enumerable.Range(0, n).OrderBy(i => (i * 389 + 7) % 1009)];
            double[] mixed = [.. order.SelectMany(i => order.Select(j => elements[i * n + j]))];
            foreach (var matrix in (Tensor[])[Tensor.From(elements, [n, n]), Tensor.From(mixed, [n, n])])
            {
                Assert.Equal(radius, LinearAlgebra.SpectralRadius(matrix));
                Assert.Equal(
                    Enumerable.Range(0, n).Select(i => elements[i * n + i]).OrderDescending(),
                    LinearAlgebra.Eigenvalues(matrix).Select(value => value.Real));
            }
        }
    }

    // A faint way back makes them irreducible: 0.9 and a ring whose product is 0.1ⁿ⁻¹·1e-300. Of a long one rounding adds to the way back:
    // its nth root.
    [Theory, InlineData(15), InlineData(20), InlineData(200)]
    public void AFaintWayBackHidesNothing(int n)
    {
        var elements = new double[n * n];
        for (int i = 0; i < n; i++) (elements[i * n + i], elements[i * n + (i + 1) % n]) = (0.9, i + 1 < n ? 0.1 : 1e-300);
        double expected = 0.9 + Math.Exp(((n - 1) * Math.Log(0.1) + Math.Log(1e-300)) / n);
        double rounding = n > 20 ? Math.Pow(Epsilon, 1.0 / n) * 0.1 : n * n * Epsilon;
        Assert.Equal(expected, LinearAlgebra.SpectralRadius(Tensor.From(elements, [n, n])), rounding);
        Assert.Equal(expected, LinearAlgebra.Eigenvalues(Tensor.From(elements, [n, n]))[0].Magnitude, rounding);
    }

    // Full of zeros, so that some blocks have nothing but zeros for eigenvalues.
    [Theory, InlineData(89, 74), InlineData(111, 216), InlineData(40, 1), InlineData(200, 5)]
    public void EigenvaluesOfSparseMatrices(int n, int seed)
    {
        var random = new Random(seed);
        var elements = new double[n * n];
        for (int i = 0; i < elements.Length; i++)
            if (random.NextDouble() < 1.0 / n)
                elements[i] = random.NextDouble() * 2 - 1;
        var matrix = Tensor.From(elements, [n, n]);
        Assert.Equal(LinearAlgebra.Eigenvalues(matrix)[0].Magnitude, LinearAlgebra.SpectralRadius(matrix), 64 * n * Epsilon);
    }

    // Defective, and full: a nilpotent matrix in another basis.
    [Theory, InlineData(16), InlineData(40)]
    public void TheRadiusOfAFullDefectiveMatrixIsRightToItsCondition(int n)
    {
        var elements = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            elements[i * n + i] = 0.9;
            if (i % 2 == 0 && i + 1 < n) elements[i * n + i + 1] = 0.1;
        }
        var (q, _) = Qr(Matrix(n, n));
        var full = MatMul(MatMul(q, Tensor.From(elements, [n, n])), q, transposeRight: true);
        // Of a block of two the eigenvalues are known to the root of a rounding.
        Assert.Equal(0.9, LinearAlgebra.SpectralRadius(full), 4 * Math.Sqrt(n * Epsilon));
    }

    // A radius far below the norm: the leading eigenvalue must not be lost among what rounding makes of the large elements.
    [Theory, InlineData(32), InlineData(450)]
    public void SpectralRadiusFarBelowTheNorm(int n)
    {
        var elements = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            elements[i * n + i] = i == 0 ? 1 : 0.5;
            if (i + 1 < n && i % 2 == 0) elements[i * n + i + 1] = 1000;
        }
        Assert.Equal(1, LinearAlgebra.SpectralRadius(Tensor.From(elements, [n, n])), 1000 * n * Epsilon);
    }

    [Theory, InlineData(1, 1), InlineData(5, 3), InlineData(3, 5), InlineData(30, 30)]
    public void SingularValuesAreRootsOfEigenvalues(int rows, int columns)
    {
        var matrix = Matrix(rows, columns);
        var gram = rows < columns ? MatMul(matrix, matrix, transposeRight: true) : MatMul(matrix, matrix, transposeLeft: true);
        double[] expected = [.. LinearAlgebra.Eigenvalues(gram).Select(value => Math.Sqrt(value.Real))];
        double[] actual = LinearAlgebra.SingularValues(matrix);
        Assert.Equal(expected.Length, actual.Length);
        // The root of a value that carries an absolute error of ε·largest².
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i], actual[i], 100 * actual.Length * Epsilon * expected[0] * expected[0] / actual[i]);
    }

    [Fact]
    public void SmallSingularValuesAreAccurate()
    {
        var graded = Tensor.From(new[,] { { 1, 0.0 }, { 0, 1e-12 } });
        var turned = MatMul(graded, Tensor.From(new[,] { { 0.6, 0.8 }, { -0.8, 0.6 } }));
        double[] values = LinearAlgebra.SingularValues(turned);
        Assert.Equal(1, values[0], 1e-14);
        Assert.Equal(1e-12, values[1], 1e-12 * 1e-3);
        Assert.Equal([0.0, 0], LinearAlgebra.SingularValues(Tensor.Zeros([2, 3])));
    }

    [Theory, InlineData(-1060), InlineData(-1000), InlineData(-700), InlineData(-530), InlineData(-500), InlineData(-1), InlineData(3),
        InlineData(500), InlineData(530), InlineData(1000)]
    public void APowerOfTwoIsAFactorOfSingularValuesEigenvaluesAndTheRadius(int exponent)
    {
        var matrix = new RandomKey(3).Normal([6, 6], 1, ElementType.Float64);
        var scaled = Tensor.From(Array.ConvertAll(matrix.ToDoubles(), x => Math.ScaleB(x, exponent)), matrix.Shape);
        // To the bit where no element loses digits to underflow.
        double allowed = exponent < -1000 ? Math.Pow(2, -1020 - exponent) : 0;
        Assert.All(LinearAlgebra.SingularValues(matrix).Zip(LinearAlgebra.SingularValues(scaled)), pair => Near(pair.First, pair.Second));
        Assert.Equal(Math.ScaleB(LinearAlgebra.OperatorNorm(matrix), exponent), LinearAlgebra.OperatorNorm(scaled),
            Math.ScaleB(allowed, exponent));
        Near(LinearAlgebra.SpectralRadius(matrix), LinearAlgebra.SpectralRadius(scaled));
        foreach (var (whole, part) in LinearAlgebra.Eigenvalues(matrix).Zip(LinearAlgebra.Eigenvalues(scaled)))
        {
            Near(whole.Real, part.Real);
            Near(whole.Imaginary, part.Imaginary);
        }

        void Near(double whole, double part) => Assert.Equal(Math.ScaleB(whole, exponent), part, Math.ScaleB(allowed * 4, exponent));
    }

    [Fact]
    public void VectorsOfVeryDifferentLengthsBecomeOrthogonal()
    {
        var matrix = Tensor.From(new double[,] { { 1, 2, 3 }, { 1e-200, 0, 2e-200 }, { 3e-300, 1e-300, 0 } });
        double[] values = LinearAlgebra.SingularValues(matrix);
        Assert.Equal(Math.Sqrt(14), values[0], 1e-14);
        // The determinant, 1·(0·0 − 2·1) − 2·(1·0 − 2·3) + 3·(1·1 − 0·3) = 13 without the powers of ten, is their product.
        Assert.Equal(13 / Math.Sqrt(14), values[1] * 1e200 * (values[2] * 1e300), 1e-12);
    }

    [Fact]
    public void VectorsBecomeOrthonormal()
    {
        double[] vectors = Matrix(6, 9).ToDoubles();
        double[] lengths = new double[6];
        LinearAlgebra.Orthonormalize(vectors, lengths);
        var q = Tensor.From(vectors, [6, 9]);
        Close.Equal(Tensor.Identity(6, ElementType.Float64), MatMul(q, q, transposeRight: true), 16 * Epsilon);
        double[] dependent = [1, 0, 2, 0];
        LinearAlgebra.Orthonormalize(dependent, lengths.AsSpan(0, 2));
        Assert.Equal([1.0, 0], lengths[..2]);
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        var square = Tensor.Identity(3, ElementType.Float64);
        Assert.Contains("[3, 2]", Assert.Throws<ShapeException>(() => LinearAlgebra.Eigenvalues(Tensor.Zeros([3, 2]))).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => LinearAlgebra.Eigenvalues(Tensor.Full([2, 2], double.NaN))).Message);
        Assert.Throws<ShapeException>(() => LinearAlgebra.SingularValues(Tensor.Zeros([3])));
    }

    static void Nearly(Complex[] expected, Complex[] actual, double scale)
    {
        Assert.Equal(expected.Length, actual.Length);
        // The two of a pair have one magnitude but for rounding, so their order is free.
        foreach (var value in expected) Assert.InRange(actual.Min(found => (found - value).Magnitude), 0, 32 * scale * Epsilon);
    }

    static double Condition(Tensor matrix)
    {
        double[] values = LinearAlgebra.SingularValues(matrix);
        return values[0] / values[^1];
    }
}

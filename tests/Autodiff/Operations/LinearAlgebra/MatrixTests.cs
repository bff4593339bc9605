using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff.Operations;

/// <summary>Functions of matrices against MathNet.Numerics, one matrix and a batch, in both element types.</summary>
public class MatrixTests
{
    public static TheoryData<int, ElementType> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, ElementType>();
            foreach (int n in new[] { 1, 2, 5, 17, 40 })
                foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
                    sizes.Add(n, type);
            return sizes;
        }
    }

    static Tensor Normal(Shape shape, ElementType type, ulong seed = 1) => Data.Normal(shape, seed, type);

    static Tensor Definite(int n, ElementType type) =>
        MatMul(Normal([2, n + 4, n], type), Normal([2, n + 4, n], type), transposeLeft: true);

    static Matrix<double> Of(Tensor x, int index = 0)
    {
        var (rows, columns) = (x.Shape[^2], x.Shape[^1]);
        double[] elements = x.Reshape(-1, rows, columns)[index].ToDoubles();
        return DenseMatrix.Create(rows, columns, (i, j) => elements[i * columns + j]);
    }

    // To so many roundings, times the condition, of the largest element.
    static void Near(Matrix<double> expected, Tensor actual, int index, double roundings)
    {
        var given = Of(actual, index);
        double allowed = roundings * actual.ElementType.Epsilon() * expected.Enumerate().Max(Math.Abs);
        Assert.Equal((expected.RowCount, expected.ColumnCount), (given.RowCount, given.ColumnCount));
        Assert.All((expected - given).Enumerate(), difference => Assert.InRange(Math.Abs(difference), 0, allowed));
    }

    [Theory, MemberData(nameof(Sizes))]
    public void SystemsAreSolved(int n, ElementType type)
    {
        Tensor a = Normal([2, n, n], type), b = Normal([2, n, 3], type, 2), definite = Definite(n, type);
        Tensor x = Solve(a, b), inverse = Inverse(a), y = SolvePositiveDefinite(definite, b), logarithm = LogDeterminant(a);
        for (int i = 0; i < 2; i++)
        {
            double condition = Of(a, i).ConditionNumber();
            Near(Of(a, i).Solve(Of(b, i)), x, i, 8 * n * condition);
            Near(Of(a, i).Inverse(), inverse, i, 8 * n * condition);
            Near(Of(definite, i).Cholesky().Solve(Of(b, i)), y, i, 8 * n * Of(definite, i).ConditionNumber());
            double expected = Math.Log(Math.Abs(Of(a, i).Determinant()));
            Assert.Equal(expected, logarithm.At(i), 8 * n * type.Epsilon() * Math.Max(condition, Math.Abs(expected)));
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void FactorsAreThoseOfMathNet(int n, ElementType type)
    {
        Tensor definite = Definite(n, type), tall = Normal([2, n + 3, n], type, 3);
        var cholesky = Cholesky(definite);
        var (q, r) = Qr(tall);
        for (int i = 0; i < 2; i++)
        {
            Near(Of(definite, i).Cholesky().Factor, cholesky, i, 8 * n * Of(definite, i).ConditionNumber());
            var expected = Of(tall, i).QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
            // Of the two signs of each column that with which the diagonal of R is positive.
            var signs = DenseMatrix.OfDiagonalVector(expected.R.Diagonal().Map(x => x < 0 ? -1.0 : 1));
            Near(signs * expected.R, r, i, 16 * n * Of(tall, i).ConditionNumber());
            Near(expected.Q * signs, q, i, 16 * n * Of(tall, i).ConditionNumber());
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void TrianglesAreSolvedWithoutTheOtherHalf(int n, ElementType type)
    {
        Tensor a = Normal([2, n, n], type) + 3 * n * Tensor.Identity(n, type), b = Normal([2, n, 3], type, 2);
        foreach (bool upper in new[] { false, true })
            foreach (bool transposed in new[] { false, true })
            {
                var x = TriangularSolve(a, b, upper, transposed);
                for (int i = 0; i < 2; i++)
                {
                    var triangle = upper ? Of(a, i).UpperTriangle() : Of(a, i).LowerTriangle();
                    Near((transposed ? triangle.Transpose() : triangle).Solve(Of(b, i)), x, i, 8 * n * triangle.ConditionNumber());
                }
            }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void EigenvaluesAndVectorsOfSymmetricMatrices(int n, ElementType type)
    {
        var a = Normal([2, n, n], type);
        var (values, vectors) = SymmetricEigen(a + SwapAxes(a, 1, 2));
        for (int i = 0; i < 2; i++)
        {
            var symmetric = Of(a, i) + Of(a, i).Transpose();
            double[] expected = [.. symmetric.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order()];
            double norm = expected.Max(Math.Abs), allowed = 16 * n * type.Epsilon() * norm;
            for (int j = 0; j < n; j++) Assert.Equal(expected[j], values.At(i, j), allowed);
            var v = Of(vectors, i);
            Assert.InRange((v.Transpose() * v - DenseMatrix.CreateIdentity(n)).FrobeniusNorm(), 0, 16 * n * type.Epsilon());
            var rest = symmetric * v - v * DenseMatrix.OfDiagonalArray(values[i].ToDoubles());
            Assert.InRange(rest.FrobeniusNorm(), 0, n * allowed);
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void SingularValuesOfWideAndTallMatrices(int n, ElementType type)
    {
        foreach (var x in new[] { Normal([2, n + 2, n], type), Normal([2, n, n + 2], type) })
        {
            var values = SingularValues(x);
            for (int i = 0; i < 2; i++)
            {
                var expected = Of(x, i).Svd(computeVectors: false).S;
                for (int j = 0; j < n; j++) Assert.Equal(expected[j], values.At(i, j), 16 * n * type.Epsilon() * expected[0]);
            }
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void ExponentialsOfMatrices(int n, ElementType type)
    {
        foreach (double size in new[] { 1e-3, 1, 10 })
        {
            var a = size / Math.Sqrt(n) * Normal([2, n, n], type);
            var exponential = MatrixExponential(a);
            for (int i = 0; i < 2; i++)
            {
                double norm = Math.Max(1, Of(a, i).L2Norm());
                Near(ByTaylor(Of(a, i)), exponential, i, 64 * n * norm * Math.Exp(norm) / ByTaylor(Of(a, i)).L2Norm() + 64 * n * norm);
            }
        }
    }

    // Of halves so small that few terms count, squared again.
    static Matrix<double> ByTaylor(Matrix<double> a)
    {
        int halvings = Math.Max(0, Math.ILogB(a.FrobeniusNorm()) + 4);
        var small = a * Math.ScaleB(1, -halvings);
        Matrix<double> sum = DenseMatrix.CreateIdentity(a.RowCount), term = sum;
        for (int k = 1; k < 20; k++) sum += term = term * small / k;
        for (int i = 0; i < halvings; i++) sum *= sum;
        return sum;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void LeastSquaresWithARidge(int n, ElementType type)
    {
        Tensor a = Normal([2, 2 * n + 3, n], type), b = Normal([2, 2 * n + 3, 2], type, 2);
        foreach (double ridge in new[] { 0, 0.7 })
        {
            var x = LeastSquares(a, b, ridge);
            for (int i = 0; i < 2; i++)
            {
                var gram = Of(a, i).Transpose() * Of(a, i) + ridge * DenseMatrix.CreateIdentity(n);
                Near(gram.Solve(Of(a, i).Transpose() * Of(b, i)), x, i, 64 * n * gram.ConditionNumber());
            }
        }
        Assert.True(LeastSquares(a, b, 1e6).ToDoubles().Max(Math.Abs) < 1e-3, "A large ridge shrinks the weights.");
    }

    // Nearly dependent columns, the conditioning of which must not be squared.
    [Fact]
    public void LeastSquaresOfIllConditionedColumns()
    {
        Tensor a = Normal([40, 6], ElementType.Float64), x = Normal([6, 2], ElementType.Float64, 2);
        // The last column is the first but for 10⁻⁹ of another.
        a = Concatenate(1, a, Slice(a, 1, 0, 1) + 1e-9 * Normal([40, 1], ElementType.Float64, 4));
        x = Concatenate(0, x, Tensor.Ones([1, 2], ElementType.Float64));
        Expect.Near(x, LeastSquares(a, MatMul(a, x)), 64 * 7 * 1e9, 1);
    }

    [Theory, InlineData(1e-200), InlineData(1e180)]
    public void LeastSquaresOfColumnsOfAnySize(double size)
    {
        Tensor features = Normal([20, 3], ElementType.Float64), targets = Normal([20, 2], ElementType.Float64, 2);
        Expect.Near(LeastSquares(features, targets), LeastSquares(features * size, targets) * size, 4096, 1);
    }

    // Whatever their sizes, and at whichever column it shows.
    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void DependentColumnsAreAnError(ElementType type)
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            int n = 2 + (int)seed % 5;
            Tensor a = Normal([n + 3 + (int)seed % 17, n], type, seed), b = Normal([a.Shape[0], 1], type, seed + 1000);
            var sizes = Normal([1, n], type, seed + 2000);
            if (seed % 3 == 0) a *= Exp(sizes * 8);
            var made = (seed % 4) switch
            {
                0 => Slice(a, 1, 0, 1),
                1 => Slice(a, 1, n - 1, 1) * -3.7,
                2 => Slice(a, 1, 0, 1) + Slice(a, 1, 1, 1),
                _ => MatMul(a, Normal([n, 1], type, seed + 3000)),
            };
            a = seed % 2 == 0 ? Concatenate(1, a, made) : Concatenate(1, Slice(a, 1, 0, 1), made, Slice(a, 1, 1, n - 1));
            Expect.Mentions(Assert.Throws<MatrixException>(() => LeastSquares(a, b)), "LeastSquares", "ridge");
            if (seed % 3 > 0) Assert.True(LeastSquares(a, b, 1e-2).ToDoubles().All(double.IsFinite));
        }
    }

    // Features in other units give weights in those units.
    [Fact]
    public void LeastSquaresOfColumnsOfDifferentSizes()
    {
        Tensor a = Normal([20, 4], ElementType.Float64), b = Normal([20, 2], ElementType.Float64, 2);
        var sizes = Tensor.From([1e-20, 1, 1e30, 1e-9]);
        Expect.Near(LeastSquares(a, b), LeastSquares(a * sizes, b) * Reshape(sizes, 4, 1), 4096, 1);
    }

    // Nothing of the residual is left along the columns.
    [Fact]
    public void TheGradientOfThePenalisedErrorVanishes()
    {
        Tensor f = Normal([30, 6], ElementType.Float64), t = Normal([30, 2], ElementType.Float64, 2);
        var w = LeastSquares(f, t, 0.7);
        var gradient = Differentiate.Gradient(v => Sum(Square(MatMul(f, v) - t)) + 0.7 * Sum(Square(v)), w);
        Assert.All(gradient.ToDoubles(), g => Assert.InRange(Math.Abs(g), 0, 30 * 64 * ElementType.Float64.Epsilon()));
    }

    // The gradient of a loss behind the solution, which a solution as data would cut: by the implicit function theorem.
    [Fact]
    public void GradientsFlowThroughSystems()
    {
        Tensor a = Tensor.From(new double[,] { { 2, 1 }, { 1, 3 } }), b = Tensor.From(new double[,] { { 3 }, { 5 } });
        var gradient = Differentiate.Gradient(b => Sum(Solve(a, b)), b);
        Expect.Near([0.4, 0.2], gradient, 8);
    }

    [Fact]
    public void EqualEigenvaluesHaveTheSlopesOfTheirSum()
    {
        var a = Tensor.Identity(3, ElementType.Float64);
        var (trace, gradient) = Differentiate.ValueAndGradient(a => Sum(Exp(SymmetricEigen(a).Values)), a);
        Assert.Equal(3 * Math.E, trace.ToScalar(), 1e-14);
        Expect.Near((Math.E * a).ToDoubles(), gradient, 8, 1);
    }

    [Fact]
    public void RowsAreExchanged()
    {
        var swap = Tensor.From(new double[,] { { 0, 1 }, { 1, 0 } });
        Assert.Equal([2.0, 1], Solve(swap, Tensor.From(new double[,] { { 1 }, { 2 } })).ToDoubles());
    }

    [Fact]
    public void MatricesWithoutElements()
    {
        var nothing = Tensor.Zeros([2, 0, 0]);
        foreach (var function in (Func<Tensor, Tensor>[])[
            Inverse, Cholesky, MatrixExponential, x => SymmetricEigen(x).Vectors, x => Qr(x).R])
            Assert.Equal([2, 0, 0], function(nothing).Shape);
        Assert.Equal([0.0, 0], LogDeterminant(nothing).ToDoubles());
        Assert.Equal([2, 0], SingularValues(nothing).Shape);
        Assert.Equal([2, 0, 3], Solve(nothing, Tensor.Zeros([0, 3])).Shape);
    }

    [Fact]
    public void BadMatricesAreNamed()
    {
        Tensor square = Tensor.Identity(3), right = Tensor.Zeros([4, 1]), singular = Tensor.From(new float[,] { { 1, 2 }, { 2, 4 } });
        var wide = Tensor.Zeros([2, 3]);
        foreach (var function in (Func<Tensor, Tensor>[])[
            Inverse, Cholesky, LogDeterminant, MatrixExponential, x => SymmetricEigen(x).Values])
        {
            Expect.Mentions(Assert.Throws<ShapeException>(() => function(wide)), "[2, 3]", "square");
            Expect.Mentions(Assert.Throws<MatrixException>(() => function(Tensor.Full([2, 2], double.NaN))), "[2, 2]", "NaN", "finite");
        }
        Expect.Mentions(Assert.Throws<ShapeException>(() => Solve(square, right)), "Solve", "[3, 3]", "[4, 1]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => SolvePositiveDefinite(square, right)), "SolvePositiveDefinite", "[4, 1]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => TriangularSolve(square, right)), "TriangularSolve", "[4, 1]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => LeastSquares(square, right)), "LeastSquares", "[3, 3]", "[4, 1]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => Qr(wide)), "Qr", "[2, 3]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => SingularValues(Tensor.Zeros([3]))), "SingularValues", "[3]");
        Expect.Mentions(Assert.Throws<MatrixException>(() => Solve(singular, wide)), "Solve", "singular", "column 1", "[2, 2]");
        Expect.Mentions(Assert.Throws<MatrixException>(() => LogDeterminant(singular)), "LogDeterminant", "singular");
        Expect.Mentions(Assert.Throws<MatrixException>(() => TriangularSolve(0 * square, 0 * square)), "TriangularSolve", "diagonal");
        Expect.Mentions(Assert.Throws<MatrixException>(() => Cholesky(-square)), "Cholesky", "not positive definite", "pivot 0");
        var batch = Stack([Tensor.Identity(2), Tensor.Zeros([2, 2])]);
        Expect.Mentions(Assert.Throws<MatrixException>(() => Inverse(batch)), "matrix 1 of [2, 2, 2]");
        Assert.Throws<MatrixException>(() => LeastSquares(singular, wide));
        Assert.Throws<ArgumentOutOfRangeException>(() => LeastSquares(square, square, -1));
        // Dependent columns have a factor, but no slope.
        Assert.Throws<MatrixException>(() => Differentiate.Gradient(a => Sum(Qr(a).Q), Tensor.Zeros([2, 2])));
    }
}

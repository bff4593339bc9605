using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>Functions of matrices whose elements have any size that numbers can have.</summary>
public class MatrixScaleLaws
{
    /// <summary>A power of two takes eigenvalues along, up to where the matrix overflows and down to where it vanishes.</summary>
    [Law(200)]
    public void APowerOfTwoScalesTheValuesAndLeavesTheVectors(Draw draw)
    {
        var half = draw.Of(draw => draw.Values(draw.Whole(1, 6) is var n ? [n, n] : [], Domain.Any));
        var matrix = half + Transpose(half);
        // Up to where twice the matrix is still in range; down to a few units of the smallest number.
        int exponent = (draw.Flag() ? 1022 - draw.Whole(0, 3) : draw.Whole(-1070, 1022)) - Math.ILogB(Max(Abs(matrix)).ToScalar());
        double[] moved = Array.ConvertAll(matrix.ToDoubles(), x => Math.ScaleB(x, exponent));
        // What the smallest numbers lose of their digits makes another matrix.
        double[] kept = Array.ConvertAll(moved, x => Math.ScaleB(x, -exponent));
        var (expected, directions) = SymmetricEigen(Tensor.From(kept, matrix.Shape));
        var (values, vectors) = SymmetricEigen(Tensor.From(moved, matrix.Shape));
        Near.SameBits([Array.ConvertAll(expected.ToDoubles(), value => Math.ScaleB(value, exponent))], [values.ToDoubles()], "values");
        Near.SameBits([directions.ToDoubles()], [vectors.ToDoubles()], "vectors");
    }

    /// <summary>And so it does in other functions of matrices, as the function demands.</summary>
    [Law(200)]
    public void APowerOfTwoScalesFactorsAndInverses(Draw draw)
    {
        int n = draw.Whole(1, 5), exponent = draw.Flag() ? draw.OneOf(-1010, 1010) : draw.Whole(-1010, 1010);
        var matrix = draw.Of(draw => draw.Values([n, n], Domain.Any)) + 3 * n * Tensor.Identity(n, ElementType.Float64);
        var positive = matrix + Transpose(matrix);
        Scales("R of Q·R", x => Qr(x).R, matrix, exponent, exponent);
        Scales("Q of Q·R", x => Qr(x).Q, matrix, exponent, 0);
        Scales("inverse", Inverse, matrix, exponent, -exponent);
        Scales("singular values", SingularValues, matrix, exponent, exponent);
        Scales("factor of Cholesky", Cholesky, positive, exponent / 2 * 2, exponent / 2);
        Near.Equal(
            LogDeterminant(positive) + n * exponent * Math.Log(2), LogDeterminant(By(positive, exponent)),
            Near.Rounding(n * Math.Abs(exponent)), "logarithm of a determinant");
    }

    /// <summary>Rotations of a matrix with a NaN come to no end, and that is said.</summary>
    [Law(30)]
    public void RotationsOfNaNDoNotConverge(Draw draw)
    {
        int n = draw.Whole(2, 6);
        double[] matrix = draw.Of(draw => draw.Values([n, n], Domain.Any)).ToDoubles();
        Assert.True(JacobiRotations.Fill(Symmetric(), new double[n], new double[n * n], n));
        matrix[draw.Whole(0, n * n - 1)] = double.NaN;
        Assert.False(JacobiRotations.Fill(Symmetric(), new double[n], new double[n * n], n));

        double[] Symmetric() => [.. matrix.Select((x, at) => x + matrix[at % n * n + at / n])];
    }

    static void Scales(string what, Func<Tensor, Tensor> function, Tensor x, int before, int after)
    {
        var expected = function(x);
        Near.Equal(expected, By(function(By(x, before)), -after), Near.Rounding(Max(Abs(expected)).ToScalar()), what);
    }

    static Tensor By(Tensor x, int exponent) =>
        Tensor.From(Array.ConvertAll(x.ToDoubles(), number => Math.ScaleB(number, exponent)), x.Shape);
}

namespace Autograd.Layers;

/// <summary>Random recurrent weights for reservoirs.</summary>
public static class ReservoirWeights
{
    /// <summary>A sparse matrix with nonzero elements uniform in ±1, scaled to a spectral radius.</summary>
    /// <param name="units">Number of rows and columns.</param>
    /// <param name="connectivity">Probability that an element is not 0, above 0 and at most 1.</param>
    /// <param name="radius">The spectral radius, above 0.</param>
    /// <param name="key">The source of random numbers.</param>
    /// <returns><c>[units, units]</c> in double.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">The drawn matrix has spectral radius 0: too few connections for its size.</exception>
    public static Tensor Sparse(int units, double connectivity, double radius, RandomKey key)
    {
        Require.AtLeast(nameof(ReservoirWeights), nameof(units), units, 1);
        Require.Share(nameof(ReservoirWeights), nameof(connectivity), connectivity);
        var values = key.Uniform([units, units], -1, 1, ElementType.Float64);
        var chances = key.For("mask").Uniform([units, units], 0, 1, ElementType.Float64);
        return Scaled(values * Functions.Greater(Tensor.Full([units, units], connectivity, ElementType.Float64), chances), radius);
    }

    /// <summary>A matrix scaled to a spectral radius.</summary>
    /// <param name="matrix">Any square matrix whose radius is not 0.</param>
    /// <param name="radius">The spectral radius, above 0.</param>
    /// <returns>The scaled matrix in double.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The radius is not above 0.</exception>
    /// <exception cref="ArgumentException">The matrix has spectral radius 0 and cannot be scaled to another.</exception>
    public static Tensor Scaled(Tensor matrix, double radius)
    {
        Require.Positive(nameof(ReservoirWeights), nameof(radius), radius);
        double own = LinearAlgebra.SpectralRadius(matrix);
        if (own == 0)
            throw new ArgumentException(
                $"ReservoirWeights: the matrix {matrix.Shape} has spectral radius 0 and cannot be scaled to another; raise the "
                + "connectivity or the number of units.");
        return matrix.As(ElementType.Float64) * (radius / own);
    }
}

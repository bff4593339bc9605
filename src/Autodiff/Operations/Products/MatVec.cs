namespace Autograd;

public static partial class Functions
{
    /// <summary>
    /// Matrix times vector, y[i] = Σⱼ matrix[i, j]·vector[j]: <c>[…, m, n] · […, n]</c> gives <c>[…, m]</c>, where the leading axes
    /// broadcast. One matrix times many vectors is <see cref="MatMul"/> with the vectors as rows and the matrix transposed.
    /// </summary>
    /// <param name="matrix">Matrices, of rank 2 or more.</param>
    /// <param name="vector">Vectors, of rank 1 or more.</param>
    /// <exception cref="ShapeException">Ranks are too low, or the inner lengths differ.</exception>
    public static Tensor MatVec(Tensor matrix, Tensor vector)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(vector);
        if (matrix.Rank < 2 || vector.Rank < 1 || matrix.Shape[^1] != vector.Shape[^1])
            throw new ShapeException(
                $"MatVec: the matrix is {ShapeRules.Text(matrix)}, the vector {ShapeRules.Text(vector)}; [..., m, n] and [..., n] are "
                + "needed.");
        if (matrix.Rank == 2) return MatMul(vector, matrix, transposeRight: true);
        var product = MatMul(matrix, Reshape(vector, [.. vector.Shape.Lengths, 1]));
        return Reshape(product, product.Shape.Lengths[..^1]);
    }
}

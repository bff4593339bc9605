namespace Autograd.Operations;

/// <summary>What functions of matrices share: shapes, transposes, triangles, and symmetric parts, over any leading axes.</summary>
static class Matrices
{
    public static Tensor Transposed(Tensor x) => Functions.SwapAxes(x, -1, -2);

    public static Tensor Symmetric(Tensor x) => 0.5 * (x + Transposed(x));

    /// <summary>The lower triangle, and 0 above; without the diagonal if it is strict.</summary>
    public static Tensor Lower(Tensor x, bool strict = false) => Functions.Where(Mask(x, (i, j) => strict ? j < i : j <= i), x, Zero(x));

    /// <summary>The upper triangle, and 0 below.</summary>
    public static Tensor Upper(Tensor x) => Functions.Where(Mask(x, (i, j) => j >= i), x, Zero(x));

    /// <summary>The lower triangle with half of the diagonal: of a symmetric matrix the part L with L + Lᵀ.</summary>
    public static Tensor HalfLower(Tensor x) => Lower(x, strict: true) + 0.5 * Functions.Where(Mask(x, (i, j) => i == j), x, Zero(x));

    /// <summary>The diagonals, <c>[…, n, n]</c> to <c>[…, n]</c>.</summary>
    public static Tensor Diagonal(Tensor x) => Functions.Sum(Functions.Where(Mask(x, (i, j) => i == j), x, Zero(x)), -1);

    /// <summary>Matrices with given diagonals, <c>[…, n]</c> to <c>[…, n, n]</c>.</summary>
    public static Tensor WithDiagonal(Tensor x)
    {
        var rows = Functions.Reshape(x, [.. x.Shape.Lengths, 1]);
        return Functions.Where(Tensor.Identity(x.Shape[^1], x.ElementType), rows, Zero(x));
    }

    /// <summary>The identity for every matrix of a batch.</summary>
    public static Tensor IdentityLike(Tensor x) => Functions.BroadcastTo(Tensor.Identity(x.Shape[^1], x.ElementType), x.Shape);

    /// <summary>The other operand's leading axes and one's own, broadcast.</summary>
    public static (Tensor Left, Tensor Right) SameBatch(string operation, Tensor left, Tensor right)
    {
        var batch = ShapeRules.Broadcast(
            operation, Shape.Create(left.Shape.Lengths[..^2]), Shape.Create(right.Shape.Lengths[..^2])).Lengths.ToArray();
        return (Functions.BroadcastTo(left, [.. batch, .. left.Shape.Lengths[^2..]]),
            Functions.BroadcastTo(right, [.. batch, .. right.Shape.Lengths[^2..]]));
    }

    public static void CheckSquare(string operation, Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Rank < 2 || matrix.Shape[^1] != matrix.Shape[^2])
            throw new ShapeException($"{operation}: the matrix is {ShapeRules.Text(matrix)}; a square one, [..., n, n], is needed.");
    }

    public static void CheckRight(string operation, Tensor matrix, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (right.Rank < 2 || right.Shape[^2] != matrix.Shape[^2])
            throw new ShapeException(
                $"{operation}: the matrix is {ShapeRules.Text(matrix)}, right is {ShapeRules.Text(right)}; {matrix.Shape[^2]} rows are "
                + "needed in [..., n, m].");
    }

    static Tensor Zero(Tensor x) => Tensor.Scalar(0, x.ElementType);

    static Tensor Mask(Tensor x, Func<int, int, bool> isKept)
    {
        int rows = x.Shape[^2], columns = x.Shape[^1];
        var mask = new double[rows * columns];
        for (int i = 0; i < mask.Length; i++) mask[i] = isKept(i / columns, i % columns) ? 1 : 0;
        return Tensor.From(mask, [rows, columns], x.ElementType);
    }
}

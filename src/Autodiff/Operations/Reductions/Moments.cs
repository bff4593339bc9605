namespace Autograd;

public static partial class Functions
{
    /// <summary>Arithmetic mean over some axes, or over all if none is named. NaN over nothing.</summary>
    public static Tensor Mean(Tensor x, params ReadOnlySpan<int> axes) => 1.0 / CountOver("Mean", x, axes) * Sum(x, axes);

    /// <summary>As <see cref="Mean"/>, with the axes kept at length 1.</summary>
    public static Tensor MeanKeepingAxes(Tensor x, params ReadOnlySpan<int> axes) => 1.0 / CountOver("Mean", x, axes) * SumKeepingAxes(x, axes);

    /// <summary>
    /// Population variance, mean((x − mean(x))²), over some axes, or over all if none is named. For the sample variance multiply by n/(n−1).
    /// </summary>
    public static Tensor Variance(Tensor x, params ReadOnlySpan<int> axes) => Mean(Square(x - MeanKeepingAxes(x, axes)), axes);

    /// <summary>Euclidean norm √Σx² over some axes, or over all if none is named. Slope: x/norm, and 0 where the norm is 0.</summary>
    public static Tensor Norm(Tensor x, params ReadOnlySpan<int> axes)
    {
        var squares = Sum(Square(x), axes);
        var zero = Tensor.Scalar(0, squares.ElementType);
        var positive = Greater(squares, zero);
        // The root never sees a zero, so its infinite slope there cannot reach the gradient.
        return Where(positive, Sqrt(Where(positive, squares, zero + 1)), squares);
    }

    static int CountOver(string operation, Tensor x, ReadOnlySpan<int> axes)
    {
        ArgumentNullException.ThrowIfNull(x, operation);
        int count = 1;
        foreach (int axis in ShapeRules.Axes(operation, x.Shape, axes)) count *= x.Shape.Lengths[axis];
        return count;
    }
}

namespace Autograd;

public static partial class Functions
{
    /// <summary>Arithmetic mean over some axes, or over all if none is named: the sum divided by how many there are.</summary>
    /// <exception cref="ShapeException">There is no element.</exception>
    public static Tensor Mean(Tensor x, params ReadOnlySpan<int> axes)
    {
        double count = CountOver(nameof(Mean), x, axes);
        return Sum(x, axes) / count;
    }

    /// <summary>As <see cref="Mean"/>, with the axes kept at length 1.</summary>
    /// <inheritdoc cref="Mean"/>
    public static Tensor MeanKeepingAxes(Tensor x, params ReadOnlySpan<int> axes)
    {
        double count = CountOver(nameof(Mean), x, axes);
        return SumKeepingAxes(x, axes) / count;
    }

    /// <summary>
    /// Population variance, mean((x − mean(x))²), over some axes, or over all if none is named. For the sample variance, multiply by
    /// n/(n−1).
    /// </summary>
    /// <exception cref="ShapeException">There is no element.</exception>
    public static Tensor Variance(Tensor x, params ReadOnlySpan<int> axes)
    {
        double count = CountOver(nameof(Variance), x, axes);
        return Sum(Square(x - MeanKeepingAxes(x, axes)), axes) / count;
    }

    /// <summary>
    /// Population standard deviation, √variance, over some axes, or over all if none is named. Slope: (x − mean)/(n · deviation), and 0
    /// where all elements are equal, where differentiating the square root of the variance would give NaN.
    /// </summary>
    /// <exception cref="ShapeException">There is no element.</exception>
    public static Tensor StandardDeviation(Tensor x, params ReadOnlySpan<int> axes)
    {
        double count = CountOver(nameof(StandardDeviation), x, axes);
        return Norm(x - MeanKeepingAxes(x, axes), axes) / Math.Sqrt(count);
    }

    static double CountOver(string operation, Tensor x, ReadOnlySpan<int> axes)
    {
        ArgumentNullException.ThrowIfNull(x, operation);
        double count = 1;
        foreach (int axis in ShapeRules.Axes(operation, x.Shape, axes)) count *= x.Shape.Lengths[axis];
        if (count > 0) return count;
        throw new ShapeException($"{operation}: there is nothing to average over in {x.Shape}, and the mean of nothing is not defined.");
    }
}

namespace Autograd;

/// <summary>
/// Derivatives from function values alone, in double, for use where there is no tape; <see cref="GradientCheck"/> compares with these.
/// Four-point differences with a step of its own for each element, good to about ε^(4/5) of the function's scale.
/// </summary>
public static class Numerical
{
    /// <summary>The gradient of a function whose result has one element, in the shape of x.</summary>
    /// <param name="function">Gets x in double.</param>
    /// <param name="x">Where.</param>
    /// <param name="cancellation">Stops before the next evaluation.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    /// <exception cref="ShapeException">The result does not have exactly one element.</exception>
    public static Tensor Gradient(Func<Tensor, Tensor> function, Tensor x, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Functions.Reshape(Jacobian(Checked, x, cancellation), x.Shape.Lengths);

        Tensor Checked(Tensor at)
        {
            var result = Require.Result("Numerical.Gradient", function(at));
            return result.ElementCount == 1
                ? result.Reshape(1)
                : throw new ShapeException(
                    $"Numerical.Gradient: the function's result is {result.Shape}; it must have exactly one element.");
        }
    }

    /// <summary>The Jacobian of a function, of shape <c>[result…, x…]</c>; four evaluations for each element of x.</summary>
    /// <param name="function">Gets x in double.</param>
    /// <param name="x">Where.</param>
    /// <param name="cancellation">Stops before the next evaluation.</param>
    /// <exception cref="OperationCanceledException">The operation was cancelled.</exception>
    public static Tensor Jacobian(Func<Tensor, Tensor> function, Tensor x, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        double[] at = x.ToDoubles();
        var shape = Evaluate(at).Shape;
        var jacobian = new double[shape.ElementCount * at.Length];
        for (int column = 0; column < at.Length; column++)
        {
            double step = NumericalDerivative.StepAt(at[column], NumericalDerivative.FourPointStep * Math.Max(1, Math.Abs(at[column])));
            double[][] values = [.. new[] { -2, -1, 1, 2 }.Select(steps => Moved(column, steps * step))];
            for (int row = 0; row < shape.ElementCount; row++)
                jacobian[row * at.Length + column] = NumericalDerivative.FourPointSlope(
                    values[0][row], values[1][row], values[2][row], values[3][row], step);
        }
        return Tensor.From(jacobian, [.. shape.Lengths, .. x.Shape.Lengths]);

        Tensor Evaluate(double[] point)
        {
            cancellation.ThrowIfCancellationRequested();
            return function(Tensor.From(point, x.Shape))
                ?? throw new InvalidOperationException("Numerical.Jacobian: the function returned null.");
        }

        double[] Moved(int element, double distance)
        {
            double[] point = [.. at];
            point[element] += distance;
            return Evaluate(point).ToDoubles();
        }
    }
}

namespace Autograd;

/// <summary>
/// Compares the tape's gradients with differences of function values, element by element, in double, to first and second order.
/// <para>
/// The derivative of s at x is taken as (s(x−2h) − 8s(x−h) + 8s(x+h) − s(x+2h))/12h with its own step for each element, h = ε^(1/5)·max(1, |x|),
/// rounded so that x ± h are exact. Results of more than one element are summed with fixed random weights; the gradient of order n + 1 is that of
/// the gradient of order n, summed likewise.
/// </para>
/// <para>
/// Inputs and parameters may be float: copies in double are used, and parameters themselves are not changed (see <see cref="Tape.Bind"/>).
/// The function must give the same result when it is called again, and be smooth within 2h of the point.
/// </para>
/// </summary>
public static class GradientCheck
{
    /// <summary>Checks a function of one tensor.</summary>
    public static GradientCheckReport Run(Func<Tensor, Tensor> function, Tensor x, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run(inputs => function(inputs[0]), [x], options: options);
    }

    /// <summary>Checks a function that uses parameters, such as the loss of a model.</summary>
    public static GradientCheckReport Run(Func<Tensor> function, IReadOnlyList<Parameter> parameters, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(parameters);
        return Run(_ => function(), [], parameters, options);
    }

    /// <summary>Checks a function of several tensors, and of the parameters that it uses.</summary>
    /// <param name="function">Gets the inputs in double.</param>
    /// <param name="inputs">Where it is checked.</param>
    /// <param name="parameters">Parameters used by the function; none by default.</param>
    /// <param name="options">How it is checked.</param>
    /// <returns>A report; see <see cref="GradientCheckReport.ThrowIfFailed"/>.</returns>
    /// <exception cref="TapeException">The result does not depend on any input or parameter.</exception>
    public static GradientCheckReport Run(
        Func<IReadOnlyList<Tensor>, Tensor> function,
        IReadOnlyList<Tensor> inputs,
        IReadOnlyList<Parameter>? parameters = null,
        GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        parameters ??= [];
        foreach (var tensor in inputs.Concat(parameters)) ArgumentNullException.ThrowIfNull(tensor, "an input or parameter");
        options ??= new GradientCheckOptions();
        Require.AtLeast(nameof(GradientCheck), nameof(options.Order), options.Order, 1);
        Require.Positive(nameof(GradientCheck), nameof(options.RelativeTolerance), options.RelativeTolerance);
        var subject = new CheckedFunction(function, inputs, parameters, new RandomKey(options.Seed));
        var comparisons = new List<GradientComparison>();
        for (int order = 1; order <= options.Order; order++) Compare(subject, order, options.RelativeTolerance, comparisons);
        return new GradientCheckReport(comparisons);
    }

    static void Compare(CheckedFunction subject, int order, double relativeTolerance, List<GradientComparison> comparisons)
    {
        var (gradients, magnitude) = subject.Gradients(order);
        for (int i = 0; i < subject.Count; i++)
        {
            double largest = gradients[i].Select(Math.Abs).DefaultIfEmpty(0).Max();
            for (int position = 0; position < gradients[i].Length; position++)
            {
                var (numeric, step) = FourPointDifference(subject, order, i, position);
                double analytic = gradients[i][position];
                double tolerance = Tolerance(relativeTolerance, Math.Max(Math.Abs(analytic), Math.Abs(numeric)), largest, magnitude, step);
                comparisons.Add(new(subject.NameOf(i), order, position, subject.ShapeOf(i), analytic, numeric, tolerance));
            }
        }
    }

    // Relative to the element, plus what rounding can do: the values' own error is some hundred ε of their magnitude (they are sums of many terms),
    // and the difference divides it by the step. A part of the largest element of the block covers terms that cancel.
    static double Tolerance(double relative, double element, double largest, double magnitude, double step) =>
        relative * (element + 1e-3 * largest) + 256 * ElementType.Float64.Epsilon() * magnitude / step;

    static (double Derivative, double Step) FourPointDifference(CheckedFunction subject, int order, int input, int position)
    {
        double x = subject.ValueAt(input, position);
        double step = Math.Pow(ElementType.Float64.Epsilon(), 0.2) * Math.Max(1, Math.Abs(x));
        // x + step − x is a multiple of the spacing at x, and so are its small multiples.
        step = x + step - x;
        double At(int steps) => subject.ValueWith(order, input, position, x + steps * step);
        return ((At(-2) - 8 * At(-1) + 8 * At(1) - At(2)) / (12 * step), step);
    }
}

namespace Autograd.Checking;

/// <summary>
/// Compares gradients of one order with differences of function values. A first difference decides the usual case; where it disagrees, an extrapolated one
/// with an estimate of its own error, and a look for kinks, say who is to blame.
/// </summary>
internal sealed class Comparer
{
    const double RoundingOfValues = 16;

    readonly CheckedFunction subject;
    readonly GradientCheckOptions options;
    readonly int order;
    readonly double[][] gradients;
    readonly int[] largest;
    readonly double noise;

    public Comparer(CheckedFunction subject, GradientCheckOptions options, int order)
    {
        this.subject = subject;
        this.options = options;
        this.order = order;
        (gradients, double magnitude) = subject.Gradients(order);
        largest = Array.ConvertAll(gradients, PositionOfLargest);
        // The values are sums of many terms: some ε of their magnitude is rounding. A gradient also inherits rounding of the size of what it is the
        // gradient of: the slope 1 − y² of a saturated tanh is small, but no more exact than 1.
        noise = ElementType.Float64.Epsilon() * (RoundingOfValues * magnitude + Enumerable.Range(1, order - 1).Sum(subject.Magnitude));
    }

    public int Count(int index) => gradients[index].Length;

    /// <summary>The position of the largest element of a gradient.</summary>
    public int Largest(int index) => largest[index];

    public GradientComparison Element(int index, int position)
    {
        double analytic = gradients[index][position];
        // Terms that cancel leave errors of the size of the block's largest element.
        double scale = 1e-3 * Math.Abs(gradients[index][Largest(index)]);
        double x = subject.Values[index].ReadSpan<double>()[position];
        return Compare(
            distance => subject.ValueMoved(order, index, position, distance), x, analytic, scale,
            (value, tolerance) => new(subject.NameOf(index), order, position, subject.ShapeOf(index), analytic, value, tolerance));
    }

    /// <summary>A direction through inputs from one to another, or through a part of a single one.</summary>
    public GradientComparison Direction(Direction direction)
    {
        double analytic = 0, scale = 0;
        for (int i = direction.First; i < direction.End; i++)
        {
            for (int position = 0; position < gradients[i].Length; position++)
            {
                double term = gradients[i][position] * direction.At(i, position);
                analytic += term;
                scale += Math.Abs(term);
            }
        }
        return Compare(
            distance => subject.ValueMoved(order, direction.First, direction.End, (i, position) => distance * direction.At(i, position)),
            0, analytic, scale, (value, tolerance) => new(direction.Name, order, -1, direction.Shape, analytic, value, tolerance));
    }

    static int PositionOfLargest(double[] gradient)
    {
        int largest = 0;
        for (int i = 1; i < gradient.Length; i++)
            if (Math.Abs(gradient[i]) > Math.Abs(gradient[largest]))
                largest = i;
        return largest;
    }

    GradientComparison Compare(
        Func<double, double> function, double x, double analytic, double scale, Func<double, double, GradientComparison> create)
    {
        var numeric = NumericalDerivative.At(function, x, options.Stencil, noise);
        var comparison = Judge(numeric);
        if (comparison.Passed || options.Stencil == Stencil.Richardson || !double.IsFinite(analytic)) return comparison;
        return Judge(NumericalDerivative.At(function, x, Stencil.Richardson, noise));

        GradientComparison Judge(NumericalDerivative derivative)
        {
            double floor = RoundingOfValues * noise / derivative.Step;
            double tolerance = options.RelativeTolerance * (Math.Max(Math.Abs(analytic), Math.Abs(derivative.Value)) + scale) + floor;
            var judged = create(derivative.Value, tolerance) with { NumericError = derivative.Error, Noise = floor };
            return judged with { IsKink = !judged.Passed && derivative.Sharpness > 0.1 * judged.AbsoluteError };
        }
    }
}

/// <summary>A direction of unit length through all elements of some inputs, or of a range of one input, scaled to the size of the elements.</summary>
internal sealed class Direction
{
    readonly double[][] components;

    public Direction(CheckedFunction subject, int number, int first, int end, Range? part = null)
    {
        First = first;
        End = end;
        Name = end - first == 1 ? subject.NameOf(first) : "all";
        Shape = end - first == 1 ? subject.ShapeOf(first) : Shape.Create([Enumerable.Range(first, end - first).Sum(i => subject.ShapeOf(i).ElementCount)]);
        components = new double[end - first][];
        for (int i = first; i < end; i++) components[i - first] = Draw(subject, number, i, part ?? Range.All);
        double norm = Math.Sqrt(components.Sum(block => block.Sum(component => component * component)));
        foreach (double[] block in components)
            for (int i = 0; i < block.Length && norm > 0; i++)
                block[i] /= norm;
        // In proportion to the elements, so that large ones are not moved by less than their own rounding.
        for (int i = first; i < end; i++) Scale(components[i - first], subject.Values[i].ReadSpan<double>());
    }

    public int First { get; }

    public int End { get; }

    public string Name { get; }

    public Shape Shape { get; }

    public double At(int index, int position) => components[index - First][position];

    // Magnitudes from ½ to 1½: no element is invisible.
    static double[] Draw(CheckedFunction subject, int number, int index, Range part)
    {
        var weights = subject.Weights($"direction {number}, input {index}", subject.ShapeOf(index)).ToDoubles();
        var (start, length) = part.GetOffsetAndLength(weights.Length);
        weights.AsSpan(0, start).Clear();
        weights.AsSpan(start + length).Clear();
        return weights;
    }

    static void Scale(double[] components, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < components.Length; i++) components[i] *= Math.Max(1, Math.Abs(values[i]));
    }
}

namespace Autograd.Checking;

/// <summary>A line through the point along which a function is looked at: one element, or a direction through many.</summary>
sealed class Line
{
    // Far enough from a kink for its function to be smooth over many steps, near enough to be at a similar place.
    const double DistanceApart = 1.0 / 64;

    readonly CheckedFunction subject;
    readonly Direction? direction;
    readonly int index, position;

    Line(CheckedFunction subject, int order, Direction? direction, int index, int position)
    {
        this.subject = subject;
        Order = order;
        this.direction = direction;
        this.index = index;
        this.position = position;
    }

    public int Order { get; }

    /// <summary>The input whose element is moved; −1 for a direction.</summary>
    public int Index => direction is null ? index : -1;

    /// <summary>Where on the line the point is; 0 for a direction.</summary>
    public double X => direction is null ? subject.Values[index].ReadSpan<double>()[position] : 0;

    /// <summary>The typical size of what is moved: steps are in proportion to it.</summary>
    public double Scale => direction is null ? subject.ScaleOf(index, position) : 1;

    /// <summary>How far to go for a second try.</summary>
    public double Apart => direction is null && X != 0 ? Math.Abs(X) * DistanceApart : Scale * DistanceApart;

    public static Line Of(CheckedFunction subject, int order, int index, int position) => new(subject, order, null, index, position);

    public static Line Of(CheckedFunction subject, int order, Direction direction) => new(subject, order, direction, direction.First, -1);

    /// <summary>The projection at a distance from the point.</summary>
    public double Value(double distance) => Moved(distance, () => subject.Value(Order));

    /// <summary>The gradients at a distance from the point, and the sum of the magnitudes of the projection's terms.</summary>
    public (double[][] Gradients, double Magnitude) Gradients(double distance) => Moved(distance, () => subject.Gradients(Order));

    /// <summary>The slope that gradients give along the line.</summary>
    public double Slope(double[][] gradients) => direction is null ? gradients[index][position] : Terms(gradients).Sum();

    /// <summary>What the slope's error is measured by, beside itself: terms that cancel leave errors of the size of the largest.</summary>
    public double SizeOf(double[][] gradients) =>
        direction is null ? 1e-3 * gradients[index].Max(Math.Abs) : Terms(gradients).Sum(Math.Abs);

    public GradientComparison Compare(double analytic, double numeric, double tolerance) => direction is null
        ? new(subject.NameOf(index), Order, position, subject.ShapeOf(index), analytic, numeric, tolerance)
        : new(direction.Name, Order, -1, direction.Shape, analytic, numeric, tolerance);

    /// <summary>
    /// What rounding of the moved elements does to a value, over ε: nothing for a single element, which is moved by multiples of its unit.
    /// </summary>
    public double Conditioning(double[][] gradients)
    {
        if (direction is null) return 0;
        double size = Enumerable.Range(direction.First, direction.End - direction.First)
            .Sum(i => gradients[i].Zip(subject.Values[i].ToDoubles(), (gradient, x) => Math.Abs(gradient * x)).Sum());
        return double.IsFinite(size) ? size : 0;
    }

    IEnumerable<double> Terms(double[][] gradients)
    {
        for (int i = direction!.First; i < direction.End; i++)
            for (int element = 0; element < gradients[i].Length; element++)
                yield return gradients[i][element] * direction.At(i, element);
    }

    T Moved<T>(double distance, Func<T> use) => direction is null
        ? subject.WhileMoved(index, position, distance, use)
        : subject.WhileMoved(direction.First, direction.End, (i, element) => distance * direction.At(i, element), use);
}

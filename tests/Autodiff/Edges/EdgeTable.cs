using System.Globalization;
using System.Text;

namespace Autograd.Tests.Autodiff;

/// <summary>One function at one point, in one element type: what it is and what it should be.</summary>
sealed record EdgeCell(string What, int Operand, double Actual, double Right, EdgeChoice? Choice)
{
    /// <summary>What must be there.</summary>
    public double Expected(double[] point) => Choice?.Number(point, Operand) ?? Right;
}

/// <summary>Value, slopes and second slopes of an elementwise function at all its points.</summary>
sealed class EdgeTable
{
    readonly EdgeFunction function;
    readonly ElementType type;

    public EdgeTable(EdgeFunction function, ElementType type)
    {
        (this.function, this.type) = (function, type);
        Points = function.Operands == 1 ? [.. Singles(type).Concat(function.Own).Select(x => (double[])[x])] : Pairs(type);
        Cells = Points.Select(_ => new List<EdgeCell>()).ToArray();
        Fill();
    }

    public double[][] Points { get; }

    /// <summary>For each point: the value, the slopes, the second slopes.</summary>
    public List<EdgeCell>[] Cells { get; }

    /// <summary>The operands, each with a number for each point.</summary>
    public Tensor[] Operands =>
        [.. Enumerable.Range(0, function.Operands).Select(i => Data.Vector(type, [.. Points.Select(point => point[i])]))];

    public static double Tiny(ElementType type) => type == ElementType.Float32 ? (float)1e-40 : 1e-310;

    public static double Huge(ElementType type) => type == ElementType.Float32 ? float.MaxValue : double.MaxValue;

    public static string Text(double x, ElementType type)
    {
        if (double.IsNaN(x)) return "NaN";
        if (double.IsInfinity(x)) return x > 0 ? "∞" : "−∞";
        string sign = double.IsNegative(x) ? "−" : "", size = Math.Abs(x).ToString("G4", CultureInfo.InvariantCulture);
        if (Math.Abs(x) == Tiny(type)) size = "tiny";
        if (Math.Abs(x) == Huge(type)) size = "huge";
        return sign + size.Replace("E+0", "e", StringComparison.Ordinal).Replace("E+", "e", StringComparison.Ordinal)
            .Replace("E-0", "e−", StringComparison.Ordinal).Replace("E-", "e−", StringComparison.Ordinal);
    }

    static double[] Singles(ElementType type) =>
    [
        0, -0.0, 1, -1, Tiny(type), -Tiny(type), Huge(type), -Huge(type), double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    static double[][] Pairs(ElementType type)
    {
        double[] special = [0, 1, -2, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        double tiny = Tiny(type);
        return
        [
            .. special.SelectMany(_ => special, (a, b) => (double[])[a, b]),
            [1, -0.0], [-0.0, 1], [tiny, tiny], [tiny, -2], [0, -1], [0, 2], [0, 0.5], [tiny, 0],
        ];
    }

    void Fill()
    {
        using var tape = new Tape();
        var x = Array.ConvertAll(Operands, tape.Watch);
        var y = function.Apply(x);
        Add("value", 0, y.ToDoubles(), point => function.Value(point));
        for (int i = 0; i < x.Length; i++)
        {
            int operand = i;
            var slope = Slope(tape, y, x[i]);
            Add("slope", i, slope.ToDoubles(), point => function.Slope(point, operand));
            Add("second", i, Slope(tape, slope, x[i]).ToDoubles(), point => function.Second(point, operand));
        }
    }

    // What does not depend on x has the slope 0.
    static Tensor Slope(Tape tape, Tensor y, Tensor x) =>
        tape.NumberOf(y) < 0 ? Tensor.Zeros(x.Shape, x.ElementType)
            : tape.Gradients([y], [Tensor.Ones(y.Shape, y.ElementType)], [x], record: true)[0];

    void Add(string what, int operand, double[] numbers, Func<double[], double> right)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            var choice = function.Choices.SingleOrDefault(choice => choice.What == what && choice.At(Points[i], operand));
            Cells[i].Add(new(what, operand, numbers[i], right(Points[i]), choice));
        }
    }

    /// <summary>What differs from what must be there.</summary>
    public IEnumerable<string> Wrong()
    {
        for (int i = 0; i < Points.Length; i++)
            foreach (var cell in Cells[i])
                if (!(cell.What == "second" && function.IsBeyond(Points[i]))
                    && !Agrees(cell.Actual, cell.Expected(Points[i]), cell.What == "value" ? 0 : function.SlopeScale))
                    yield return FormattableString.Invariant(
                        $"{Name(i)}: the {cell.What} {cell.Operand} is {cell.Actual:R}, expected {cell.Expected(Points[i]):R}");
    }

    public string Name(int i) => $"{function.Name} in {type} at ({string.Join(", ", Points[i].Select(x => Text(x, type)))})";

    // Below the smallest normal number a result may be 0.
    bool Agrees(double actual, double expected, double scale)
    {
        if (type == ElementType.Float32 && Math.Abs(expected) >= float.MaxValue * (1 + 1e-7)) expected = expected > 0
            ? double.PositiveInfinity : double.NegativeInfinity;
        var (epsilon, normal) = type == ElementType.Float32 ? (Math.Pow(2, -23), 1.2e-38) : (Math.Pow(2, -52), 2.3e-308);
        return actual.Equals(expected) || actual == expected
            || Math.Abs(actual - expected) <= function.Roundings * epsilon * Math.Max(scale, Math.Abs(expected)) + normal;
    }

    /// <summary>The cells of a point in words, a choice with its number.</summary>
    public string[] Texts(int point) => [.. Cells[point].Select(cell =>
        Text(cell.Actual, type) + (cell.Choice is { } choice ? $" ({Array.FindIndex(function.Choices, one => one == choice) + 1})" : ""))];

    public static string Heading(EdgeFunction function) => function.IsFlat
        ? function.Operands == 1 ? "| x | value |\n|---|---|\n" : "| left | right | value |\n|---|---|---|\n"
        : function.Operands == 1 ? "| x | value | slope | second slope |\n|---|---|---|---|\n"
        : "| left | right | value | ∂ left | ∂² left | ∂ right | ∂² right |\n|---|---|---|---|---|---|---|\n";
}

namespace Autograd.PropertyTests;

/// <summary>Every operation with one element that is special: all sweeps tell the same of it, and a NaN is not lost.</summary>
public class EdgeTests
{
    // Products with a factor of exactly 0, or with an infinite one, have what IEEE 754 says: their case is not a single operation.
    static readonly string[] Masks =
    [
        "Less(Tensor, Tensor): as a factor", "LessOrEqual(Tensor, Tensor): as a factor", "Greater(Tensor, Tensor): as a factor",
        "GreaterOrEqual(Tensor, Tensor): as a factor", "Product: with zeros", "CumulativeProduct: with zeros",
        "Where(Tensor, Double, Tensor)",
        "Power(Tensor, Double): second, at zero too",
        // Zeros beyond the ends, times a weight.
        "Convolve",
        // A NaN has the slope of the place that it takes, and takes another one than a number does.
        "Sort", "Sort: descending", "TopK",
    ];

    // They refuse what is not finite.
    static readonly string[] OfMatrices = [.. OperationCases.LinearAlgebra.Select(operation => operation.Name)];

    // A single number is its own mean, and a tangent of 0 stays 0.
    static readonly string[] Deviations = ["Variance", "StandardDeviation"];

    public static TheoryData<string> Cases => [.. OperationCases.All.Select(operation => operation.Name).Except([.. Masks, .. OfMatrices])];

    public static TheoryData<string> Smooth =>
        [.. OperationCases.All.Select(operation => operation.Name).Except([.. Masks, .. Deviations, .. OfMatrices])];

    [Theory]
    [MemberData(nameof(Smooth))]
    public void SweepsAgree(string name) => Law.Holds(60, draw => EdgeTrial.Of(draw, name), trial =>
    {
        using var tape = new Tape();
        foreach (var input in trial.Inputs) tape.Watch(input);
        var result = trial.Function(trial.Inputs);
        if (tape.NumberOf(result) < 0) return;
        var seed = Directions.Of(result.Shape);
        var recorded = tape.Gradients([result], [seed], trial.Inputs, record: true);
        var plain = tape.Gradients([result], [seed], trial.Inputs);
        for (int i = 0; i < plain.Length; i++) Same(recorded[i].ToDoubles(), plain[i].ToDoubles(), $"gradient {i}");
        Tensor[] directions = [.. trial.Inputs.Select((input, i) => Directions.Of(input.Shape, i + 1))];
        var tangent = tape.Tangents([result], trial.Inputs, directions)[0];
        Same(tape.Tangents([result], trial.Inputs, directions, record: true)[0].ToDoubles(), tangent.ToDoubles(), "tangent");
        double forward = Dot(seed, tangent), reverse = plain.Zip(directions, Dot).Sum();
        Assert.True(double.IsFinite(forward) == double.IsFinite(reverse), $"{reverse:R} in reverse mode, {forward:R} in forward mode.");
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void ANaNThatReachesTheResultReachesItsGradient(string name) =>
        Law.Holds(40, draw => EdgeTrial.Of(draw, name, double.NaN), trial =>
    {
        if (trial.IsEmpty || !Reaches(trial)) return;
        double gradient = Gradient(trial);
        if (double.IsNaN(gradient)) return;
        // Unless it is the same for every number there.
        foreach (double number in new[] { -3.5, -0.7, 0.3, 1.7, 20 })
            Assert.True(Math.Abs(Gradient(trial.With(number)) - gradient) <= 1e-9 * Math.Max(1, Math.Abs(gradient)),
                $"A NaN has the gradient {gradient:R}.");
    });

    static bool Reaches(EdgeTrial trial)
    {
        double[] before = trial.With(0.3).Value(), after = trial.Value();
        return before.Length == after.Length && before.Zip(after).Any(pair => !double.IsNaN(pair.First) && double.IsNaN(pair.Second));
    }

    static double Gradient(EdgeTrial trial)
    {
        using var tape = new Tape();
        foreach (var input in trial.Inputs) tape.Watch(input);
        var result = trial.Function(trial.Inputs);
        if (tape.NumberOf(result) < 0) return 0;
        return tape.Gradients([result], [Directions.Of(result.Shape)], [trial.Inputs[trial.Input]])[0].ToDoubles()[trial.Element];
    }

    static void Same(double[] expected, double[] actual, string what)
    {
        double scale = expected.Concat(actual).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= 1e-9 * scale;
            Assert.True(same, $"{what}, element {i}: {actual[i]:R} in one sweep, {expected[i]:R} in another.");
        }
    }

    static double Dot(Tensor left, Tensor right) => left.ToDoubles().Zip(right.ToDoubles(), (a, b) => a * b).Sum();
}

/// <summary>A trial with one element of one input replaced.</summary>
sealed record EdgeTrial(Trial Trial, int Input, int Element, double Number)
{
    static readonly double[] Special =
        [0, -0.0, 1e-290, -1e-290, 1e100, -1e100, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    public Func<IReadOnlyList<Tensor>, Tensor> Function => Trial.Function;

    public bool IsEmpty => Trial.Inputs[Input].ElementCount == 0;

    public Tensor[] Inputs { get; } = [.. Trial.Inputs.Select((input, i) => i == Input ? Replaced(input, Element, Number) : input)];

    public static EdgeTrial Of(Draw draw, string name) => Of(draw, name, draw.OneOf<double>(Special));

    public static EdgeTrial Of(Draw draw, string name, double number)
    {
        var trial = OperationCases.Named(name).Draw(draw);
        int input = draw.Whole(0, trial.Inputs.Length - 1);
        return new(trial, input, draw.Whole(0, Math.Max(0, trial.Inputs[input].ElementCount - 1)), number);
    }

    public EdgeTrial With(double number) => new(Trial, Input, Element, number);

    public double[] Value() => Function(Inputs).ToDoubles();

    public override string ToString() => $"input {Input}, element {Element} is {Number:R}; {Trial}";

    static Tensor Replaced(Tensor input, int element, double number)
    {
        double[] numbers = input.ToDoubles();
        if (numbers.Length > 0) numbers[element] = number;
        return Tensor.From(numbers, input.Shape);
    }
}

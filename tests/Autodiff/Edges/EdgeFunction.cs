namespace Autograd.Tests.Autodiff;

/// <summary>What an elementwise function is at its edges, in double, with infinities and NaN as limits.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Apply">The function.</param>
/// <param name="Value">Its value.</param>
/// <param name="Slope">Its slope with respect to an operand; NaN where it has none.</param>
/// <param name="Second">The second slope, twice with respect to the same operand.</param>
sealed record EdgeFunction(
    string Name, Func<Tensor[], Tensor> Apply, Func<double[], double> Value, Func<double[], int, double> Slope, Func<double[], int,
        double> Second)
{
    public int Operands { get; init; } = 1;

    /// <summary>The public functions that this row stands for; that of the name by default.</summary>
    public string Function { get; init; } = Name;

    /// <summary>Points of its own: kinks, limits, jumps.</summary>
    public double[] Own { get; init; } = [];

    public EdgeChoice[] Choices { get; init; } = [];

    /// <summary>Whether no gradient passes: the slope is 0 everywhere, and at a NaN too.</summary>
    public bool IsFlat { get; init; }

    /// <summary>
    /// Points at which slopes overflow before they are multiplied: second slopes are what the order of the products makes of them there.
    /// </summary>
    public Func<double[], bool> IsBeyond { get; init; } = _ => false;

    /// <summary>What multiplies the roundings of an element.</summary>
    public double Roundings { get; init; } = 16;

    /// <summary>Slopes are formed from a value near this, and have its roundings.</summary>
    public double SlopeScale { get; init; }

    public static EdgeFunction Of(string name, Func<Tensor, Tensor> apply, Func<double, double> value, Func<double, double> slope,
        Func<double, double> second) =>
        new(name, x => apply(x[0]), x => value(x[0]), (x, _) => slope(x[0]), (x, _) => second(x[0]));

    public static EdgeFunction Pair(
        string name, Func<Tensor, Tensor, Tensor> apply, Func<double, double, double> value, Func<double, double, int, double> slope,
        Func<double, double, int, double>? second = null) =>
        new(name, x => apply(x[0], x[1]), x => value(x[0], x[1]), (x, i) => slope(x[0], x[1], i),
            (x, i) => second is null ? 0 : second(x[0], x[1], i))
        {
            Operands = 2,
        };

    /// <summary>A function whose value jumps, without a slope anywhere.</summary>
    public static EdgeFunction Flat(string name, Func<Tensor, Tensor> apply, Func<double, double> value) =>
        Of(name, apply, value, _ => 0, _ => 0) with { IsFlat = true };

    public static EdgeFunction FlatPair(string name, Func<Tensor, Tensor, Tensor> apply, Func<double, double, bool> value) =>
        Pair(name, apply, (a, b) => value(a, b) ? 1 : 0, (_, _, _) => 0) with { IsFlat = true };
}

/// <summary>A number that is no limit of the function's own: why it was chosen, and what PyTorch has.</summary>
/// <param name="What"><c>value</c>, <c>slope</c> or <c>second</c>.</param>
/// <param name="Where">The points, in words.</param>
/// <param name="At">The points.</param>
/// <param name="Number">What was chosen there.</param>
/// <param name="Reason">Why.</param>
/// <param name="PyTorch">What PyTorch has.</param>
sealed record EdgeChoice(string What, string Where, Func<double[], int, bool> At, Func<double[], int, double> Number, string Reason,
    string PyTorch)
{
    public static EdgeChoice Of(string what, string where, Func<double, bool> at, double number, string reason, string pyTorch) =>
        new(what, where, (x, _) => at(x[0]), (_, _) => number, reason, pyTorch);
}

using static Autograd.Functions;
using static Autograd.Tests.Autodiff.EdgeFunction;

namespace Autograd.Tests.Autodiff;

/// <summary>The functions of two numbers.</summary>
static partial class EdgeFunctions
{
    public static EdgeFunction[] Binary =>
    [
        Pair("Add", Functions.Add, (a, b) => a + b, (_, _, _) => 1),
        Pair("Subtract", Functions.Subtract, (a, b) => a - b, (_, _, i) => i == 0 ? 1 : -1),
        Pair("Multiply", Functions.Multiply, (a, b) => a * b, (a, b, i) => i == 0 ? b : a),
        Pair("Divide", Functions.Divide, (a, b) => a / b, (a, b, i) => i == 0 ? 1 / b : -(a / b) / b,
            (a, b, i) => i == 0 ? 0 : 2 * (a / b) / b / b),
        Pair("Maximum", Functions.Maximum, Math.Max, (a, b, i) => Larger(a, b, i)) with { Choices = [Tie] },
        Pair("Minimum", Functions.Minimum, Math.Min, (a, b, i) => Larger(a, b, 1 - i)) with { Choices = [Tie] },
        Pair("LogAddExp", Functions.LogAddExp, LogAddExp, (a, b, i) => Share(i == 0 ? a : b, i == 0 ? b : a),
            (a, b, _) => Share(a, b) * Share(b, a)) with
        {
            Choices =
            [
                new("slope", "equal infinities", (x, _) => x[0] == x[1] && double.IsInfinity(x[0]), (_, _) => 0.5,
                    "That of all other equal numbers.", "NaN"),
                new("second", "equal infinities", (x, _) => x[0] == x[1] && double.IsInfinity(x[0]), (_, _) => 0,
                    "That of a constant: neither can be moved.", "NaN"),
            ],
        },
        Pair("Modulo", Functions.Modulo, Remainder, (a, b, i) => i == 0 ? 1 : -Multiple(a, b)),
        Pair("Power", Functions.Power, Math.Pow, PowerSlope, PowerSecond) with
        {
            Function = "Power",
            Choices =
            [
                new("slope", "exponent, base 0 and exponent 0", (x, i) => i == 1 && x is [0, 0], (_, _) => 0,
                    "From above; −∞ from below would stop whatever learns an exponent.", "0"),
                new("second", "exponent, base 0 and exponent 0", (x, i) => i == 1 && x is [0, 0], (_, _) => 0,
                    "That of a constant, as the slope is.", "NaN"),
                new("slope", "exponent, base ∞ and exponent < 0", (x, i) => i == 1 && x is [double.PositiveInfinity, < 0],
                    (_, _) => double.NaN, "The formula, 0 · ∞.", "NaN"),
                new("second", "exponent, base ∞ and exponent < 0", (x, i) => i == 1 && x is [double.PositiveInfinity, < 0],
                    (_, _) => double.NaN, "The formula, 0 · ∞.", "NaN"),
                new("slope", "base, where it and the exponent are subnormal",
                    (x, i) => i == 0 && x is [> 0 and < 1e-38, > 0 and < 1e-38], (_, _) => double.PositiveInfinity,
                    "The formula, whose power overflows.", "∞"),
                new("second", "base, where it and the exponent are subnormal",
                    (x, i) => i == 0 && x is [> 0 and < 1e-38, > 0 and < 1e-38], (_, _) => double.NegativeInfinity,
                    "The formula, whose power overflows.", "−∞"),
            ],
        },
        Pair("Atan2", Functions.Atan2, Math.Atan2, AngleSlope, AngleSecond) with
        {
            // Subnormal numbers, whose reciprocals overflow.
            IsBeyond = point => Array.TrueForAll(point, x => Math.Abs(x) < 1e-30),
        },
        Pair("StraightThrough", Functions.StraightThrough, (a, _) => a, (_, _, i) => i),
        FlatPair("Equal", Functions.Equal, (a, b) => a == b),
        FlatPair("Greater", Functions.Greater, (a, b) => a > b),
        FlatPair("GreaterOrEqual", Functions.GreaterOrEqual, (a, b) => a >= b),
        FlatPair("Less", Functions.Less, (a, b) => a < b),
        FlatPair("LessOrEqual", Functions.LessOrEqual, (a, b) => a <= b),
        FlatPair("NotEqual", Functions.NotEqual, (a, b) => a != b),
    ];

    static EdgeChoice Tie => new(
        "slope", "at a tie", (x, _) => x[0] == x[1], (_, _) => 0.5, "Each side the same, whatever their order is.", "0.5");

    static double Larger(double a, double b, int i) => double.IsNaN(a + 0 * Numeric(b)) || a == b ? double.NaN : a > b == (i == 0) ? 1 : 0;

    static double Remainder(double a, double b) =>
        double.IsInfinity(b) && double.IsFinite(a) ? Multiple(a, b) == 0 ? a : b : a - b * Math.Floor(a / b);

    static double Multiple(double a, double b) => a * b < 0 && a / b == 0 ? -1 : Math.Floor(a / b);

    static double AngleSlope(double y, double x, int i)
    {
        double quotient = Math.Abs(y) > Math.Abs(x) ? x / y : y / x;
        return Math.Abs(y) > Math.Abs(x)
            ? (i == 0 ? quotient : -1) / (y + x * quotient)
            : (i == 0 ? 1 : -quotient) / (x + y * quotient);
    }

    // ∓2xy/(x² + y²)².
    static double AngleSecond(double y, double x, int i)
    {
        double second = 2 * AngleSlope(y, x, 0) * AngleSlope(y, x, 1);
        return i == 0 ? second : -second;
    }

    static double LogAddExp(double a, double b)
    {
        if (double.IsInfinity(a) || double.IsInfinity(b)) return double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b);
        return Math.Max(a, b) + Accurate.Log1P(Math.Exp(-Math.Abs(a - b)));
    }

    static double Share(double own, double other) => Logistic(own - other);

    static double PowerSlope(double a, double b, int i)
    {
        if (i == 0) return b == 0 ? 0 : b * Math.Pow(a, b - 1);
        double power = Math.Pow(a, b);
        return a == 0 && b == 0 ? double.NaN : power == 0 && !double.IsNaN(Math.Log(a)) ? 0 : power * Math.Log(a);
    }

    static double PowerSecond(double a, double b, int i)
    {
        if (i == 0) return b is 0 or 1 ? 0 : b * (b - 1) * Math.Pow(a, b - 2);
        double power = Math.Pow(a, b), logarithm = Math.Log(a);
        return a == 0 && b == 0 ? double.NaN : power == 0 && !double.IsNaN(logarithm) ? 0 : power * logarithm * logarithm;
    }
}

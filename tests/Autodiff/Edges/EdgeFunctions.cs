using static Autograd.Functions;
using static System.Math;
using static Autograd.Tests.Autodiff.EdgeFunction;

namespace Autograd.Tests.Autodiff;

/// <summary>The functions of one number.</summary>
static partial class EdgeFunctions
{
    const double Infinity = double.PositiveInfinity;

    const double GeluScale = 0.79788456080286535588, GeluCubic = 0.044715;

    public static EdgeFunction[] Unary =>
    [
        Of("Abs", Functions.Abs, Math.Abs, x => x == 0 ? double.NaN : Sign(x), x => x == 0 ? double.NaN : 0) with
        {
            Choices = [Kink(x => x == 0, "at 0", 0, "0"), Flatness(x => x == 0, "at 0", "0")],
        },
        Of("Clamp", x => Functions.Clamp(x, -1, 2), x => Math.Clamp(x, -1, 2),
            x => x is -1 or 2 ? double.NaN : double.IsNaN(x) ? x : x is > -1 and < 2 ? 1 : 0, x => x is -1 or 2 ? double.NaN : 0) with
        {
            Own = [2, 2.5],
            Choices = [Kink(x => x is -1 or 2, "at the limits −1 and 2", 1, "1"),
                Flatness(x => x is -1 or 2, "at the limits −1 and 2", "0")],
        },
        Of("Cos", Functions.Cos, Math.Cos, x => -Math.Sin(x), x => -Math.Cos(x)),
        Of("Elu", x => Functions.Elu(x, 1.5), x => x > 0 ? x : 1.5 * Accurate.ExpM1(x),
            x => x == 0 ? double.NaN : x > 0 ? 1 : 1.5 * Math.Exp(x), x => x == 0 ? double.NaN : x > 0 ? 0 : 1.5 * Math.Exp(x)) with
        {
            Choices =
            [
                Kink(x => x == 0, "at 0, α = 1.5", 1.5, "1.5"),
                EdgeChoice.Of("second", "at 0, α = 1.5", x => x == 0, 1.5, "That on the left, as the slope is.",
                    "0 (of its backward formula for α = 1)"),
            ],
        },
        Of("ExactGelu", Functions.ExactGelu, x => x == -Infinity ? -0.0 : x * Normal.Distribution(x), GeluSlope,
            x => Math.Abs(x) > 1e3 ? 0 : Normal.Density(x) * (2 - x * x)),
        Of("Erf", Functions.Erf, x => Math.Abs(x) > 0.7 ? Math.Sign(x) * (1 - 2 * Normal.Distribution(-Math.Sqrt(2) * Math.Abs(x)))
            : 2 * (Normal.Distribution(Math.Sqrt(2) * x) - 0.5), ErfSlope, x => Math.Abs(x) > 1e3 ? 0 : -2 * x * ErfSlope(x)),
        Of("Exp", Functions.Exp, Math.Exp, Math.Exp, Math.Exp),
        Of("ExpM1", Functions.ExpM1, Accurate.ExpM1, Math.Exp, Math.Exp),
        Of("Gelu", Functions.Gelu,
            x => double.IsInfinity(x) || Math.Abs(x) > 1e100 ? x > 0 ? x : -0.0 : x * Logistic(2 * GeluArgument(x)), TanhGeluSlope,
            TanhGeluSecond) with { Roundings = 64 },
        Of("LeakyRelu", x => Functions.LeakyRelu(x, 0.25), x => x > 0 ? x : 0.25 * x,
            x => x == 0 ? double.NaN : x > 0 ? 1 : 0.25 + 0 * Numeric(x), x => x == 0 ? double.NaN : 0) with
        {
            Choices = [Kink(x => x == 0, "at 0, α = 0.25", 0.25, "0.25"), Flatness(x => x == 0, "at 0", "0")],
        },
        Of("Log", Functions.Log, Math.Log, x => x < 0 ? double.NaN : 1 / x, x => x < 0 ? double.NaN : -1 / x / x) with
        {
            Choices = [OutOfDomain("slope", x => x < 0, "below 0", x => 1 / x),
                OutOfDomain("second", x => x < 0, "below 0", x => -1 / x / x)],
        },
        Of("Log1P", Functions.Log1P, Accurate.Log1P, x => x < -1 ? double.NaN : 1 / (1 + x),
            x => x < -1 ? double.NaN : -1 / (1 + x) / (1 + x)) with
        {
            Own = [-2],
            Choices = [OutOfDomain("slope", x => x < -1, "below −1", x => 1 / (1 + x)),
                OutOfDomain("second", x => x < -1, "below −1", x => -1 / (1 + x) / (1 + x))],
        },
        Of("LogGamma", Functions.LogGamma, x => Gamma(x, -1), x => Gamma(x, 0), x => Gamma(x, 1)) with
        {
            Own = [0.5, 2, -1.5], Roundings = 32,
        },
        Of("LogSigmoid", Functions.LogSigmoid, x => Math.Min(x, 0) - Accurate.Log1P(Math.Exp(-Math.Abs(x))), x => Logistic(-x),
            x => -Logistic(x) * Logistic(-x)),
        Of("Negate", Functions.Negate, x => -x, _ => -1, _ => 0),
        Of("Digamma", Functions.Digamma, x => Gamma(x, 0), x => Gamma(x, 1), x => Gamma(x, 2)) with
        {
            Own = [0.5, 2], Roundings = 32,
        },
        Of("Polygamma(x, 1)", x => Functions.Polygamma(x, 1), x => Gamma(x, 1), x => Gamma(x, 2), x => Gamma(x, 3)) with
        {
            Own = [0.5, 2], Roundings = 32, Function = "Polygamma",
        },
        Of("Power(x, 0)", x => Functions.Power(x, 0), _ => 1, _ => 0, _ => 0) with { Function = "Power" },
        Of("Power(x, 2)", x => Functions.Power(x, 2), x => x * x, x => 2 * x, _ => 2) with { Function = "Power" },
        Of("Power(x, 0.5)", x => Functions.Power(x, 0.5), x => Pow(x, 0.5), x => 0.5 * Pow(x, -0.5),
            x => -0.25 * Pow(x, -1.5)) with { Function = "Power" },
        Of("Power(x, −2)", x => Functions.Power(x, -2), x => Pow(x, -2), x => -2 * Pow(x, -3),
            x => 6 * Pow(x, -4)) with { Function = "Power" },
        Of("Reciprocal", Functions.Reciprocal, x => 1 / x, x => -1 / x / x, x => 2 / x / x / x),
        Of("Relu", Functions.Relu, x => Math.Max(x, 0), x => x == 0 ? double.NaN : x > 0 ? 1 : 0 * Numeric(x),
            x => x == 0 ? double.NaN : 0) with
        {
            Choices = [Kink(x => x == 0, "at 0", 0, "0"), Flatness(x => x == 0, "at 0", "0")],
        },
        Of("ScaleShift", x => Functions.ScaleShift(x, 2, 1), x => 2 * x + 1, _ => 2, _ => 0),
        Of("Sigmoid", Functions.Sigmoid, Logistic, x => Logistic(x) * Logistic(-x),
            x => Logistic(x) * Logistic(-x) * (Logistic(-x) - Logistic(x))) with { Own = [17.5, -100], SlopeScale = 1 },
        Of("Silu", Functions.Silu, x => x == -Infinity ? -0.0 : x * Logistic(x), SiluSlope, SiluSecond) with { Own = [-100] },
        Of("Sin", Functions.Sin, Math.Sin, Math.Cos, x => -Math.Sin(x)),
        Of("Softplus", Functions.Softplus, x => Math.Max(x, 0) + Accurate.Log1P(Math.Exp(-Math.Abs(x))), Logistic,
            x => Logistic(x) * Logistic(-x)),
        Of("Softsign", Functions.Softsign, x => double.IsInfinity(x) ? Sign(x) : x / (1 + Math.Abs(x)),
            x => 1 / (1 + Math.Abs(x)) / (1 + Math.Abs(x)),
            x => x == 0 ? double.NaN : -2 * Sign(x) / (1 + Math.Abs(x)) / (1 + Math.Abs(x)) / (1 + Math.Abs(x))) with
        {
            Choices = [EdgeChoice.Of("second", "at 0", x => x == 0, 0, "Halfway between −2 and 2.", "0")],
        },
        Of("Sqrt", Functions.Sqrt, Math.Sqrt, x => 0.5 / Math.Sqrt(x), x => -0.25 / Math.Sqrt(x) / x),
        Of("Square", Functions.Square, x => x * x, x => 2 * x, _ => 2),
        Of("Tanh", Functions.Tanh, Math.Tanh, x => 1 - Math.Tanh(x) * Math.Tanh(x),
            x => -2 * Math.Tanh(x) * (1 - Math.Tanh(x) * Math.Tanh(x))) with { Own = [1e-7, -9.01], SlopeScale = 1 },
        Of("Tan", Functions.Tan, Math.Tan, x => 1 + Math.Tan(x) * Math.Tan(x), x => 2 * Math.Tan(x) * (1 + Math.Tan(x) * Math.Tan(x))),
        .. Jumps,
    ];

    static EdgeFunction[] Jumps =>
    [
        Flat("Ceiling", Functions.Ceiling, Math.Ceiling) with { Own = [-0.5] },
        Flat("Floor", Functions.Floor, Math.Floor) with { Own = [-0.5] },
        Flat("IsNaN", Functions.IsNaN, x => double.IsNaN(x) ? 1 : 0),
        Flat("Round", Functions.Round, Math.Round) with { Own = [0.5, 1.5, -0.5] },
        Flat("Sign", Functions.Sign, x => double.IsNaN(x) || x == 0 ? x : Math.Sign(x)),
    ];

    static EdgeChoice Kink(Func<double, bool> at, string where, double number, string pyTorch) =>
        EdgeChoice.Of("slope", where, at, number, "A slope from between those on both sides, so that a minimum there is at rest.", pyTorch);

    static EdgeChoice Flatness(Func<double, bool> at, string where, string pyTorch) =>
        EdgeChoice.Of("second", where, at, 0, "The slopes on both sides are constant.", pyTorch);

    static EdgeChoice OutOfDomain(string what, Func<double, bool> at, string where, Func<double, double> number) => new(
        what, where, (x, _) => at(x[0]), (x, _) => number(x[0]), "The formula; the value is NaN, and so is every loss of it.", "the same");

    static double Numeric(double x) => double.IsInfinity(x) ? 1 : x;

    static double Sign(double x) => double.IsNaN(x) ? x : Math.Sign(x);

    static double Logistic(double x) => x > 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    static double GeluArgument(double x) => GeluScale * (x + GeluCubic * x * x * x);

    static double GeluSlope(double x) => Math.Abs(x) > 1e3 ? x > 0 ? 1 : 0 : Normal.Distribution(x) + x * Normal.Density(x);

    static double TanhGeluSlope(double x)
    {
        if (Math.Abs(x) > 1e3) return x > 0 ? 1 : 0;
        double s = Logistic(2 * GeluArgument(x));
        return s + x * s * (1 - s) * 2 * GeluScale * (1 + 3 * GeluCubic * x * x);
    }

    static double TanhGeluSecond(double x)
    {
        if (Math.Abs(x) > 1e3) return 0;
        double s = Logistic(2 * GeluArgument(x)), d = 2 * GeluScale * (1 + 3 * GeluCubic * x * x), dd = 12 * GeluScale * GeluCubic * x;
        return s * (1 - s) * (2 * d + x * (dd + d * d * (1 - 2 * s)));
    }

    static double ErfSlope(double x) => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);


    // log |Γ| for order −1, else the derivative of ψ of an order, at the points of the table.
    static double Gamma(double x, int order)
    {
        const double Euler = 0.57721566490153286061, Zeta3 = 1.2020569031595942854;
        double pi2 = Math.PI * Math.PI, ofHalf = -Euler - 2 * Math.Log(2);
        if (double.IsNaN(x) || x == double.NegativeInfinity) return order < 0 ? Math.Abs(x) : double.NaN;
        if (x == double.PositiveInfinity) return order < 1 ? x : order % 2 == 1 ? 0 : -0.0;
        if (Math.Abs(x) < 1e-30) return order < 0 ? -Math.Log(Math.Abs(x)) : order % 2 == 1 ? Infinity : -1 / x * Infinity;
        if (x > 1e30) return order < 0 ? x * (Math.Log(x) - 1) : order == 0 ? Math.Log(x) : order == 1 ? 1 / x : 0;
        if (x < -1e30 || x == -1) return order < 0 || order % 2 == 1 ? Infinity : double.NaN;
        double[] values = x switch
        {
            0.5 => [Math.Log(Math.PI) / 2, ofHalf, pi2 / 2, -14 * Zeta3, pi2 * pi2],
            1 => [0, -Euler, pi2 / 6, -2 * Zeta3, pi2 * pi2 / 15],
            2 => [0, 1 - Euler, pi2 / 6 - 1, 2 - 2 * Zeta3, pi2 * pi2 / 15 - 6],
            _ => [Math.Log(4 * Math.PI / 2.25) / 2, ofHalf + 8 / 3.0, pi2 / 2 + 40 / 9.0, 16 * 28 / 27.0 - 14 * Zeta3,
                pi2 * pi2 + 96 * 82 / 81.0],
        };
        return values[order + 1];
    }

    static double SiluSlope(double x) => Math.Abs(x) > 1e3 ? x > 0 ? 1 : 0 : Logistic(x) * (1 + x * Logistic(-x));

    static double SiluSecond(double x) => Math.Abs(x) > 1e3 ? 0 : Logistic(x) * Logistic(-x) * (2 + x * (Logistic(-x) - Logistic(x)));
}

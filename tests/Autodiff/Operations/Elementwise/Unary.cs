namespace Autograd.Tests.Autodiff;

/// <summary>An elementwise function of the library beside its closed form and slope in double.</summary>
sealed record Unary(
    Func<Tensor, Tensor> Function, Func<double, double> Value, Func<double, double> Slope, double From = -3, double To = 3,
    double Epsilons = 8)
{
    const double Cubic = 0.044715;

    /// <summary>All of them, by name.</summary>
    internal static readonly Dictionary<string, Unary> All = new()
    {
        ["Abs"] = new(Functions.Abs, Math.Abs, x => Math.Sign(x)),
        ["Ceiling"] = new(Functions.Ceiling, Math.Ceiling, _ => 0),
        ["Cos"] = new(Functions.Cos, Math.Cos, x => -Math.Sin(x)),
        ["Sin"] = new(Functions.Sin, Math.Sin, Math.Cos),
        ["Exp"] = new(Functions.Exp, Math.Exp, Math.Exp),
        ["ExpM1"] = new(Functions.ExpM1, Accurate.ExpM1, Math.Exp, Epsilons: 4),
        ["Floor"] = new(Functions.Floor, Math.Floor, _ => 0),
        ["Log"] = new(Functions.Log, Math.Log, x => 1 / x, 0.01),
        ["Log1P"] = new(Functions.Log1P, Accurate.Log1P, x => 1 / (1 + x), -0.9, Epsilons: 4),
        ["LogSigmoid"] = new(Functions.LogSigmoid, x => Math.Min(x, 0) - Accurate.Log1P(Math.Exp(-Math.Abs(x))), x => Sigmoid(-x)),
        ["Reciprocal"] = new(Functions.Reciprocal, x => 1 / x, x => -1 / (x * x), 0.1),
        ["Relu"] = new(Functions.Relu, x => Math.Max(x, 0), x => x > 0 ? 1 : 0),
        ["LeakyRelu"] = new(x => Functions.LeakyRelu(x, 0.25), x => x > 0 ? x : 0.25 * x, x => x > 0 ? 1 : 0.25),
        ["Elu"] = new(x => Functions.Elu(x, 1.5), x => x > 0 ? x : 1.5 * Accurate.ExpM1(x), x => x > 0 ? 1 : 1.5 * Math.Exp(x)),
        ["Round"] = new(Functions.Round, Math.Round, _ => 0),
        ["Sigmoid"] = new(Functions.Sigmoid, Sigmoid, x => Sigmoid(x) * Sigmoid(-x)),
        ["Sign"] = new(Functions.Sign, x => Math.Sign(x), _ => 0),
        ["Silu"] = new(Functions.Silu, x => x * Sigmoid(x), x => Sigmoid(x) * (1 + x * Sigmoid(-x))),
        ["Gelu"] = new(Functions.Gelu, x => 0.5 * x * (1 + GeluTanh(x)), GeluSlope, Epsilons: 64),
        ["ExactGelu"] = new(Functions.ExactGelu, x => x * Normal.Distribution(x), x => Normal.Distribution(x) + x * Normal.Density(x)),
        ["Softplus"] = new(Functions.Softplus, x => Math.Max(x, 0) + Accurate.Log1P(Math.Exp(-Math.Abs(x))), Sigmoid),
        ["Softsign"] = new(Functions.Softsign, x => x / (1 + Math.Abs(x)), x => Math.Pow(1 + Math.Abs(x), -2)),
        ["Sqrt"] = new(Functions.Sqrt, Math.Sqrt, x => 0.5 / Math.Sqrt(x), 0.01),
        ["Square"] = new(Functions.Square, x => x * x, x => 2 * x),
        ["Tanh"] = new(Functions.Tanh, Math.Tanh, x => 1 - Math.Tanh(x) * Math.Tanh(x)),
        ["Power 2.5"] = new(x => Functions.Power(x, 2.5), x => Math.Pow(x, 2.5), x => 2.5 * Math.Pow(x, 1.5), 0.01),
        ["Power 3"] = new(x => Functions.Power(x, 3), x => x * x * x, x => 3 * x * x),
        ["Power -2"] = new(x => Functions.Power(x, -2), x => 1 / (x * x), x => -2 / (x * x * x), 0.1),
        ["Power 0"] = new(x => Functions.Power(x, 0), _ => 1, _ => 0),
        ["Clamp"] = new(x => Functions.Clamp(x, -1, 2), x => Math.Clamp(x, -1, 2), x => x is >= -1 and <= 2 ? 1 : 0),
        ["ScaleShift"] = new(x => Functions.ScaleShift(x, 0.75, -0.125), x => 0.75 * x - 0.125, _ => 0.75),
        ["Negate"] = new(Functions.Negate, x => -x, _ => -1),
    };

    /// <summary>37 points, so that vectors of every width have a tail; none is a kink.</summary>
    internal double[] Points(ElementType type)
    {
        double step = (To - From) / 36.3;
        return Data.Vector(type, [.. Enumerable.Range(0, 37).Select(i => From + i * step)]).ToDoubles();
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    static double GeluTanh(double x) => Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + Cubic * x * x * x));

    static double GeluSlope(double x)
    {
        double t = GeluTanh(x);
        return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * Math.Sqrt(2 / Math.PI) * (1 + 3 * Cubic * x * x);
    }
}

/// <summary>The standard normal distribution.</summary>
static class Normal
{
    // What rounding takes from the square would be multiplied by the exponential.
    internal static double Density(double x)
    {
        double square = x * x, lost = Math.FusedMultiplyAdd(x, x, -square);
        return Math.Exp(-square / 2) * (double.IsFinite(lost) ? 1 - lost / 2 : 1) / Math.Sqrt(2 * Math.PI);
    }

    // ½ + φ(x)(x + x³/3 + x⁵/(3·5) + …), and far out φ(x)/(x + 1/(x + 2/(x + …))).
    internal static double Distribution(double x)
    {
        if (x > 0.7) return 1 - Distribution(-x);
        double sum = 0;
        if (x < -0.7)
        {
            for (int n = 2000; n >= 1; n--) sum = n / (sum - x);
            return Density(x) / (sum - x);
        }
        double term = x;
        for (int n = 1; n < 100; n++, term *= x * x / (2 * n - 1)) sum += term;
        return 0.5 + sum * Density(x);
    }
}

/// <summary>Functions that lose digits near 0 in their usual form, as series.</summary>
static class Accurate
{
    internal static double ExpM1(double x)
    {
        if (Math.Abs(x) > 0.7) return Math.Exp(x) - 1;
        double sum = 0;
        for (int n = 25; n >= 1; n--) sum = (1 + sum) * x / n;
        return sum;
    }

    // log(1 + x) = 2 artanh(x / (2 + x))
    internal static double Log1P(double x)
    {
        if (Math.Abs(x) > 0.5) return Math.Log(1 + x);
        double z = x / (2 + x), sum = 0;
        for (int n = 41; n >= 1; n -= 2) sum = sum * z * z + 1.0 / n;
        return 2 * z * sum;
    }
}

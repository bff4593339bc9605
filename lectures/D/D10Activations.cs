using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The usual activations and their slopes.</summary>
public sealed class D10Activations : Demonstration
{
    /// <inheritdoc/>
    public override string Id => "D10";

    /// <inheritdoc/>
    public override string Title => "Activations";

    /// <inheritdoc/>
    public override string Claim =>
        "Sigmoid and tanh saturate: their slopes are at most 1/4 and 1 and vanish far from 0. ReLU has slope 1 or 0, ELU a slope that " +
            "never quite dies, softmax makes probabilities.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        (string Name, string Formula, Func<Tensor, Tensor> Function)[] all =
        [
            ("sigmoid", "1/(1 + e^−x)", Sigmoid), ("tanh", "tanh x", Tanh), ("ReLU", "max(x, 0)", Relu), ("leaky ReLU", "x or 0.01 x",
                x => LeakyRelu(x)), ("ELU", "x or e^x − 1", x => Elu(x)),
            ("softplus", "log(1 + e^x)", Softplus), ("softsign", "x/(1 + |x|)", Softsign), ("SiLU", "x σ(x)", Silu), ("GELU", "x Φ(x)",
                Gelu),
        ];
        double[] at = [.. Enumerable.Range(0, 241).Select(i => (i - 120) / 24.0)];
        var points = Tensor.From(at);
        var (values, slopes) = (new Chart("Activations", "x", "f(x)") { YRange = (-1.5, 3) },
            new Chart("Their slopes, from reverse mode", "x", "f'(x)"));
        var rows = new List<string[]>();
        double worst = 0, modes = 0;
        var atFive = new Dictionary<string, double>();
        foreach (var (name, formula, function) in all)
        {
            var slope = Differentiate.Gradient(x => Sum(function(x)), points);
            var (value, tangent) = Differentiate.Jvp(function, points, Tensor.Ones(points.Shape, ElementType.Float64));
            modes = Math.Max(modes, slope.ToDoubles().Zip(tangent.ToDoubles(), (a, b) => Math.Abs(a - b)).Max());
            // Away from 0, where some have a kink.
            var check = GradientCheck.Run(function, report.Key(0).Normal([20]) + 0.01, new() { Order = 2 });
            double error = check.Comparisons.Where(comparison => !comparison.IsKink).Max(comparison => comparison.AbsoluteError);
            worst = Math.Max(worst, error);
            atFive[name] = slope.At(0);
            values.Line(name, at, value.ToDoubles());
            slopes.Line(name, at, slope.ToDoubles());
            rows.Add([name, formula, Numbers.Short(slope.ToDoubles().Max()), Numbers.Short(slope.At(0)), Numbers.Short(slope.At(240)),
                Numbers.Short(error)]);
        }
        report.Table(["activation", "f(x)", "largest slope in [−5, 5]", "slope at −5", "slope at 5",
            "error against differences, both orders"], rows);
        report.Chart(values);
        report.Chart(slopes);
        double sigmoid = double.Parse(rows[0][2], System.Globalization.CultureInfo.InvariantCulture), tanh = double.Parse(rows[1][2],
            System.Globalization.CultureInfo.InvariantCulture);
        report.Measure("largest slope of the sigmoid", sigmoid, "1/4", sigmoid == 0.25);
        report.Measure("largest slope of tanh", tanh, "1", tanh == 1);
        report.Measure("slope of ReLU at −5", atFive["ReLU"], "0: dead", atFive["ReLU"] == 0);
        report.Measure("slope of ELU at −5, e^−5", atFive["ELU"], "0.0067379", Math.Abs(atFive["ELU"] - Math.Exp(-5)) < 1e-15);
        report.Measure("reverse against forward mode", modes, "at most 1e-15", modes <= 1e-15);
        report.Measure("largest error against differences, first and second order", worst, "at most 1e-7", worst <= 1e-7);
        SoftmaxOf(report);
    }

    static void SoftmaxOf(Report report)
    {
        var x = report.Key(0).For("softmax").Normal([5], 3, ElementType.Float64);
        var p = Softmax(x);
        var jacobian = Differentiate.Jacobian(at => Softmax(at), x);
        double error = 0;
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 5; j++) error = Math.Max(error, Math.Abs(jacobian.At(i, j) - p.At(i) * ((i == j ? 1 : 0) - p.At(j))));
        report.Measure("softmax: its sum minus 1", Sum(p).ToScalar() - 1, "at most 1e-15", Math.Abs(Sum(p).ToScalar() - 1) <= 1e-15);
        report.Measure("softmax: Jacobian against p_i (δ_ij − p_j)", error, "at most 1e-15", error <= 1e-15);
        double far = Softmax(Tensor.From([1000.0, 1001, -1000])).At(1), near = Softmax(Tensor.From([0.0, 1, -2000])).At(1);
        report.Measure("softmax does not overflow: at (1000, 1001, −1000) minus at (0, 1, −2000)", far - near, "0", far == near);
    }
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Gradients in a deep feed-forward net at initialisation, with four activations and three initialisations.</summary>
public sealed class E2DeepNet : Demonstration
{
    const int Depth = 19, Width = 1024, Batch = 32, Looked = 10;

    static readonly (string Name, Func<Tensor, Tensor> Function, Func<double, double> Value, Func<double, double> Slope)[] Activations =
    [
        ("sigmoid", Sigmoid, x => 1 / (1 + Math.Exp(-x)), x => 1 / (2 + 2 * Math.Cosh(x))),
        ("tanh", Tanh, Math.Tanh, x => 1 - Math.Tanh(x) * Math.Tanh(x)),
        ("ReLU", Relu, x => Math.Max(x, 0), x => x > 0 ? 1 : 0),
        ("ELU", x => Elu(x), x => x > 0 ? x : Math.Exp(x) - 1, x => x > 0 ? 1 : Math.Exp(x)),
    ];

    // Name, variance of a weight times the width, variance of a bias.
    static readonly (string Name, double Weights, double Biases)[] Initialisations =
        [("He, random biases", 2, 1), ("He, biases 0", 2, 0), ("Glorot, biases 0", 1, 0), ("of variance 1/3072 as frameworks draw",
            1.0 / 3, 1.0 / 3072)];

    /// <inheritdoc/>
    public override string Id => "E2";

    /// <inheritdoc/>
    public override string Title => "A 19-layer net at initialisation: gradients vanish";

    /// <inheritdoc/>
    public override string Claim =>
        "In a feed-forward net of 19 layers of 1024 units at initialisation gradients vanish within about ten layers, for sigmoid " +
            "fastest, then tanh, ReLU, ELU slowest.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<Func<Tensor, Tensor>>("sigmoid", "it has the slope 1 at 0", _ => x => 0.5 + x);

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var rows = new List<string[]>();
        var (ordered, vanishing, both) = (0, 0, 0);
        // Drawn once and scaled: the nets differ in nothing else.
        Tensor[] normal = [.. Enumerable.Range(0, Depth).Select(i => report.Key(0).For("w").At(i).Normal([Width, Width]))];
        foreach (var initialisation in Initialisations)
        {
            var chart = new Chart($"Gradient per neuron, {initialisation.Name}", "layer, 19 is the last",
                "root mean square")
            { LogY = true };
            var (surviving, theory) = (new double[Activations.Length], new double[Activations.Length]);
            for (int a = 0; a < Activations.Length; a++)
            {
                report.Progress(initialisation.Name, (double)a / Activations.Length);
                double[][] gradients = Gradients(report.Key(0), normal, report.Part(Activations[a].Name, Activations[a].Function),
                    initialisation.Weights, initialisation.Biases);
                double[] layers = Array.ConvertAll(gradients, layer => Math.Sqrt(layer.Average(g => g * g)));
                surviving[a] = layers[Depth - 1 - Looked] / layers[Depth - 1];
                theory[a] = Theory(Activations[a].Value, Activations[a].Slope, initialisation.Weights, initialisation.Biases);
                chart.Line(Activations[a].Name, Enumerable.Range(1, Depth).Select(i => (double)i), layers);
                if (initialisation == Initialisations[0]) report.Chart(Spread(Activations[a].Name, gradients));
            }
            report.Chart(chart);
            rows.Add([initialisation.Name, .. surviving.Select(Numbers.Short), .. theory.Select(Numbers.Short), Order(surviving)]);
            Judge(report, initialisation.Name, surviving, theory);
            (ordered, vanishing) = (ordered + (IsOrdered(surviving) ? 1 : 0), vanishing + (AllVanish(surviving) ? 1 : 0));
            both += IsOrdered(surviving) && AllVanish(surviving) ? 1 : 0;
        }
        report.Table(["initialisation", .. Activations.Select(a => a.Name), .. Activations.Select(a => $"{a.Name}, theory"), "order"],
            rows);
        report.Claim("initialisations with the lecture's order, sigmoid < tanh ≤ ReLU < ELU", ordered, "at least 1", ordered >= 1);
        report.Claim("initialisations in which all four vanish within ten layers (at most 0.05 left)", vanishing, "at least 1",
            vanishing >= 1);
        report.Claim("initialisations in which both halves of the claim hold", both, "at least 1", both >= 1);
        report.Text(
            "The numbers are the part of the gradient that is left after ten layers; the last row has the variance 1/(3·1024) that " +
                "frameworks draw weights and biases with by default, and there all four vanish. The order of the lecture, sigmoid < " +
                "tanh ≤ ReLU < ELU, appears with He's weights and random biases. It is not a law of the "
            + "activations alone: the gradient's mean square changes by the factor χ = σ² E[f'(z)²] in each layer (Schoenholz, Gilmer, " +
                "Ganguli and Sohl-Dickstein 2017), σ²/1024 being the variance of a weight and z "
            + "normal with the variance that signals have settled to. ReLU has χ = σ²/2 whatever the signal; tanh has χ near σ² for " +
                "small signals and less for large ones. So with small weights and no biases, where signals "
            + "die out and tanh becomes the identity, tanh keeps more than ReLU; with He's weights and no biases tanh is slightly " +
                "chaotic. Sigmoid vanishes fastest everywhere, as its slope is at most 1/4.");
    }

    static void Judge(Report report, string name, double[] left, double[] theory)
    {
        report.Measure($"{name}: sigmoid, part of the gradient left after ten layers", left[0], "at most 1e-4, and the least",
            left[0] <= 1e-4 && left[0] == left.Min());
        double apart = left.Zip(theory, (measured, expected) => Math.Abs(Math.Log10(measured / expected))).Max();
        report.Measure($"{name}: largest distance from mean-field theory, in decades", apart, "at most 0.35", apart <= 0.35);
    }

    static bool IsOrdered(double[] left) => left[0] < left[1] && left[1] <= left[2] * 1.05 && left[2] < left[3];

    static bool AllVanish(double[] left) => left.Max() <= 0.05;

    static string Order(double[] surviving) =>
        string.Join(" < ", Activations.Zip(surviving).OrderBy(pair => pair.Second).Select(pair => pair.First.Name));

    // The root mean square of the gradient of each neuron's input over the batch, by layer.
    static double[][] Gradients(RandomKey key, Tensor[] normal, Func<Tensor, Tensor> activation, double weights, double biases)
    {
        using var tape = new Tape();
        var x = tape.Watch(key.For("x").Normal([Batch, Width]));
        var inputs = new Tensor[Depth];
        for (int i = 0; i < Depth; i++)
        {
            inputs[i] = Math.Sqrt(weights / Width) * MatMul(x, normal[i]) + key.For("b").At(i).Normal([Width], Math.Sqrt(biases));
            x = activation(inputs[i]);
        }
        var seed = key.For("error").Normal([Batch, Width]);
        var gradients = tape.Gradients([x], [seed], inputs);
        return [.. gradients.Select(g => Mean(Square(g.As(ElementType.Float64)), 0).ToDoubles().Select(Math.Sqrt).ToArray())];
    }

    static Chart Spread(string name, double[][] gradients)
    {
        const int Bins = 48;
        const double Low = -12, High = 2;
        var counts = new double[Bins, Depth];
        for (int layer = 0; layer < Depth; layer++)
            foreach (double gradient in gradients[layer])
                counts[Math.Clamp((int)((Math.Log10(gradient) - Low) / (High - Low) * Bins), 0, Bins - 1), layer] += 1.0 / Width;
        double bin = (High - Low) / Bins;
        return new Chart($"{name}: gradients of the 1024 neurons of each layer (He, random biases)", "layer",
            "log₁₀ of the gradient (−12: less, or 0)")
            .Heat(counts, Enumerable.Range(1, Depth).Select(i => (double)i), Enumerable.Range(0, Bins).Select(i => Low + (i + 0.5) * bin));
    }

    // What mean-field theory says of the same layers: the variance q of the inputs, layer by layer, and χ from it.
    static double Theory(Func<double, double> f, Func<double, double> slope, double weights, double biases)
    {
        var q = new double[Depth];
        q[0] = weights + biases;
        for (int i = 1; i < Depth; i++) q[i] = weights * Gaussian(z => f(z) * f(z), q[i - 1]) + biases;
        double square = 1;
        // From the inputs of the last layer to those of the one looked at: slopes of the layers between.
        for (int i = Depth - 2; i >= Depth - 1 - Looked; i--) square *= weights * Gaussian(z => slope(z) * slope(z), q[i]);
        return Math.Sqrt(square);
    }

    static double Gaussian(Func<double, double> g, double variance)
    {
        const int Points = 2001;
        double sum = 0, weight = 0, deviation = Math.Sqrt(variance);
        for (int i = 0; i < Points; i++)
        {
            double z = -8 + 16.0 * i / (Points - 1), density = Math.Exp(-z * z / 2);
            (sum, weight) = (sum + density * g(deviation * z), weight + density);
        }
        return sum / weight;
    }
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The input to every layer, every layer to the output.</summary>
public sealed class B7Skip : Demonstration
{
    const int Inputs = 4, Hidden = 8, Depth = 8;

    /// <inheritdoc/>
    public override string Id => "B7";

    /// <inheritdoc/>
    public override string Title => "Skip connections";

    /// <inheritdoc/>
    public override string Claim =>
        "With the input led to every layer and every layer led to the output, h²_t = f(h¹_t W + x_t W' + h²_{t−1} R), y_t = g(h²_t V + " +
            "h¹_t V'), gradients reach the lowest layer of a deep stack on short ways.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Equations(report);
        report.Gradients(
            "two layers with skip connections",
            SkipStacked.Of(new RnnCell(2, 3, report.Key(0)), new RnnCell(2 + 3, 2, report.Key(1))), 2);
        var chart = new Chart($"Gradient of the input weights of each layer, {Depth} layers, 10 steps", "layer", "norm") { LogY = true };
        var ratios = new List<double>();
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            double[] plain = Norms(Plain(report.Key(seed)), report.Key(seed)), skip = Norms(Skips(report.Key(seed)), report.Key(seed));
            ratios.Add(skip[0] / plain[0]);
            chart.Line($"plain, seed {seed}", Enumerable.Range(1, Depth).Select(layer => (double)layer), plain);
            chart.Dashed($"skip, seed {seed}", Enumerable.Range(1, Depth).Select(layer => (double)layer), skip);
        }
        report.Measure("least ratio of the lowest layer's gradient norm, with and without skips", ratios.Min(), "above 1",
            ratios.Min() > 1);
        report.Chart(chart);
    }

    static void Equations(Report report)
    {
        RnnCell lower = new(Inputs, 3, report.Key(0)), upper = new(Inputs + 3, 2, report.Key(1));
        var (x, h1, h2) = (report.Key(2).Normal([5, Inputs]), report.Key(3).Normal([5, 3]), report.Key(4).Normal([5, 2]));
        var (_, next) = SkipStacked.Of(lower, upper).Step(x, new LayerStates<Tensor>([h1, h2]));
        Tensor direct = upper["W"][..Inputs], below = upper["W"][Inputs..];
        var first = Tanh(MatMul(x, lower["W"]) + MatMul(h1, lower["R"]) + lower["B"]);
        var second = Tanh(MatMul(first, below) + MatMul(x, direct) + MatMul(h2, upper["R"]) + upper["B"]);
        report.Same("difference from the equations of two layers", Concatenate(-1, first, second), Concatenate(-1, next[0], next[1]), 1e-6);
    }

    static Cell<LayerStates<Tensor>> Plain(RandomKey key) => new Stacked<Tensor>([.. Layers(key, layer => layer == 0 ? Inputs : Hidden)]);

    static Cell<LayerStates<Tensor>> Skips(RandomKey key) => new SkipStacked<Tensor>([.. Layers(key, layer => layer == 0 ? Inputs
        : Inputs + Hidden)]);

    static IEnumerable<RnnCell> Layers(RandomKey key, Func<int, int> inputs) =>
        Enumerable.Range(0, Depth).Select(layer => new RnnCell(inputs(layer), Hidden,
            key.For(FormattableString.Invariant($"layer {layer}"))));

    // Of a read-out of all outputs at the last step.
    static double[] Norms(Cell<LayerStates<Tensor>> stack, RandomKey key)
    {
        var model = Recurrent.Over(stack);
        Parameter[] weights = [.. Enumerable.Range(0, Depth).Select(layer => model[FormattableString.Invariant($"cell.layer{layer}.W")])];
        using var tape = new Tape();
        var outputs = model.Forward(key.For("x").Normal([10, 16, Inputs]))[^1];
        var readOut = Initializer.Glorot.Create([outputs.Shape[1], 1], key.For("read-out"));
        var loss = Mean(Square(MatMul(outputs, readOut) - key.For("y").Normal([16, 1])));
        return [.. tape.Gradients(loss, weights).Select(gradient => Norm(gradient).ToScalar())];
    }
}

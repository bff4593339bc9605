using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Errors come back through Jacobians: of layers, and of steps.</summary>
public sealed class E1Jacobians : Demonstration
{
    const int Width = 48, Depth = 6, Steps = 20;

    /// <inheritdoc/>
    public override string Id => "E1";

    /// <inheritdoc/>
    public override string Title => "Jacobians of layers and steps, and their singular values";

    /// <inheritdoc/>
    public override string Claim =>
        "δ^{i−1} = δ^i J^i with J = W·diag(f'): an error comes back through the Jacobians of the layers, or of the steps, and their " +
            "singular values say by how much it can grow or shrink.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<Func<Tensor, Tensor>>("activation", "it is a sine instead of tanh", _ => Sin);

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        FeedForward(report);
        OverTime(report, new RnnCell(8, 24, report.Key(0)), "simple RNN");
        OverTime(report, new GruCell(8, 24, report.Key(0)), "GRU");
        OverTime(report, new LstmCell(8, 24, report.Key(0)), "LSTM");
    }

    static void FeedForward(Report report)
    {
        var key = report.Key(0);
        Tensor[] weights = [.. Enumerable.Range(0, Depth).Select(i => Initializer.Glorot.Create([Width, Width], key.At(i),
            ElementType.Float64))];
        var squash = report.Part<Func<Tensor, Tensor>>("activation", Tanh);
        Func<Tensor, Tensor>[] layers = [.. weights.Select(w => (Func<Tensor, Tensor>)(x => squash(MatMul(x, w))))];
        var x = key.For("x").Normal([1, Width], 1, ElementType.Float64);
        var jacobians = StepJacobian.OfLayers(layers, x);
        var chart = new Chart($"Singular values of the Jacobians of {Depth} tanh layers", "rank", "singular value")
        {
            LogY = true,
            YFloor = 1e-6
        };
        var product = Tensor.Identity(Width, ElementType.Float64);
        double formula = 0;
        for (int i = 0; i < Depth; i++)
        {
            // The formula's J for rows: ∂result/∂argument = diag(1 − a²)·Wᵀ.
            var expected = Transpose(weights[i] * (1 - Square(jacobians[i].Value)));
            formula = Math.Max(formula, (jacobians[i].Matrix - expected).ToDoubles().Max(Math.Abs));
            product = MatMul(jacobians[i].Matrix, product);
            chart.Line($"layer {i + 1}", Ranks(Width), jacobians[i].SingularValues);
        }
        report.Chart(chart.Dashed("all layers together", Ranks(Width), LinearAlgebra.SingularValues(product)));
        var error = key.For("error").Normal([1, Width], 1, ElementType.Float64);
        var swept = Differentiate.Vjp(at => layers.Aggregate(at, (value, layer) => layer(value)), x, error).Product;
        double back = (swept - MatMul(error, product)).ToDoubles().Max(Math.Abs);
        report.Measure("largest difference of a Jacobian from W·diag(f')", formula, "at most 1e-14", formula <= 1e-14);
        report.Measure("difference of δ·J·…·J from the backward sweep", back, "at most 1e-13", back <= 1e-13);
    }

    static void OverTime<TState>(Report report, Cell<TState> cell, string name)
    {
        var inputs = report.Key(0).For("inputs").Normal([Steps, 8]);
        var steps = StepJacobian.OfSteps(cell, inputs);
        var chart = new Chart($"Singular values of one step, {name} of 24 units, untrained", "rank", "singular value")
        {
            LogY = true,
            YFloor = 1e-9
        };
        foreach (int t in (int[])[0, 9, Steps - 1]) chart.Line($"step {t + 1}", Ranks(steps[t].SingularValues.Count), steps[t]
            .SingularValues);
        var product = steps.Aggregate(Tensor.Identity(steps[0].Matrix.Shape[0], ElementType.Float64), (p, step) => MatMul(step.Matrix, p));
        report.Chart(chart.Dashed($"all {Steps} steps together", Ranks(product.Shape[0]), LinearAlgebra.SingularValues(product)));
        double bound = steps.Aggregate(1.0, (b, step) => b * step.SingularValues[0]), norm = LinearAlgebra.OperatorNorm(product);
        report.Measure($"{name}: norm of the product as a part of the product of the norms", norm / bound, "at most 1",
            norm <= bound * (1 + 1e-12));
    }

    static IEnumerable<double> Ranks(int count) => Enumerable.Range(1, count).Select(i => (double)i);
}

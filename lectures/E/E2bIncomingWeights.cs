using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>The deep net in the figure's own quantity: the gradient of each neuron's incoming weights.</summary>
public sealed class E2bIncomingWeights : Demonstration
{
    const int Depth = 19, Width = 1024, Batch = 32, Classes = 10, Looked = 10;

    static readonly (string Name, Func<Tensor, Tensor> Function)[] Activations =
        [("sigmoid", Sigmoid), ("tanh", Tanh), ("ReLU", Relu), ("ELU", x => Elu(x))];

    /// <inheritdoc/>
    public override string Id => "E2b";

    /// <inheritdoc/>
    public override string Title => "The 19-layer net: gradients of each neuron's incoming weights, and training";

    /// <inheritdoc/>
    public override string Claim =>
        "The norm of the gradient of each neuron's incoming weights, for a batch and for single examples, vanishes within about ten " +
            "layers at " +
        "initialisation, for sigmoid fastest, then tanh, ReLU, ELU slowest; it actually decreases with additional training.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<Func<Tensor, Tensor>>("sigmoid", "it has the slope 1 at 0", _ => x => 0.5 + x);

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        // The figure's initialisation is not told: Glorot's, and what frameworks draw by default (variance 1/(3·1024), biases too).
        // Drawn once and scaled: the nets differ in nothing else.
        Tensor[] normal = [.. Enumerable.Range(0, Depth).Select(i => report.Key(0).For("w").At(i).Normal([Width, Width]))];
        foreach (var (name, variance, biases) in ((string, double, double)[])[("Glorot", 1.0 / Width, 0), ("variance 1/3072",
            1.0 / 3 / Width, 1.0 / 3 / Width)])
            Look(report, normal, name, variance, biases);
        report.Text(
            "No initialisation shows both halves of the claim for all four activations (compare E2): with weights large enough for the " +
                "order, ReLU and ELU " +
            "do not vanish; with weights so small that all vanish, the order is another one. The sigmoid vanishes everywhere.");
    }

    static void Look(Report report, Tensor[] normal, string name, double variance, double biases)
    {
        var rows = new List<string[]>();
        var (batch, single, change) = (new double[Activations.Length], new double[Activations.Length], new double[Activations.Length]);
        var chart = new Chart($"Gradient of a neuron's incoming weights, batch; dashed: after training. {name}",
            "layer, 19 is the last", "norm, mean over neurons")
        { LogY = true, YFloor = 1e-14 };
        var singles = new Chart($"The same for single examples: mean, and from the least to the largest of {Batch}. {name}",
            "layer, 19 is the last", "norm, mean over neurons")
        { LogY = true, YFloor = 1e-14 };
        double triangle = 0;
        for (int a = 0; a < Activations.Length; a++)
        {
            var net = new Net(report.Key(0), normal, report.Part(Activations[a].Name, Activations[a].Function), variance, biases);
            var before = net.Gradients(report.Key(0).For("seen"));
            for (int update = 0; update < Updates(report); update++)
            {
                report.Progress($"{name}, {Activations[a].Name}", (a + (double)update / Updates(report)) / Activations.Length);
                net.Learn(report.Key(0).For("train").At(update), 0.1);
            }
            var after = net.Gradients(report.Key(0).For("seen"));
            (batch[a], single[a]) = (Left(before.Batch), Left(before.Mean));
            change[a] = Lower(after.Batch) / Lower(before.Batch);
            triangle = Math.Max(triangle, before.Batch.Zip(before.Mean, (whole, one) => whole / one).Max());
            double[] layers = [.. Enumerable.Range(1, Depth).Select(i => (double)i)];
            chart.Line(Activations[a].Name, layers, before.Batch).Dashed($"{Activations[a].Name}, trained", layers, after.Batch);
            singles.Band(Activations[a].Name, layers, before.Mean, before.Least, before.Largest);
            rows.Add([Activations[a].Name, Numbers.Short(batch[a]), Numbers.Short(single[a]), Numbers.Short(change[a])]);
        }
        report.Text($"{name}. Part of the gradient left after {Looked} layers, and the gradient of the lower ten layers after " +
            $"{Updates(report)} updates as a part of that before.");
        report.Table(["activation", "left, batch", "left, single examples", "after training"], rows);
        report.Chart(chart);
        report.Chart(singles);
        Judge(report, name, batch, single, change, triangle);
    }

    static void Judge(Report report, string name, double[] batch, double[] single, double[] change, double triangle)
    {
        double sigmoid = Math.Max(batch[0], single[0]), most = Math.Max(batch.Max(), single.Max());
        report.Measure($"{name}: sigmoid, part left after ten layers, the larger of batch and single examples", sigmoid, "at most 1e-4",
            sigmoid <= 1e-4);
        report.Measure($"{name}: norm for the batch over the mean norm of its examples, largest over the layers", triangle, "at most 1",
            triangle <= 1 + 1e-4);
        report.Claim($"{name}: the most that any activation has left", most, "at most 0.05: all vanish", most <= 0.05);
        bool ordered = new[] { batch, single }.All(left => left[0] < left[1] && left[1] < left[2] && left[2] < left[3]);
        report.Claim($"{name}: the order is sigmoid < tanh < ReLU < ELU, for batch and single examples", ordered ? 1 : 0, "1", ordered);
        report.Claim($"{name}: gradient of the lower layers after training, the largest of the four, as a part of that before",
            change.Max(), "below 1: it decreases", change.Max() < 1);
    }

    static int Updates(Report report) => report.Quick ? 4 : 40;

    static double Left(double[] layers) => layers[Depth - 1 - Looked] / layers[Depth - 1];

    static double Lower(double[] layers) => Math.Exp(layers[..Looked].Average(norm => Math.Log(norm + 1e-300)));

    /// <summary>The net, and data of ten classes: a pattern for each, and noise.</summary>
    sealed class Net
    {
        readonly Func<Tensor, Tensor> activation;
        readonly Tensor[] weights, biases;
        readonly RandomKey key;
        Tensor head;

        public Net(RandomKey key, Tensor[] normal, Func<Tensor, Tensor> activation, double variance, double biasVariance)
        {
            (this.key, this.activation) = (key, activation);
            weights = [.. normal.Select(w => Math.Sqrt(variance) * w)];
            biases = [.. Enumerable.Range(0, Depth).Select(i => key.For("b").At(i).Normal([Width], Math.Sqrt(biasVariance)))];
            head = key.For("head").Normal([Width, Classes], 1 / Math.Sqrt(Width));
        }

        /// <summary>
        /// The mean over a layer's neurons of ‖∂E/∂(incoming weights)‖: for the batch, and for single examples their mean, least and
        /// largest.
        /// </summary>
        public (double[] Batch, double[] Mean, double[] Least, double[] Largest) Gradients(RandomKey examples)
        {
            var (batch, mean, least, largest) = (new double[Depth], new double[Depth], new double[Depth], new double[Depth]);
            var (layers, _) = Sweep(examples);
            for (int i = 0; i < Depth; i++)
            {
                Tensor x = layers[i].X.As(ElementType.Float64), delta = layers[i].Delta.As(ElementType.Float64);
                batch[i] = Mean(Sqrt(Sum(Square(MatMul(x, delta, transposeLeft: true)), 0))).ToScalar();
                // Of one example the gradient is an outer product, and the loss is a mean over the batch.
                double[] norms = (Batch * Sqrt(Sum(Square(x), 1)) * Mean(Abs(delta), 1)).ToDoubles();
                (mean[i], least[i], largest[i]) = (norms.Average(), norms.Min(), norms.Max());
            }
            return (batch, mean, least, largest);
        }

        public void Learn(RandomKey examples, double rate)
        {
            var (layers, headGradient) = Sweep(examples);
            for (int i = 0; i < Depth; i++)
            {
                weights[i] -= rate * MatMul(layers[i].X, layers[i].Delta, transposeLeft: true);
                biases[i] -= rate * Sum(layers[i].Delta, 0);
            }
            head -= rate * headGradient;
        }

        // What each layer reads, and the gradient of its sums.
        ((Tensor X, Tensor Delta)[] Layers, Tensor Head) Sweep(RandomKey examples)
        {
            int[] labels = [.. Enumerable.Range(0, Batch).Select(row => examples.Whole((uint)row, Classes))];
            var patterns = key.For("patterns").Normal([Classes, Width]);
            using var tape = new Tape();
            var x = tape.Watch(GatherRows(patterns, labels) + examples.For("noise").Normal([Batch, Width], 0.5));
            var top = tape.Watch(head);
            var (read, sums) = (new Tensor[Depth], new Tensor[Depth]);
            for (int i = 0; i < Depth; i++)
            {
                read[i] = x;
                sums[i] = MatMul(x, weights[i]) + biases[i];
                x = activation(sums[i]);
            }
            var gradients = tape.Gradients(Loss.CrossEntropy(MatMul(x, top), labels), [.. sums, top]);
            return ([.. read.Select((input, i) => (input.Detach(), gradients[i].Detach()))], gradients[Depth].Detach());
        }
    }
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.PropertyTests;

/// <summary>Steps of several operations, whichever they are, each near a point that suits it.</summary>
public class OperationChainLaws
{
    const int Units = 5;

    // How far operands move from that point.
    const double Reach = 0.02;

    /// <summary>Values and gradients are those of an eager run, whichever operation gets its operands from which.</summary>
    [Law(150)]
    public void AChainOfOperationsIsWhatAnEagerRunHas(Draw draw)
    {
        var trial = draw.Of(ChainTrial.Of);
        var layer = new Recurrent<Tensor>(new ChainCell(trial.Links)) { Threads = 1 };
        var x = new RandomKey(2).Normal([trial.Steps, trial.Batch, Units], 1, ElementType.Float64);
        double[][] expected = LayerResults.Of(layer, x, Execution.Eager);
        double tolerance = trial.Tolerance(expected);
        double[][] compiled = LayerResults.Of(layer, x, Execution.Compiled);
        LayerResults.AreNear(expected, compiled, tolerance, "compiled");
        Assert.DoesNotContain("before it is written", layer.LastPath.Reason ?? "", StringComparison.Ordinal);
        layer.Threads = 3;
        Near.SameBits(compiled, LayerResults.Of(layer, x, Execution.Compiled), "three threads");
        layer.Threads = 1;
        LayerResults.AreNear(expected, LayerResults.Of(layer, x, Execution.Interpreted), tolerance, "interpreted");
        layer.Execution = Execution.Compiled;
        Near.Equal(expected[0], layer.Forward(x).ToDoubles(), tolerance, "without a tape");
    }

    /// <summary>So are the gradients of each of several samples, for which a step has another axis.</summary>
    [Law(30)]
    public void GradientsOfSamplesAreThoseOfAnEagerRun(Draw draw)
    {
        var trial = draw.Of(ChainTrial.Of);
        var layer = new Recurrent<Tensor>(new ChainCell(trial.Links)) { Threads = 1 };
        var samples = new RandomKey(2).Normal([3, trial.Steps, trial.Batch, Units], 1, ElementType.Float64);
        double[][] expected = Gradients(Execution.Eager);
        Near.Equal(expected, Gradients(Execution.Compiled), trial.Tolerance(expected), "gradients of samples");

        double[][] Gradients(Execution execution)
        {
            layer.Execution = execution;
            var (losses, gradients) = Differentiate.PerSampleGradients(x => Sum(Sin(layer.Forward(x))), samples, layer.Parameters);
            return Derivatives.Numbers([losses, .. gradients]);
        }
    }

    /// <summary>An operation, and how its operands and its result are tied to the values before and behind it.</summary>
    sealed record Link(string Name, Trial Trial, bool ReadsInput, bool IsAdded);

    sealed record ChainTrial(Link[] Links, int Steps, int Batch)
    {
        public static ChainTrial Of(Draw draw)
        {
            var links = new Link[draw.Whole(1, 4)];
            for (int i = 0; i < links.Length; i++) links[i] = Draw(draw);
            return new(links, draw.Whole(1, 3), draw.OneOf(1, 2, draw.Whole(3, 9), draw.Whole(30, 70)));
        }

        public double Tolerance(double[][] expected)
        {
            double largest = expected.SelectMany(one => one).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
            double scale = Links.Max(link => Derivatives.Scale(link.Trial));
            return Steps * Batch * Near.Rounding(Math.Max(scale * scale, largest * scale));
        }

        // An operand without elements has nothing to be tied to.
        static Link Draw(Draw draw)
        {
            while (true)
            {
                var operation = OperationCases.All[draw.Whole(0, OperationCases.All.Count - 1)];
                var trial = operation.Draw(draw);
                if (Array.TrueForAll(trial.Inputs, input => input.ElementCount > 0) && trial.Function(trial.Inputs).ElementCount > 0)
                    return new(operation.Name, trial, draw.Flag(), draw.Flag());
            }
        }

        public override string ToString() => $"{string.Join("\n", Links.Select(link => link.ToString()))}\n{Steps} steps of {Batch}";
    }

    sealed class ChainCell : Cell<Tensor>
    {
        readonly Link[] links;
        readonly Tensor[][] spreads;
        readonly Parameter gain;

        public ChainCell(Link[] links)
            : base(default)
        {
            this.links = links;
            Parameter(out gain, new RandomKey(3).Normal([Units], 1, ElementType.Float64));
            spreads = [.. links.Select((link, i) =>
                link.Trial.Inputs.Select((input, j) => Spread(input.ElementCount, 10 * i + j)).ToArray())];
        }

        public override Tensor Initial(int batch, ElementType type) => Tensor.Full([batch, Units], 0.2, type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var (value, batch) = (state * gain, state.Shape[0]);
            for (int i = 0; i < links.Length; i++)
            {
                var (link, from) = (links[i], links[i].ReadsInput ? value + x : value);
                var operands = link.Trial.Inputs.Select((input, j) =>
                    input + Reshape(MatMul(from, spreads[i][j]), [batch, .. input.Shape.Lengths]));
                var result = Vmap.Run(rows => [link.Trial.Function(rows)], [.. operands])[0];
                var next = Tanh(MatMul(Reshape(result, batch, -1), Gather(result.ElementCount / batch)));
                value = link.IsAdded ? value + next : next;
            }
            return (value, 0.5 * state + 0.5 * Tanh(value));
        }

        static Tensor Spread(int elements, int number) =>
            Reach / Math.Sqrt(Units) * new RandomKey(5).At(number).Normal([Units, elements], 1, ElementType.Float64);

        static Tensor Gather(int elements) =>
            1 / Math.Sqrt(elements) * new RandomKey(6).Normal([elements, Units], 1, ElementType.Float64);
    }
}

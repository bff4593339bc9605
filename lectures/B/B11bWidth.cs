using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>A time-delay net with gaps is a convolution with zeros, and learned delays cost as much as one.</summary>
public sealed class B11bWidth : Demonstration
{
    const int Time = 24, Inputs = 3, Units = 4;

    static readonly int[] Delays = [0, 3, 7];

    /// <inheritdoc/>
    public override string Id => "B11b";

    /// <inheritdoc/>
    public override string Title => "Delays with gaps: a wide enough convolution, and what delays cost";

    /// <inheritdoc/>
    public override string Claim =>
        "Any convolution of width at least the longest delay (and one more, for delay 0) represents the time-delay net, whatever gaps " +
            "its delays " +
        "have. Learned delays, a softmax over all delays of each connection, cost as much as a convolution until one delay is chosen.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Of<int[]>("delays", "one delay is another", delays => [.. delays[..^1], delays[^1] - 1]);

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var key = report.Key(0);
        var x = key.For("x").Normal([Time, 5, Inputs]);
        var layer = new TimeDelay(Inputs, Units, report.Part("delays", Delays), key);
        var expected = layer.Forward(x);
        foreach (int width in (int[])[8, 9, 12])
        {
            double worst = Checks.Difference(Convolution(Pad(x, 0, width - 1, 0), Kernel(layer["weight"], width)), expected);
            report.Measure($"delays 0, 3, 7 against a convolution of width {width}: largest difference", worst, "at most 1E-5",
                worst <= 1e-5);
        }
        double narrow = Checks.Difference(Convolution(Pad(x, 0, 6, 0), Kernel(layer["weight"], 7)), expected);
        report.Measure("the same of width 7: too narrow", narrow, "above 0.1", narrow > 0.1);
        Costs(report, layer);
    }

    // The convolution's taps count from the oldest input; taps that are no delay are 0.
    static Tensor Kernel(Tensor weight, int width)
    {
        Tensor[] taps = [.. Enumerable.Range(0, width).Select(_ => Tensor.Zeros([Inputs, Units]))];
        for (int k = 0; k < Delays.Length; k++)
            if (Delays[k] < width)
                taps[width - 1 - Delays[k]] = weight[k].Detach();
        return Stack(taps);
    }

    // A weighted input that reaches an output is a multiplication; the tape counts them, as derivatives that are not 0.
    static void Costs(Report report, TimeDelay gaps)
    {
        const int Longest = 7;
        var key = report.Key(0);
        var learned = new LearnedTimeDelay(Inputs, Units, Longest, key);
        var whole = new TimeDelay(Inputs, Units, [.. Enumerable.Range(1, Longest)], key);
        int fixedCost = Multiplications(gaps.Forward, key), learnedCost = Multiplications(x => learned.Forward(x), key),
            wide = Multiplications(whole.Forward, key);
        foreach (var parameter in learned.Parameters.Where(parameter => parameter.Shape.Rank == 3))
            parameter.Assign(OneHotLogits(parameter.Shape));
        int chosen = Multiplications(x => learned.Forward(x), key);
        report.Table(["layer, 3 inputs and 4 units", "multiplications a step"],
        [
            ["3 fixed delays", $"{fixedCost}"], [$"convolution of width {Longest}", $"{wide}"],
                [$"learned delays 1 … {Longest}, untrained", $"{learnedCost}"],
            ["the same after each connection chose one", $"{chosen}"],
        ]);
        int connections = Inputs * Units;
        report.Measure("multiplications of 3 fixed delays, a step and connection", (double)fixedCost / connections, "3",
            fixedCost == 3 * connections);
        report.Measure("of learned delays before the choice, over those of the convolution", (double)learnedCost / wide, "1",
            learnedCost == wide);
        report.Measure("of learned delays after the choice, a step and connection", (double)chosen / connections, "1",
            chosen == connections);
    }

    static Tensor OneHotLogits(Shape shape)
    {
        var zeros = Tensor.Zeros([shape[0] - 1, shape[1], shape[2]]);
        return Concatenate(0, Tensor.Full([1, shape[1], shape[2]], 200), zeros);
    }

    static int Multiplications(Func<Tensor, Tensor> layer, RandomKey key)
    {
        using var tape = new Tape();
        var x = tape.Watch(key.Normal([Time, 1, Inputs]));
        var last = layer(x)[Time - 1].Reshape(Units);
        return Enumerable.Range(0, Units).Sum(unit => tape.Gradients(At(last, unit).Reshape(), [x])[0].ToDoubles().Count(slope =>
            slope != 0));
    }

    static int Multiplications(LayerForward layer, RandomKey key) => Multiplications(x => layer(x), key);

    delegate Tensor LayerForward(Tensor x, ReadOnlySpan<int> lengths = default);
}

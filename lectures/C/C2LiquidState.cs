using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Spiking neurons as a reservoir.</summary>
public sealed class C2LiquidState : Demonstration
{
    const int Channels = 8, Segment = 15, Segments = 2, Time = Segment * Segments;

    /// <inheritdoc/>
    public override string Id => "C2";

    /// <inheritdoc/>
    public override string Title => "Liquid state machine: spiking neurons, linear read-out";

    /// <inheritdoc/>
    public override string Claim =>
        "Leaky integrate-and-fire neurons with fixed random synapses separate input streams, and a linear read-out of their filtered " +
            "spikes computes nonlinear functions of past inputs: here the exclusive or of two bits that came one after the other, which " +
            "no linear read-out of the inputs can.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Separation(report);
        int trials = report.Quick ? 600 : 1500;
        report.Text($"Trials of {Segments} segments of {Segment} steps; in each, {Channels} channels spike at random, the first half " +
            $"often and the second seldom for a 1, the other way round for a 0. To be said at the end: exclusive or of the two bits; " +
            $"and each bit. {trials} trials to train on, {trials} to test; 135 neurons.");
        var rows = new List<string[]>();
        double liquidLeast = 1, linearMost = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            var (trainX, trainBits) = Trials(key.For("train"), trials);
            var (testX, testBits) = Trials(key.For("test"), trials);
            var cell = Liquid(key);
            double[] liquid = Accuracies(End(cell, trainX), trainBits, End(cell, testX), testBits);
            // All spikes of all steps, linearly: each bit is there, but not their exclusive or.
            double[] linear = Accuracies(Whole(trainX), trainBits, Whole(testX), testBits);
            (liquidLeast, linearMost) = (Math.Min(liquidLeast, liquid[0]), Math.Max(linearMost, linear[0]));
            rows.Add([$"{seed}", .. liquid.Select(Percent), .. linear.Select(Percent)]);
            if (seed == 0) report.Chart(Raster(cell, testX));
            report.Progress("seeds", (seed + 1.0) / report.Seeds);
        }
        report.Table(["seed", "liquid: exclusive or", "first bit", "second bit", "all inputs: exclusive or", "first bit", "second bit"],
            rows);
        report.Measure("liquid, exclusive or: least share right on new trials", liquidLeast, "at least 0.8", liquidLeast >= 0.8);
        report.Measure("linear read-out of all inputs, exclusive or: largest share right", linearMost, "at most 0.6: chance is 0.5",
            linearMost <= 0.6);
    }

    static LiquidStateCell Liquid(RandomKey key) => new(Channels, key, new() { InputScaling = 0.3, RecurrentScaling = 0.3 });

    // Two streams that differ in one spike, in a tenth of them, in all: how far apart are the liquid's states?
    static void Separation(Report report)
    {
        var chart = new Chart("Distance of the liquid's states for pairs of input streams; means of 32 pairs", "step",
            "distance of the filtered spikes");
        var cell = Liquid(report.Key(0));
        var (x, _) = Trials(report.Key(0).For("separation"), 32);
        var (other, _) = Trials(report.Key(0).For("other"), 32);
        var states = Recurrent.Over(cell).Forward(x);
        double last = -1;
        bool rises = true;
        foreach (double share in (double[])[0, 0.05, 0.2, 1])
        {
            var chosen = Greater(Tensor.Full(x.Shape, share), report.Key(0).For("mix").Uniform(x.Shape));
            var mixed = x + chosen * (other - x);
            var distance = Sqrt(Sum(Square(Recurrent.Over(cell).Forward(mixed) - states), -1));
            double[] mean = Mean(distance, -1).ToDoubles();
            chart.Line($"{100 * share} % of the steps drawn anew", Enumerable.Range(0, Time).Select(t => (double)t), mean);
            rises &= mean[^1] > last;
            last = mean[^1];
        }
        report.Chart(chart);
        report.Measure("distance of states rises with the distance of the inputs", rises ? 1 : 0, "yes", rises);
    }

    static Tensor End<TState>(Cell<TState> cell, Tensor x) => Recurrent.Over(cell).Forward(x)[^1];

    static Tensor Whole(Tensor x) => SwapAxes(x, 0, 1).Reshape(x.Shape[1], Time * Channels);

    static double[] Accuracies(Tensor train, Tensor trainBits, Tensor test, Tensor testBits)
    {
        var readout = new RidgeReadout(train.Shape[1], 3);
        readout.Fit(train, trainBits, 1e-2);
        var answers = readout.Forward(test);
        int count = test.Shape[0];
        return [.. Enumerable.Range(0, 3).Select(task => Enumerable.Range(0, count).Count(i => answers.At(i, task) > 0 == testBits.At(i,
            task) > 0) / (double)count)];
    }

    // Spikes [time, trials, channels]; exclusive or, first and second bit as ±1, [trials, 3].
    static (Tensor X, Tensor Bits) Trials(RandomKey key, int count)
    {
        var (spikes, answers) = (new float[Time, count, Channels], new float[count, 3]);
        for (int trial = 0; trial < count; trial++)
        {
            bool[] bits = [.. Enumerable.Range(0, Segments).Select(i => key.For("bits").Uniform((uint)(trial * Segments + i)) < 0.5)];
            for (int t = 0; t < Time; t++)
                for (int channel = 0; channel < Channels; channel++)
                {
                    double rate = channel < Channels / 2 == bits[t / Segment] ? 0.4 : 0.04;
                    spikes[t, trial, channel] = key.Uniform((uint)((t * count + trial) * Channels + channel)) < rate ? 1 : 0;
                }
            (answers[trial, 0], answers[trial, 1], answers[trial, 2]) = (bits[0] != bits[1] ? 1 : -1, bits[0] ? 1 : -1, bits[1] ? 1 : -1);
        }
        return (Tensor.From(spikes), Tensor.From(answers));
    }

    static Chart Raster(LiquidStateCell cell, Tensor x)
    {
        var spikes = Recurrent.Over(cell).Run(x).StackedStates().Spikes;
        var (times, neurons) = (new List<double>(), new List<double>());
        for (int t = 0; t < Time; t++)
            for (int neuron = 0; neuron < cell.Neurons; neuron++)
                if (spikes.At(t, 0, neuron) > 0)
                {
                    times.Add(t);
                    neurons.Add(neuron);
                }
        return new Chart("Spikes of the liquid in one trial, seed 0", "step", "neuron").Points("", times, neurons);
    }

    static string Percent(double share) => Numbers.Short(Math.Round(100 * share, 1)) + " %";
}

using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>A system with inputs and outputs, and a recurrent net that learns to be one.</summary>
public sealed class A3StateSpace : Demonstration
{
    const int Time = 60, Batch = 16;

    /// <inheritdoc/>
    public override string Id => "A3";

    /// <inheritdoc/>
    public override string Title => "Systems with inputs and outputs: a recurrent net is one";

    /// <inheritdoc/>
    public override string Claim =>
        "x_t = f(u_t, x_{t−1}), y_t = h(x_t) is the state-space form. A recurrent net is such a system with functions that are learned: " +
            "trained on inputs and outputs alone, it behaves like the system.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Identity(report);
        var learning = new Chart("Learning the pendulum from its inputs and outputs", "update", "mean squared error") { LogY = true };
        double worst = 0, closest = 0;
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var net = new Net(report.Key(seed));
            double[] losses = net.Train(report, report.Quick ? 600 : 1500);
            learning.Line($"seed {seed}", Enumerable.Range(1, losses.Length).Select(i => (double)i), losses);
            var u = Inputs(report.Key(seed).For("test"));
            var (truth, guess) = (Pendulum().Forward(u).ToDoubles(), net.Forward(u).Detach().ToDoubles());
            double error = Error(truth, guess);
            worst = Math.Max(worst, error);
            double baseline = Linear(u, truth);
            closest = Math.Max(closest, error / baseline);
            report.Text($"Seed {seed}: NRMSE on new inputs {Numbers.Short(error)}; of the best linear filter of the last 20 inputs " +
                $"{Numbers.Short(baseline)}.");
            if (seed == 0) report.Chart(Picture(truth, guess));
        }
        report.Chart(learning);
        report.Measure("largest NRMSE on new inputs", worst, "at most 0.2", worst <= 0.2);
        report.Measure("the same as a part of the linear filter's", closest, "below 1", closest < 1);
    }

    static void Identity(Report report)
    {
        var rnn = new RnnCell(1, 4, report.Key(0));
        var system = new StateSpaceCell(4, (u, x) => rnn.Step(u, x).Next);
        var inputs = Inputs(report.Key(0));
        double difference = (Recurrent.Over(rnn).Forward(inputs) - Recurrent.Over(system).Forward(inputs)).ToDoubles().Max(Math.Abs);
        report.Measure("difference of a recurrent net and the system with its functions", difference, "0", difference == 0);
    }

    // A damped pendulum, pushed by u, in small steps; how far it is to the side is seen.
    static Recurrent<Tensor> Pendulum() => Recurrent.Over(new StateSpaceCell(2, Next, x => Sin(Slice(x, 1, 0, 1))));

    static Tensor Next(Tensor u, Tensor x)
    {
        const double Step = 0.4, Damping = 0.5;
        var (angle, speed) = (Slice(x, 1, 0, 1), Slice(x, 1, 1, 1));
        var faster = speed + Step * (u - Damping * speed - Sin(angle));
        return Concatenate(1, angle + Step * faster, faster);
    }

    // Pushes that last for some steps each.
    static Tensor Inputs(RandomKey key)
    {
        var u = new float[Time, Batch, 1];
        for (int t = 0; t < Time; t++)
            for (int b = 0; b < Batch; b++)
                u[t, b, 0] = (float)(1.6 * key.At(b).Uniform((uint)((t + 3 * b) / 8)) - 0.8);
        return Tensor.From(u);
    }

    static double Error(double[] truth, double[] guess)
    {
        double mean = truth.Average(), variance = truth.Average(y => (y - mean) * (y - mean));
        return Math.Sqrt(truth.Zip(guess, (y, g) => (y - g) * (y - g)).Average() / variance);
    }

    static double Linear(Tensor u, double[] truth)
    {
        const int Taps = 20;
        var padded = Pad(u.As(ElementType.Float64), 0, Taps - 1, 0);
        var features = Concatenate(2, [.. Enumerable.Range(0, Taps).Select(k => Slice(padded, 0, Taps - 1 - k, Time))]);
        var readout = new RidgeReadout(Taps, 1);
        readout.Fit(features, Tensor.From(truth, [Time, Batch, 1]), 1e-6);
        return Error(truth, readout.Forward(features).ToDoubles());
    }

    static Chart Picture(double[] truth, double[] guess)
    {
        double[] steps = [.. Enumerable.Range(0, Time).Select(t => (double)t)];
        return new Chart("A pendulum under new pushes", "step", "sine of the angle")
            .Line("the system", steps, steps.Select(t => truth[(int)t * Batch]))
            .Dashed("the net, on its own", steps, steps.Select(t => guess[(int)t * Batch]));
    }

    sealed class Net
    {
        readonly Recurrent<Tensor> recurrent;
        readonly Linear head;
        readonly RandomKey key;
        readonly Parameter[] parameters;

        public Net(RandomKey key)
        {
            this.key = key;
            recurrent = Recurrent.Over(new RnnCell(1, 12, key));
            head = new Linear(12, 1, key.For("head"));
            parameters = [.. recurrent.Parameters, .. head.Parameters];
        }

        public Tensor Forward(Tensor u) => head.Forward(recurrent.Forward(u));

        public double[] Train(Report report, int updates)
        {
            var optimizer = new Adam(parameters, 0.01) { Clipping = Clipping.GlobalNorm(1) };
            var losses = new double[updates];
            for (int i = 0; i < updates; i++)
            {
                var u = Inputs(key.For("train").At(0) with { Seed = key.Seed * 100_000 + (ulong)i + 1 });
                var target = Pendulum().Forward(u);
                optimizer.LearningRate = 0.01 * Math.Pow(0.05, (double)i / updates);
                using var tape = new Tape();
                var loss = Loss.MeanSquaredError(Forward(u), target);
                optimizer.Step(tape.Gradients(loss, parameters));
                losses[i] = loss.ToScalar();
                if (i % 50 == 0) report.Progress($"seed {key.Seed}", (double)i / updates);
            }
            return losses;
        }
    }
}

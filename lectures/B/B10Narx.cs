using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>NARX with true, predicted or error feedback.</summary>
public sealed class B10Narx : Demonstration
{
    const int Hidden = 16, Time = 60, Batch = 16;
    const double Theta = 0.9;

    /// <inheritdoc/>
    public override string Id => "B10";

    /// <inheritdoc/>
    public override string Title => "NARX: true, predicted or error feedback";

    /// <inheritdoc/>
    public override string Claim =>
        "y_t = g(y_{t−1}…y_{t−T_y}, x_t…x_{t−T_x}): what is fed back is the past true output (teacher forcing), the past predicted " +
            "output (free running) or the past error. Trained on the truth it identifies a plant and then runs free; where the " +
            "disturbance is a moving average, feeding back errors predicts better than feeding back outputs.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Plant(report);
        MovingAverage(report);
        foreach (var feedback in Enum.GetValues<NarxFeedback>())
            report.Gradients(
                $"NARX, fed back: {feedback}", new NarxCell(feedback == NarxFeedback.Predicted ? 2 : 1, 3, 1, 1, 2, report.Key(0))
                    .With(feedback), 2);
    }

    static void Plant(Report report)
    {
        var learning = new Chart("Identifying a plant, the true output fed back", "update", "mean squared error") { LogY = true };
        Chart? forecast = null;
        var rows = new List<string[]>();
        var (ahead, free) = (new List<double>(), new List<double>());
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed).For("plant");
            var model = new Narx(new NarxCell(1, Hidden, 1, inputDelays: 0, outputDelays: 2, key, Functions.Tanh));
            learning.Learning($"seed {seed}", model.Fit(report, $"plant, seed {seed}", 2500, 2e-2, update =>
            {
                var (x, y) = Respond(key.For("train").At(update), Batch, Time);
                return Loss.MeanSquaredError(model.Run(x, y, NarxFeedback.True).Outputs, y);
            }));
            var (u, truth) = Respond(key.For("test"), 50, 200);
            var (one, own) = (model.Run(u, truth, NarxFeedback.True).Outputs, model.Run(u).Outputs);
            ahead.Add(RootError(one, truth));
            free.Add(RootError(own, truth));
            rows.Add([$"{seed}", Numbers.Short(ahead[^1]), Numbers.Short(free[^1])]);
            forecast ??= Forecast(own, truth);
        }
        report.Text("Plant: y_t = 1.2 sin y_{t−1} − 0.5 y_{t−2} + u_t + 0.5 u²_t, u uniform in [−1, 1).");
        report.Table(["seed", "one step ahead, error / standard deviation", "free running for 200 steps, error / standard deviation"],
            rows);
        report.Measure("largest relative error one step ahead", ahead.Max(), "below 0.05", ahead.Max() < 0.05);
        report.Measure("largest relative error running free", free.Max(), "below 0.1", free.Max() < 0.1);
        report.Chart(learning);
        report.Chart(forecast!);
    }

    static void MovingAverage(Report report)
    {
        var errors = new Dictionary<NarxFeedback, List<double>> { [NarxFeedback.True] = [], [NarxFeedback.Error] = [] };
        var rows = new List<string[]>();
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            foreach (var (feedback, list) in errors)
            {
                var key = report.Key(seed).For("moving average");
                var model = new Narx(new NarxCell(1, 8, 1, inputDelays: 1, outputDelays: 1, key, Functions.Tanh));
                model.Fit(report, $"moving average, {feedback}, seed {seed}", 1500, 1e-2, update =>
                {
                    var (x, y) = Disturbed(key.For("train").At(update));
                    return Loss.MeanSquaredError(model.Run(x, y, feedback).Outputs, y);
                });
                var (u, truth) = Disturbed(key.For("test"), 200);
                list.Add(Loss.MeanSquaredError(model.Run(u, truth, feedback).Outputs[10..], truth[10..]).ToScalar());
            }
            rows.Add([$"{seed}", .. errors.Values.Select(list => Numbers.Short(list[^1]))]);
        }
        double best = 1 + Theta * Theta - Theta * Theta / (1 + Theta * Theta);
        report.Text($"Disturbance: y_t = u_t + e_t + {Theta} e_{{t−1}}, e of variance 1. The best " +
            $"prediction from one past output has error {best:F3}, from one past error 1.");
        report.Table(["seed", "true output fed back, mean squared error", "error fed back, mean squared error"], rows);
        double worstError = errors[NarxFeedback.Error].Max(), bestTrue = errors[NarxFeedback.True].Min();
        report.Measure("largest mean squared error with the error fed back", worstError, "below 1.1; 1 is the limit", worstError < 1.1);
        report.Measure("least mean squared error with the output fed back", bestTrue, "above 1.25", bestTrue > 1.25);
    }

    static (Tensor U, Tensor Y) Respond(RandomKey key, int batch, int time)
    {
        var (u, y) = (new float[time, batch, 1], new float[time, batch, 1]);
        for (int b = 0; b < batch; b++)
            for (int t = 0; t < time; t++)
            {
                double input = 2 * key.Uniform((uint)(b * time + t)) - 1;
                double last = t > 0 ? y[t - 1, b, 0] : 0, before = t > 1 ? y[t - 2, b, 0] : 0;
                double answer = 1.2 * Math.Sin(last) - 0.5 * before + input * (1 + 0.5 * input);
                (u[t, b, 0], y[t, b, 0]) = ((float)input, (float)answer);
            }
        return (Tensor.From(u), Tensor.From(y));
    }

    static (Tensor U, Tensor Y) Disturbed(RandomKey key, int batch = Batch)
    {
        var (u, e) = (key.For("u").Normal([Time, batch, 1]), key.For("e").Normal([Time + 1, batch, 1]));
        return (u, u + e[1..] + Theta * e[..Time]);
    }

    static double RootError(Tensor said, Tensor truth) =>
        Math.Sqrt(Loss.MeanSquaredError(said[20..], truth[20..]).ToScalar() / Functions.Variance(truth[20..]).ToScalar());

    static Chart Forecast(Tensor own, Tensor truth)
    {
        var steps = Enumerable.Range(100, 60).ToArray();
        return new Chart("Running free against the truth, steps 100 to 160 (seed 0)", "step", "y")
            .Points("truth", steps.Select(t => (double)t), steps.Select(t => truth.At(t, 0, 0)))
            .Line("NARX", steps.Select(t => (double)t), steps.Select(t => own.At(t, 0, 0)));
    }
}

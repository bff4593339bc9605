using Autograd.Data;
using Autograd.Layers;

namespace Autograd.Lectures;

/// <summary>The simple cell, the LSTM and the GRU with as many parameters, on the same tasks.</summary>
public sealed class F12ThreeCells : Demonstration
{
    const int Budget = 1000, Batch = 32, TestBatch = 500;

    /// <inheritdoc/>
    public override string Id => "F12";

    /// <inheritdoc/>
    public override string Title => "Simple RNN, LSTM and GRU of equal size on the same tasks";

    /// <inheritdoc/>
    public override string Claim => "Gated units clearly beat the simple one; LSTM and GRU are close.";

    /// <inheritdoc/>
    public override Fault? Fault => Fault.Amnesia;

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        Compare(report, new Adding());
        Compare(report, new Order());
    }

    static void Compare(Report report, Exercise exercise)
    {
        var chart = new Chart(exercise.Name, "update", exercise.LossName) { LogY = exercise.LogScale };
        var results = new Dictionary<string, List<double>> { ["simple RNN"] = [], ["LSTM"] = [], ["GRU"] = [] };
        var speed = results.Keys.ToDictionary(name => name, _ => new List<double>());
        var rows = new List<string[]>();
        string sizes = "";
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            var key = report.Key(seed);
            foreach (var (name, model, units) in Models(report, exercise, key))
            {
                var (error, updates) = Learn(report, exercise, chart, name, seed, model);
                results[name].Add(error);
                speed[name].Add(updates);
                if (seed == 0) sizes += $"{name}: {units} units, {model.ParameterCount} parameters with the read-out. ";
            }
            rows.Add([$"{seed}", .. results.Values.Select(result => Numbers.Short(result[^1])), .. speed.Values.Select(updates =>
                Numbers.Short(updates[^1]))]);
        }
        rows.Add(["median", .. results.Values.Select(result => Numbers.Short(Median(result))), .. speed.Values.Select(updates =>
            Numbers.Short(Median(updates)))]);
        report.Text($"{exercise.Name}. {sizes}Updates: until the {exercise.LossName} is below {exercise.Learned} in the mean of 50.");
        report.Table(["seed", .. results.Keys.Select(name => $"{name}, {exercise.Measured}"), .. speed.Keys.Select(name =>
            $"{name}, updates")], rows);
        var (simple, lstm, gru) = (Median(results["simple RNN"]), Median(results["LSTM"]), Median(results["GRU"]));
        report.Measure($"{exercise.Name}: worse of the LSTM's and the GRU's median {exercise.Measured}", Math.Max(lstm, gru),
            $"at most a third of the simple net's {Numbers.Short(simple)}", Math.Max(lstm, gru) <= simple / 3);
        double slower = Math.Max(Median(speed["LSTM"]), Median(speed["GRU"])), quicker = Math.Min(Median(speed["LSTM"]),
            Median(speed["GRU"]));
        report.Claim($"{exercise.Name}: updates that the slower of LSTM and GRU needs over the quicker, medians", slower / quicker,
            "at most 2: close", slower <= 2 * quicker);
        report.Chart(chart);
    }

    static IEnumerable<(string Name, Learner Model, int Units)> Models(Report report, Exercise exercise, RandomKey key)
    {
        int inputs = exercise.Inputs, outputs = exercise.Outputs;
        int simple = Nearest(units => new RnnCell(inputs, units, key)), lstm = Nearest(units => new LstmCell(inputs, units, key)),
            gru = Nearest(units => new GruCell(inputs, units, key));
        yield return ("simple RNN", Learner.Over(report.Cell(new RnnCell(inputs, simple, key)), simple, outputs, key), simple);
        yield return ("LSTM", Learner.Over(report.Cell(new LstmCell(inputs, lstm, key)), lstm, outputs, key), lstm);
        yield return ("GRU", Learner.Over(report.Cell(new GruCell(inputs, gru, key)), gru, outputs, key), gru);
    }

    // The number of units whose cell comes nearest to the budget.
    static int Nearest(Func<int, Layers.Module> cell) => Enumerable.Range(1, 40).MinBy(units => Math.Abs(cell(units)
        .ParameterCount - Budget));

    static (double Error, double Updates) Learn(Report report, Exercise exercise, Chart chart, string name, int seed, Learner model)
    {
        var key = report.Key(seed);
        double[] losses = model.Train(
            report, $"{exercise.Name}, {name}, seed {seed}", report.Quick ? exercise.QuickUpdates : 2 * exercise.QuickUpdates, 1e-2,
            update => exercise.Loss(model, key.For("train").At(update), Batch));
        if (seed == 0) chart.Learning(name, losses);
        return (exercise.Error(model, key.For("test"), TestBatch), UpdatesUntil(losses, exercise.Learned));
    }

    // The mean over 50 updates falls below a level; all of them if it never does.
    static double UpdatesUntil(double[] losses, double level)
    {
        const int Stretch = 50;
        double sum = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            sum += losses[i] - (i >= Stretch ? losses[i - Stretch] : 0);
            if (i >= Stretch && sum < Stretch * level) return i;
        }
        return losses.Length;
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    abstract record Exercise(string Name, int Inputs, int Outputs, string LossName, string Measured, bool LogScale, int QuickUpdates,
        double Learned)
    {
        public abstract Tensor Loss(Learner model, RandomKey key, int batch);

        public abstract double Error(Learner model, RandomKey key, int batch);
    }

    sealed record Adding() : Exercise("Adding problem, T = 50", 2, 1, "mean squared error", "test error", true, 1200, 0.01)
    {
        public override Tensor Loss(Learner model, RandomKey key, int batch)
        {
            var data = AddingProblem.Batch(key, 50, batch);
            return Layers.Loss.MeanSquaredError(model.Last(data.Inputs), data.Targets);
        }

        public override double Error(Learner model, RandomKey key, int batch) => Loss(model, key, batch).ToScalar();
    }

    sealed record Order() : Exercise("Temporal order, T = 40", 8, 4, "cross-entropy, nats", "share wrong", false, 1500, 0.1)
    {
        const int Time = 40;

        public override Tensor Loss(Learner model, RandomKey key, int batch)
        {
            var data = TemporalOrder.Batch(key, batch, Time);
            return Layers.Loss.CrossEntropy(model.Last(data.Inputs, data.Lengths), data.Labels);
        }

        public override double Error(Learner model, RandomKey key, int batch)
        {
            var data = TemporalOrder.Batch(key, batch, Time);
            var logits = model.Last(data.Inputs, data.Lengths);
            return Enumerable.Range(0, batch).Count(row => Enumerable.Range(0, 4).MaxBy(label => logits.At(row,
                label)) != data.Labels[row]) / (double)batch;
        }
    }
}

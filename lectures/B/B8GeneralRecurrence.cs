using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Any lags, any feedback, any state.</summary>
public sealed class B8GeneralRecurrence : Demonstration
{
    const int Lag = 20, Hidden = 12, Symbols = 4, Batch = 32;

    /// <inheritdoc/>
    public override string Id => "B8";

    /// <inheritdoc/>
    public override string Title => "General recurrences: other lags, outputs fed back to lower layers, nested states";

    /// <inheritdoc/>
    public override string Claim =>
        "A user states a recurrence with any lags, feedback and state; nothing built in knows it. A connection over the lag of a task " +
            "makes a long dependency a short one.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var key = report.Key(0);
        report.Gradients("h_t = f(x_t, h_{t−1}, h_{t−3})", TwoLags(2, 3, 3, key), 2);
        report.Gradients("LSTM that sees its state of 2 steps ago", DelayedState.Of(new LstmCell(2, 2, key), 2), 2);
        report.Gradients(
            "output of the top layer fed back to the lowest",
            OutputFeedback.Around(Stacked.Of(new RnnCell(2 + 2, 3, key.For("low")), new RnnCell(3, 2, key.For("top"))), outputs: 2), 2);
        report.Gradients("a state of a user's own, nested", new NestedCell(2, 2, key), 2);

        var chart = new Chart($"Repeating one of four symbols after {Lag} steps", "update", "cross-entropy, nats");
        var (lagged, simple) = (new List<double>(), new List<double>());
        for (int seed = 0; seed < report.Seeds; seed++)
        {
            key = report.Key(seed);
            lagged.Add(Learn(report, chart, $"lags 1 and {Lag}, seed {seed}", Learner.Over(TwoLags(Symbols, Hidden, Lag, key), Hidden,
                Symbols, key), key));
            simple.Add(Learn(report, chart, $"lag 1, seed {seed}", Learner.Over(new RnnCell(Symbols, Hidden, key), Hidden, Symbols,
                key), key));
        }
        report.Table(["seed", $"share right, lags 1 and {Lag}", "share right, lag 1"], lagged.Zip(simple).Select((pair, seed) =>
            (string[])[$"{seed}", Numbers.Short(pair.First), Numbers.Short(pair.Second)]));
        report.Measure($"least share right with lags 1 and {Lag}", lagged.Min(), "above 0.99", lagged.Min() > 0.99);
        report.Measure("largest share right with lag 1 alone", simple.Max(), "below 0.9; chance is 0.25", simple.Max() < 0.9);
        report.Chart(chart);
    }

    static MultiLag TwoLags(int inputs, int hidden, int lag, RandomKey key)
    {
        Linear x = new(inputs, hidden, key.For("x")), near = new(hidden, hidden, key.For("near")), far = new(hidden, hidden,
            key.For("far"));
        return new MultiLag(hidden, (input, past) => Tanh(x.Forward(input) + near.Forward(past[0]) + far.Forward(past[1])), [1, lag], x,
            near, far);
    }

    static double Learn(Report report, Chart chart, string name, Learner model, RandomKey key)
    {
        double[] losses = model.Train(report, name, 600, 1e-2, update => Try(model, key.For("train").At(update)).Loss);
        if (name.StartsWith("lags", StringComparison.Ordinal)) chart.Learning(name, losses);
        else chart.Baseline(name, losses);
        return Try(model, key.For("test")).Share;
    }

    static (Tensor Loss, double Share) Try(Learner model, RandomKey key)
    {
        const int Time = Lag + 5;
        int[] symbols = [.. Enumerable.Range(0, Time * Batch).Select(i => key.Whole((uint)i, Symbols))];
        var logits = model.All(OneHot(symbols, Symbols).Reshape(Time, Batch, Symbols))[Lag..];
        int[] labels = symbols[..(5 * Batch)];
        double[] numbers = logits.ToDoubles();
        int right = labels.Where((label, i) => numbers.AsSpan(i * Symbols, Symbols).ToArray() is var row && Array.IndexOf(row,
            row.Max()) == label).Count();
        return (Loss.CrossEntropy(logits, labels), right / (double)labels.Length);
    }

    /// <summary>Two LSTM states and a trace of their difference, in one value.</summary>
    sealed class NestedCell : Cell<((LstmState Fast, LstmState Slow) Pair, Tensor Trace)>
    {
        readonly LstmCell fast, slow;

        public NestedCell(int inputs, int hidden, RandomKey key)
            : base(key, hidden)
        {
            Part(out fast, new LstmCell(inputs, hidden, key.For(nameof(fast)), forgetBias: 0));
            Part(out slow, new LstmCell(inputs + hidden, hidden, key.For(nameof(slow)), forgetBias: 3));
        }

        public override (Tensor Output, ((LstmState Fast, LstmState Slow) Pair, Tensor Trace) Next) Step(
            Tensor x, ((LstmState Fast, LstmState Slow) Pair, Tensor Trace) state)
        {
            var (h, a) = fast.Step(x, state.Pair.Fast);
            var (y, b) = slow.Step(Concatenate(-1, x, state.Trace), state.Pair.Slow);
            var trace = 0.5 * state.Trace + h - y;
            return (trace, ((a, b), trace));
        }
    }
}

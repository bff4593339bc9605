using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Back-propagation through the whole unfolded sequence.</summary>
public sealed class D1BackPropagation : Demonstration
{
    const int Time = 40;

    /// <inheritdoc/>
    public override string Id => "D1";

    /// <inheritdoc/>
    public override string Title => "Back-propagation through time";

    /// <inheritdoc/>
    public override string Claim =>
        "Unfolded in time a recurrent net is a deep net with shared weights: a reverse sweep gives the gradient of every weight, summed " +
            "over time, and that of the initial state. The divergence may be any function of the whole output sequence.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var key = report.Key(0);
        var rows = new List<string[]>();
        double worst = 0, worstSum = 0;
        foreach (var (name, check, sum) in (IEnumerable<(string, double, double)>)[
            Checked("simple recurrent", new RnnCell(2, 3, key), key), Checked("LSTM", new LstmCell(2, 3, key), key),
            Checked("LSTM with peepholes", new PeepholeLstmCell(2, 3, key), key), Checked("GRU", new GruCell(2, 3, key), key),
            Checked("two GRUs, stacked", Stacked.Of<Tensor>(new GruCell(2, 3, key), new GruCell(3, 2, key.For("second"))), key)])
        {
            (worst, worstSum) = (Math.Max(worst, check), Math.Max(worstSum, sum));
            rows.Add([name, Numbers.Short(check), Numbers.Short(sum)]);
        }
        report.Text("A divergence that is no sum over steps: log Σ over sequences of e^(Π over time of Σ of the outputs), plus the " +
            "largest output of all. Weights and initial state are compared with differences of function values, in double.");
        report.Table(["cell", "largest error against differences", "sum over steps against whole"], rows);
        report.Measure("largest error of any gradient, initial state included", worst, "at most 1e-7", worst <= 1e-7);
        report.Measure("sum over the steps of each step's gradient against the whole one", worstSum, "at most 1e-12", worstSum <= 1e-12);
        Norms(report);
    }

    static Tensor Divergence(Tensor y) => LogSumExp(Product(1 + 0.1 * Sum(y, -1), 0)) + Max(y);

    static (string Name, double Check, double Sum) Checked<TState>(string name, Cell<TState> cell, RandomKey key)
    {
        var x = key.For("x").Normal([6, 2, 2], 1, ElementType.Float64);
        var zero = cell.Initial(2, ElementType.Float64);
        var initial = State.Map(zero, tensor => key.For("initial").Normal(tensor.Shape, 0.5, ElementType.Float64));
        var found = BackPropagation.Through(cell).ThroughTime(x, initial, Divergence);
        double check = 0;
        double[] values = [.. State.Tensors(initial).SelectMany(tensor => tensor.ToDoubles())],
            gradient = [.. State.Tensors(found.Initial).SelectMany(tensor => tensor.ToDoubles())];
        for (int i = 0; i < values.Length; i++) check = Math.Max(check, Math.Abs(gradient[i] - Slope(shift => Value(cell, x,
            Shifted(initial, i, shift)))));
        var recurrent = Recurrent.Over(cell);
        var report = GradientCheck.Run(inputs => Divergence(recurrent.Run(inputs[0], initial).Outputs), [x], cell.Parameters);
        check = Math.Max(check, report.Comparisons.Max(comparison => Math.Abs(comparison.Analytic - comparison.Numeric)));
        return (name, check, SumOverSteps(cell, x, initial, found));
    }

    static double Value<TState>(Cell<TState> cell, Tensor x, TState initial) => BackPropagation.Through(cell).ThroughTime(x, initial,
        Divergence).Loss;

    static double Slope(Func<double, double> value)
    {
        const double Step = 1e-3;
        return (value(-2 * Step) - 8 * value(-Step) + 8 * value(Step) - value(2 * Step)) / (12 * Step);
    }

    static TState Shifted<TState>(TState state, int element, double shift)
    {
        int first = 0;
        return State.Map(state, tensor =>
        {
            double[] numbers = tensor.ToDoubles();
            if (element >= first && element < first + numbers.Length) numbers[element - first] += shift;
            first += numbers.Length;
            return Tensor.From(numbers, tensor.Shape);
        });
    }

    static double SumOverSteps<TState>(Cell<TState> cell, Tensor x, TState initial, SequenceGradients<TState> whole)
    {
        using var tape = new Tape();
        foreach (var parameter in cell.Parameters) tape.Bind(parameter, parameter.Detach().As(ElementType.Float64));
        StepUses[] uses = [.. cell.Parameters.Select(tape.SplitByStep)];
        var loss = Divergence(Recurrent.Over(cell).Run(x, initial).Outputs);
        double worst = 0;
        for (int i = 0; i < uses.Length; i++)
        {
            double[] sum = Sum(uses[i].Gradients(loss), 0).ToDoubles(), expected = whole.Gradients[i].ToDoubles();
            worst = Math.Max(worst, sum.Zip(expected, (a, b) => Math.Abs(a - b)).Max());
        }
        return worst;
    }

    static void Norms(Report report)
    {
        var key = report.Key(0).For("norms");
        var chart = new Chart("How much of the error at the end reaches each step", "step t",
            "‖∂loss/∂state after step t‖")
        { LogY = true };
        var x = key.Normal([Time, 1, 2]);
        void Add<TState>(string name, Cell<TState> cell) => chart.Line(
            name, Enumerable.Range(1, Time).Select(t => (double)t),
            new BackPropagation<TState>(cell) { ReportsStepNorms = true }.ThroughTime(x, y => Sum(At(y, ^1))).StepNorms);
        Add("simple recurrent", new RnnCell(2, 16, key));
        Add("GRU", new GruCell(2, 16, key));
        Add("LSTM, forget bias 1", new LstmCell(2, 16, key));
        Add("LSTM, forget bias 5", new LstmCell(2, 16, key, forgetBias: 5));
        report.Chart(chart);
        report.Text("The reverse sweep reports the norm of the state's gradient at every step, for any cell: here for a loss at the " +
            "last step, at initialisation.");
    }
}

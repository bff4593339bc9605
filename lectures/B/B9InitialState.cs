using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Where a sequence starts: zero, given, learned.</summary>
public sealed class B9InitialState : Demonstration
{
    const int Time = 40;
    const double Angle = 2 * Math.PI / 12, X0 = 0.6, Y0 = -0.7;

    /// <inheritdoc/>
    public override string Id => "B9";

    /// <inheritdoc/>
    public override string Title => "The initial state: zero, given, or learned";

    /// <inheritdoc/>
    public override string Claim =>
        "h₀ is zero, given, or a parameter with a gradient like any other. Of a pendulum without input all that distinguishes its " +
            "motions is h₀: from zero nothing moves, a learned h₀ finds amplitude and phase.";

    /// <inheritdoc/>
    public override void Run(Report report)
    {
        var x = Tensor.Zeros([Time, 1, 1]);
        var truth = Recurrent.Over(new Pendulum()).Run(x, Tensor.From(new[,] { { (float)X0, (float)Y0 } })).Outputs;
        var zero = Recurrent.Over(new Pendulum()).Forward(x);
        var learned = Recurrent.Over(new Pendulum(), InitialState.Learned);
        double[] losses = learned.Fit(report, "h0", 400, 5e-2, _ => Loss.MeanSquaredError(learned.Forward(x), truth));
        double[] found = learned["initial0"].ToDoubles();
        report.Table(
            ["h₀", "value", "mean squared error"],
            [
                ["zero", "0, 0", Numbers.Short(Loss.MeanSquaredError(zero, truth).ToScalar())],
                ["given", $"{X0}, {Y0}", "0"],
                ["learned", $"{Numbers.Short(found[0])}, {Numbers.Short(found[1])}",
                    Numbers.Short(Loss.MeanSquaredError(learned.Forward(x), truth).ToScalar())],
            ]);
        double distance = Math.Sqrt(Math.Pow(found[0] - X0, 2) + Math.Pow(found[1] - Y0, 2));
        report.Measure("distance of the learned h₀ from the true one", distance, "below 0.001", distance < 1e-3);
        var recurrent = Recurrent.Over(new LstmCell(2, 3, report.Key(0)), InitialState.Learned);
        report.Gradients("LSTM with learned h₀ and c₀, lengths 4 and 2", GradientCheck.Run(
            inputs => recurrent.Forward(inputs[0], [4, 2]), [report.Key(0).Normal([4, 2, 2])], recurrent.Parameters));
        SumOverTheBatch(report);
        report.Chart(new Chart("Learning h₀", "update", "mean squared error") { LogY = true }.Learning("learned h₀", losses));
        var steps = Enumerable.Range(0, Time).Select(t => (double)t);
        report.Chart(new Chart("Motion", "step", "position").Points("truth", steps, truth.ToDoubles()).Line("h₀ = 0", steps,
            zero.ToDoubles())
            .Line("h₀ learned", steps, learned.Forward(x).ToDoubles()));
    }

    // A learned state serves all sequences of a batch: its gradient is the sum of what each would give.
    static void SumOverTheBatch(Report report)
    {
        var model = Recurrent.Over(new GruCell(2, 3, report.Key(0)), InitialState.Learned);
        var x = report.Key(0).Normal([6, 4, 2]);
        var (_, together) = Differentiate.ValueAndGradient(() => Sum(Square(model.Forward(x))), [model["initial0"]]);
        var sum = Enumerable.Range(0, 4)
            .Select(b => Differentiate.ValueAndGradient(() => Sum(Square(model.Forward(Slice(x, 1, b, 1)))), [model["initial0"]])
                .Gradients[0])
            .Aggregate((a, b) => a + b);
        report.Same("difference of a batch's gradient from the sum over its sequences", sum, together[0], 1e-5);
    }

    /// <summary>A rotation, with the first coordinate as output.</summary>
    sealed class Pendulum() : Cell<Tensor>(default, 2)
    {
        static readonly Tensor Rotation = Tensor.From(new[,]
        {
            { (float)Math.Cos(Angle), (float)Math.Sin(Angle) },
            { -(float)Math.Sin(Angle), (float)Math.Cos(Angle) },
        });

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = MatMul(state, Rotation);
            return (Slice(next, -1, 0, 1), next);
        }
    }
}

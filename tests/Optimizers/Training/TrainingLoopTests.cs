using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Tests.Optimizers;

public class TrainingLoopTests
{
    // The words of the loop's documentation, with the parts alone.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void IsTheLoopByHand(int microBatches)
    {
        var (whole, hand) = (new SmallTraining(microBatches: microBatches), new SmallTraining());
        var result = whole.Loop.Run(60, whole.Progress);
        var (optimizer, sum, best) = (hand.Optimizer, new GradientSum(hand.Parameters), new BestSoFar(hand.Parameters));
        List<double> losses = [];
        while (optimizer.Steps < 60 && !hand.Stopping.IsOver)
        {
            double total = 0;
            for (int i = 0; i < microBatches; i++)
            {
                using var tape = new Tape();
                var loss = hand.Loss(optimizer.Steps * microBatches + i);
                sum.Add(tape.Gradients(loss, hand.Parameters), 1.0 / microBatches);
                total += loss.ToScalar();
            }
            losses.Add(total / microBatches);
            optimizer.Step(sum.Gradients);
            sum.Clear();
            hand.Average.Update();
            if (optimizer.Steps % 3 != 0) continue;
            double value;
            using (hand.Average.Apply())
            {
                value = hand.Loss(1000 + optimizer.Steps).ToScalar();
                best.Observe(value);
            }
            hand.Stopping.Observe(value);
            optimizer.Schedule.Validated(value);
        }
        Assert.True(best.Put());
        Assert.Equal(hand.Values, whole.Values);
        Assert.Equal(losses, whole.Reports.Select(report => report.Loss));
        Assert.Equal((TrainingEnd.StoppedEarly, optimizer.Steps, best.Value), (result.End, result.Steps, result.Best));
        Assert.Equal(3 * best.BestObservation, result.BestStep);
    }

    [Fact]
    public void ReportsComeInOrderOnThisThread()
    {
        int thread = Environment.CurrentManagedThreadId;
        var training = new SmallTraining(_ => Assert.Equal(thread, Environment.CurrentManagedThreadId));
        training.Loop.Run(12, training.Progress);
        Assert.Equal(Enumerable.Range(1, 12).Select(step => (long)step), training.Reports.Select(report => report.Step));
        Assert.All(training.Reports, report => Assert.Equal(report.Step % 3 == 0, report.Validation is not null));
        Assert.All(training.Reports, report => Assert.Equal(12, report.Steps));
        for (int i = 0; i < 12; i++)
        {
            var since = training.Reports[(i / 3 * 3)..(i + 1)];
            Assert.Equal(since.Average(report => report.Loss), training.Reports[i].MeanLoss, 1e-14);
            Assert.Equal(
                training.Reports[..(i + 1)].Min(report => report.Validation),
                training.Reports[i].Best);
        }
        // Warmed up over three steps.
        Assert.Equal(
            [0.2 / 3, 0.4 / 3], training.Reports[..2].Select(report => Math.Round(report.LearningRate, 15)).Select(x => x),
            (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void WithoutValidationTheParametersHoldTheLastValues()
    {
        var (loop, hand) = (Line(), Line());
        var first = new TrainingLoop(new Sgd([loop], 0.1), _ => Square(loop));
        var result = first.Run(5);
        var optimizer = new Sgd([hand], 0.1);
        for (int i = 0; i < 5; i++) optimizer.Step(Differentiate.ValueAndGradient(() => Square(hand), [hand]).Gradients);
        Assert.Equal(hand.ToDoubles(), loop.ToDoubles());
        Assert.Equal(new TrainingResult(TrainingEnd.StepsDone, 5, null, null), result);
        Assert.Null(first.Best.Value);
    }

    // Larger is better: the validation is the negative one.
    [Fact]
    public void TheBestMayBeTheLargest()
    {
        var parameter = Line();
        double[] judged = [1, 3, 2, double.NaN, 3];
        List<double> values = [];
        int next = 0;
        var loop = new TrainingLoop(new Sgd([parameter], 0.1), _ => Square(parameter))
        {
            LargerIsBetter = true,
            ValidateEvery = 1,
            Validation = () =>
            {
                values.Add(parameter.ToDoubles()[0]);
                return judged[next++];
            },
            Stopping = new EarlyStopping(3, largerIsBetter: true),
        };
        var result = loop.Run(100);
        Assert.Equal(new TrainingResult(TrainingEnd.StoppedEarly, 5, 3, 2), result);
        Assert.Equal(values[1], parameter.ToDoubles()[0]);
    }

    // What the user puts into the parameters between two runs stays there.
    [Fact]
    public void ParametersThatWereChangedOnPurposeAreNotPutBack()
    {
        var parameter = Line();
        double validation = 1;
        List<double> begun = [];
        var loop = new TrainingLoop(new Sgd([parameter], 0.1), _ =>
        {
            begun.Add(parameter.ToDoubles()[0]);
            return Square(parameter);
        })
        { ValidateEvery = 1, Validation = () => validation++ };
        loop.Run(3);
        double last = begun[^1] * 0.8;
        Assert.Equal(begun[0] * 0.8, parameter.ToDoubles()[0], 1e-15);
        loop.Run(4);
        Assert.Equal(last, begun[^1], 1e-15);
        parameter.Assign(Tensor.From([7.0]));
        loop.Run(5);
        Assert.Equal(7, begun[^1]);
    }

    static Parameter Line() => new("p", Tensor.From([1.5]));
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Learning;

public class ForwardLearningTests
{
    static readonly RandomKey Key = new(3);

    public static TheoryData<string> Tasks => LearningTask.Names;

    [Theory, MemberData(nameof(Tasks))]
    public void RealTimeLearningIsBackPropagation(string name)
    {
        var task = LearningTask.Named(name);
        Same(task.Learn(new Rules.Whole()), task.Learn(new Rules.RealTime()));
    }

    [Fact]
    public void FocusedBackPropagationIsBackPropagationForSelfConnections()
    {
        var task = LearningTask.Named("FocusedCell");
        Same(task.Learn(new Rules.Whole()), task.Learn(new Rules.Focused()));
    }

    [Fact]
    public void TheFocusedCellPassesTheGradientCheck() =>
        GradientCheck.Run(new FocusedCell(2, 3, Key), Key.Normal([4, 2, 2]), options: new() { Order = 2 }).ThrowIfFailed();

    /// <summary>More steps of reach come closer to the exact gradient, and enough of them are exact.</summary>
    [Fact]
    public void SnapBecomesExactAsItsReachGrows()
    {
        var x = InDouble.Draw(Key, 9, 2, 4);
        Tensor[] Gradients(int? reach) => [.. RealTimeLearning.Of(new RingCell(), reach: reach).Run(x, (y, _) => Sum(Square(y))).Gradients];
        var exact = Gradients(null);
        double[] errors = [.. Enumerable.Range(1, 4).Select(reach => Distance(exact, Gradients(reach)))];
        Assert.True(errors[0] > errors[1] && errors[1] > errors[2] && errors[2] > 0, string.Join(", ", errors));
        Assert.Equal(0, errors[3]);
    }

    /// <summary>Where units feed only themselves nothing is lost by keeping only what a weight influences within one step.</summary>
    [Fact]
    public void SnapOneIsExactForSelfConnections()
    {
        var task = LearningTask.Named("FocusedCell");
        Close.Same(task.Learn(new Rules.RealTime()).Gradients, task.Learn(new Rules.RealTime(1)).Gradients);
    }

    [Fact]
    public void SnapOneKeepsWhatAWeightInfluencesWithinAStep()
    {
        var (exact, masked) = (RealTimeLearning.Of(new RnnCell(2, 3, Key)), RealTimeLearning.Of(new RnnCell(2, 3, Key), reach: 1));
        var x = InDouble.Draw(Key, 4, 1, 2);
        for (int t = 0; t < 4; t++)
        {
            exact.Step(At(x, t));
            masked.Step(At(x, t));
        }
        // W is [2, 3]: element (i, j) acts on unit j; R and b likewise.
        for (int unit = 0; unit < 3; unit++)
            for (int weight = 0; weight < 6 + 9 + 3; weight++)
            {
                Assert.NotEqual(0, exact.InfluenceOf(weight, unit));
                Assert.Equal(weight % 3 == unit, masked.InfluenceOf(weight, unit) != 0);
            }
    }

    [Fact]
    public void TheInfluenceIsTheDerivativeOfTheState()
    {
        var cell = new GruCell(1, 2, Key);
        var online = RealTimeLearning.Of(cell);
        var x = InDouble.Draw(Key, 5, 1, 1);
        for (int t = 0; t < 5; t++) online.Step(At(x, t));
        using var tape = InDouble.Tape(cell);
        var final = Recurrent.Over(cell).Run(x).Final;
        for (int unit = 0; unit < 2; unit++)
        {
            var seed = OneHot([unit], 2, ElementType.Float64);
            double[] expected = [.. tape.Gradients([final], [seed], cell.Parameters).SelectMany(gradient => gradient.ToDoubles())];
            for (int weight = 0; weight < expected.Length; weight++)
                Assert.Equal(expected[weight], online.InfluenceOf(weight, unit), 1e-13);
        }
    }

    [Fact]
    public void StepsReportTheirGradientsAsTheyCome()
    {
        var cell = new LstmCell(2, 3, Key);
        var x = InDouble.Draw(Key, 6, 2, 2);
        var online = RealTimeLearning.Of(cell);
        for (int t = 0; t < 6; t++)
        {
            int now = t;
            var step = online.Step(At(x, t), y => Sum(Square(y)));
            var expected = BackPropagation.Through(cell).ThroughTime(x[..(t + 1)], y => Sum(Square(At(y, now))));
            Assert.Equal(expected.Loss, step.Loss, 1e-13);
            for (int i = 0; i < expected.Gradients.Count; i++) Close.Equal(expected.Gradients[i], step.Gradients[i], 1e-12);
            double norm = Math.Sqrt(step.Gradients.Sum(gradient => gradient.ToDoubles().Sum(e => e * e)));
            Assert.Equal(norm, step.Norm, 1e-15 + 1e-15 * norm);
        }
        online.Begin();
        Close.Same([.. RealTimeLearning.Of(cell).Step(At(x, 0), y => Sum(y)).Gradients], [.. online.Step(At(x, 0), y => Sum(y)).Gradients]);
    }

    /// <summary>Online: the weights change while the sequence runs, and the network still learns.</summary>
    [Fact]
    public void LearnsOnline()
    {
        var cell = new RnnCell(1, 6, Key);
        var head = new Linear(6, 1, Key.For("head"));
        var x = Key.For("x").Uniform([600, 1, 1], -1, 1);
        var losses = new List<double>();
        Parameter[] parameters = [.. cell.Parameters, .. head.Parameters];
        RealTimeLearning.Of(cell, head.Parameters).Run(
            x,
            (y, t) => t < 2 ? Sum(0 * y) : Sum(Square(head.Forward(At(y, 0)) - At(x, t - 2))),
            window =>
            {
                losses.Add(window.Loss);
                foreach (var (parameter, gradient) in parameters.Zip(window.Gradients))
                    parameter.Assign(parameter.Detach() - 0.1f * gradient);
            });
        Assert.True(losses.Skip(500).Average() < 0.3 * losses.Take(100).Average(),
            $"{losses.Take(100).Average()} then {losses.Skip(500).Average()}");
    }

    static double Distance(Tensor[] a, Tensor[] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => x.ToDoubles().Zip(y.ToDoubles(), (p, q) => (p - q) * (p - q)).Sum()).Sum());

    static void Same((double Loss, Tensor[] Gradients, Tensor[] Initial, IReadOnlyList<double> Norms) expected,
        (double Loss, Tensor[] Gradients, Tensor[] Initial, IReadOnlyList<double> Norms) found)
    {
        Assert.Equal(expected.Loss, found.Loss, 1e-10);
        for (int i = 0; i < expected.Gradients.Length; i++) Close.Equal(expected.Gradients[i], found.Gradients[i], 1e-12, $"gradient {i}");
        for (int i = 0; i < expected.Initial.Length; i++)
            Close.Equal(expected.Initial[i], found.Initial[i], 1e-12, $"gradient of initial state {i}");
    }

    /// <summary>Four units in a ring: a weight needs as many steps as units to influence them all.</summary>
    sealed class RingCell : Cell<Tensor>
    {
        readonly Parameter W, R;

        public RingCell()
            : base(Key, 4)
        {
            Diagonal(out W, 4); Diagonal(out R, 4);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var before = Concatenate(-1, Slice(state, 1, 3, 1), Slice(state, 1, 0, 3));
            var h = Tanh(x * W + before * (1 + R));
            return (h, h);
        }
    }
}

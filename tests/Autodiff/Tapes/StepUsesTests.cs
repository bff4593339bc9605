using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class StepUsesTests : Poisoned
{
    static readonly RandomKey Key = new(5);

    [Fact]
    public void TheStepsAddUpToTheGradient()
    {
        var model = Recurrent.Over(new LstmCell(2, 3, Key));
        var x = Data.Normal([5, 4, 2], 1, ElementType.Float32);
        foreach (string name in new[] { "cell.Wxf", "cell.Who", "cell.Bc" })
        {
            using var tape = new Tape();
            var uses = tape.SplitByStep(model[name]);
            var loss = Sum(Square(model.Forward(x, [5, 2, 4, 3])));
            var byStep = uses.Gradients(loss);
            Assert.Equal(Shape.Create([5, .. model[name].Shape.Lengths]), byStep.Shape);
            Assert.Equal(5, uses.Steps);
            AssertClose(tape.Gradients(loss, [model[name]])[0], Sum(byStep, 0));
        }
    }

    [Fact]
    public void AStepsShareIsWhatItAloneContributes()
    {
        // h = r·h + x with loss h₃: the use at step t contributes r^(2−t) · h before it.
        var r = new Parameter("r", Tensor.From(new double[,] { { 0.5 } }));
        using var tape = new Tape();
        var uses = tape.SplitByStep(r);
        var h = Tensor.Ones([1, 1], ElementType.Float64);
        for (int t = 0; t < 3; t++)
        {
            tape.BeginStep(t);
            h = MatMul(h, r) + 1;
        }
        tape.BeginStep(-1);
        // Before the steps h is 1, 1.5, 1.75.
        Assert.Equal([0.25 * 1, 0.5 * 1.5, 1.75], uses.Gradients(Sum(h)).ToDoubles());
        Assert.Equal(0.25 + 0.75 + 1.75, tape.Gradients(Sum(h), [r])[0].ToScalar());
    }

    [Fact]
    public void DriversThatShareStepsAreAddedUp()
    {
        var cell = new RnnCell(2, 3, Key);
        var (one, two) = (Recurrent.Over(cell), Recurrent.Over(cell));
        var x = Data.Normal([3, 2, 2], 1, ElementType.Float32);
        using var tape = new Tape();
        var uses = tape.SplitByStep(cell["R"]);
        Assert.Same(uses, tape.SplitByStep(cell["R"]));
        var loss = Sum(one.Forward(x)) + Sum(Square(two.Forward(x)));
        Assert.Equal(3, uses.Gradients(loss).Shape[0]);
        AssertClose(tape.Gradients(loss, [cell["R"]])[0], Sum(uses.Gradients(loss), 0));
    }

    [Fact]
    public void SplittingTooLateIsAnError()
    {
        var model = Recurrent.Over(new RnnCell(2, 3, Key));
        using var tape = new Tape();
        var loss = Sum(model.Forward(Data.Normal([3, 2, 2], 1, ElementType.Float32)));
        var uses = tape.SplitByStep(model["cell.R"]);
        Expect.Mentions(Assert.Throws<TapeException>(() => uses.Gradients(loss)), "cell.R", "before the sequence");
    }

    static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double size = expected.ToDoubles().Max(Math.Abs);
        foreach (var (a, b) in expected.ToDoubles().Zip(actual.ToDoubles())) Assert.InRange(Math.Abs(a - b), 0, 1e-5 * size);
    }
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

public class RecurrentTests
{
    static readonly RandomKey Key = new(1);

    static Recurrent<LstmState> Lstm(InitialState initial = InitialState.FromCell) => Recurrent.Over(new LstmCell(2, 3, Key), initial);

    static Tensor Input(int time = 6, int batch = 4) => Key.For("input").Normal([time, batch, 2]);

    static LstmState Given(int batch = 4) => new(Key.For("h").Normal([batch, 3]), Key.For("c").Normal([batch, 3]));

    [Fact]
    public void IsALoopOverTheSteps()
    {
        var model = Lstm();
        model.Execution = Execution.Eager;
        var (x, state) = (Input(), Given());
        var run = model.Run(x, state);
        for (int t = 0; t < 6; t++)
        {
            (var output, state) = model.Cell.Step(At(x, t), state);
            Close.Same(output, At(run.Outputs, t));
            Close.Same(State.Tensors(state), State.Tensors(run.States[t]));
        }
        Close.Same(State.Tensors(state), State.Tensors(run.Final));
        Close.Same(model.Run(x).Outputs, model.Forward(x));
        Close.Same(model.Run(x).Outputs, model.Run(x, model.Cell.Initial(4, ElementType.Float32)).Outputs);
    }

    [Fact]
    public void StackedStatesAreTheStatesOfAllSteps()
    {
        var run = Lstm().Run(Input(), [6, 1, 3, 5]);
        var stacked = run.StackedStates();
        Assert.Equal([6, 4, 3], stacked.C.Shape.Lengths.ToArray());
        for (int t = 0; t < 6; t++) Close.Same([At(stacked.H, t), At(stacked.C, t)], State.Tensors(run.States[t]));
        Close.Same(run.Final.C, At(stacked.C, ^1));
    }

    [Fact]
    public void FinalStatesAndStatesOfAllStepsAreDifferentiable()
    {
        var model = Lstm();
        var x = Input();
        Tensor[] Gradients(Func<Unrolled<LstmState>, Tensor> loss) =>
            Differentiate.ValueAndGradient(() => loss(model.Run(x)), model.Parameters).Gradients;
        var last = Gradients(run => Sum(At(run.Outputs, ^1)));
        Assert.All(last, gradient => Assert.Contains(gradient.ToDoubles(), g => g != 0));
        Close.Same(last, Gradients(run => Sum(run.Final.H)));
        Close.Same(last, Gradients(run => Sum(run.States[^1].H)));
        Close.Same(last, Gradients(run => Sum(At(run.StackedStates().H, ^1))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void ChunksWithTheStateCarriedAreTheWholeBitForBit(int cut)
    {
        var model = Lstm();
        var (x, start) = (Input(), Given());
        Tensor[] Both(Func<(Tensor Outputs, LstmState Final)> run)
        {
            using var tape = new Tape();
            tape.Watch(start.H);
            var (outputs, final) = run();
            var gradients = tape.Gradients(Sum(Square(outputs)) + Sum(final.C), [.. model.Parameters, start.H]);
            return [.. ((Tensor[])[outputs, final.H, final.C, .. gradients]).Select(tensor => tensor.Detach())];
        }
        var whole = Both(() =>
        {
            var (outputs, final, _) = model.Run(x, start);
            return (outputs, final);
        });
        var chunks = Both(() =>
        {
            var first = model.Run(x[..cut], start);
            var second = model.Run(x[cut..], first.Final);
            return (Concatenate(0, first.Outputs, second.Outputs), second.Final);
        });
        Close.Same(whole[..3], chunks[..3]);
        // At the cut the parts of a gradient are added up in another order.
        for (int i = 3; i < whole.Length; i++) Close.Equal(whole[i], chunks[i], 1e-6);
    }

    [Fact]
    public void DetachedStatesCarryValuesAndNoGradient()
    {
        var model = Lstm();
        var x = Input();
        LstmState carried;
        using (new Tape()) carried = State.Detach(model.Run(x[..3]).Final);
        var second = model.Run(x[3..], carried);
        Close.Same(model.Run(x).Outputs[3..], second.Outputs);

        using var tape = new Tape();
        var start = tape.Watch(Tensor.Zeros([4, 3]));
        var first = model.Run(x[..3], new LstmState(start, Tensor.Zeros([4, 3])));
        var cut = Sum(model.Run(x[3..], State.Detach(first.Final)).Outputs);
        Assert.All(tape.Gradients(cut, [start])[0].ToDoubles(), g => Assert.Equal(0, g));
        var kept = Sum(model.Run(x[3..], first.Final).Outputs);
        Assert.Contains(tape.Gradients(kept, [start])[0].ToDoubles(), g => g != 0);
    }

    [Fact]
    public void LearnedStatesBeginAsTheCellsOwn()
    {
        var model = Lstm(InitialState.Learned);
        Assert.Equal(["initial0", "initial1"], model.NamedParameters().Take(2).Select(named => named.Path));
        Assert.Equal([1, 3], model["initial0"].Shape.Lengths.ToArray());
        Assert.Equal(Lstm().ParameterCount + 6, model.ParameterCount);
        Close.Same(Lstm().Forward(Input()), model.Forward(Input()));
        Assert.Equal([1.0, 1, 1], Recurrent.Over(new FromOnes(), InitialState.Learned)["initial0"].ToDoubles());
    }

    [Fact]
    public void LearnedStatesServeEverySequenceAndGetTheSumOfTheGradients()
    {
        var model = Lstm(InitialState.Learned);
        var (h, c) = (Key.For("h").Normal([1, 3]), Key.For("c").Normal([1, 3]));
        model["initial0"].Assign(h);
        model["initial1"].Assign(c);
        var x = Input();
        var start = new LstmState(BroadcastTo(h, [4, 3]), BroadcastTo(c, [4, 3]));
        Close.Same(Lstm().Run(x, start).Outputs, model.Run(x).Outputs);

        var (_, learned) = Differentiate.ValueAndGradient(() => Sum(Square(model.Run(x).Outputs)), [model["initial0"], model["initial1"]]);
        using var tape = new Tape();
        State.Map(start, tape.Watch);
        var given = tape.Gradients(Sum(Square(Lstm().Run(x, start).Outputs)), State.Tensors(start));
        for (int i = 0; i < 2; i++) Close.Equal(Sum(given[i], 0).Reshape(1, 3), learned[i], 1e-5);
    }

    [Fact]
    public void GivenStatesComeBeforeLearnedOnes()
    {
        var model = Lstm(InitialState.Learned);
        var run = model.Run(Input(), Given());
        Close.Same(Lstm().Run(Input(), Given()).Outputs, run.Outputs);
        var (_, gradients) = Differentiate.ValueAndGradient(() => Sum(model.Run(Input(), Given()).Outputs), [model["initial0"]]);
        Assert.Equal([0.0, 0, 0], gradients[0].ToDoubles());
    }

    /// <summary>An input that is learned has the type of what is bound in its place.</summary>
    [Fact]
    public void TheInputMayBeAParameterBoundInDouble()
    {
        var model = Lstm();
        var x = new Parameter("x", Input());
        using var tape = InDouble.Tape(model);
        tape.Bind(x, x.Detach().As(ElementType.Float64));
        var run = model.Run(x, [6, 1, 3, 5]);
        Close.Same(model.Run(Input().As(ElementType.Float64), [6, 1, 3, 5]).Outputs, run.Outputs);
        Assert.Contains(tape.Gradients(Sum(run.Final.C), [x])[0].ToDoubles(), g => g != 0);
    }

    [Fact]
    public void ABatchOfNoneGivesNone()
    {
        var run = Lstm().Run(Tensor.Zeros([5, 0, 2]));
        Assert.Equal([5, 0, 3], run.Outputs.Shape.Lengths.ToArray());
        Assert.Equal([0, 3], run.Final.C.Shape.Lengths.ToArray());
    }
}

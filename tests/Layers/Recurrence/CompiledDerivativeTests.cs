using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Derivatives of compiled runs beyond the plain gradient, and what makes a layer run eagerly by itself.</summary>
public class CompiledDerivativeTests
{
    static readonly RandomKey Key = new(4);

    readonly Recurrent<LstmState> layer = Recurrent.Over(new PeepholeLstmCell(2, 3, Key));
    readonly Tensor x = InDouble.Draw(Key.For("x"), 5, 4, 2);
    readonly Tensor v = InDouble.Draw(Key.For("v"), 5, 4, 2);

    static Tensor Loss<TState>(Unrolled<TState> run) =>
        Sum(Square(run.Outputs)) + Sum(State.Tensors(run.Final)[^1]) + Mean(State.Tensors(run.StackedStates())[0]);

    [Fact]
    public void ARecordedSweepCanBeDifferentiatedAgain() => BothWays.Agree(layer, () =>
    {
        using var tape = InDouble.Tape(layer);
        tape.Watch(x);
        Tensor[] sources = [x, .. layer.Parameters];
        var loss = Loss(layer.Run(x, [5, 1, 3, 4]));
        var plain = tape.Gradients(loss, sources);
        var gradients = tape.Gradients(loss, sources, record: true);
        for (int i = 0; i < plain.Length; i++) Close.Equal(plain[i], gradients[i], BothWays.Bound);
        var penalty = gradients.Select(gradient => Sum(Square(gradient))).Aggregate((a, b) => a + b);
        return BothWays.Detached([.. gradients, .. tape.Gradients(penalty, sources)]);
    });

    [Fact]
    public void ForwardModeRunsOverIt() => BothWays.Agree(layer, () =>
    {
        using var tape = InDouble.Tape(layer);
        tape.Watch(x);
        var run = layer.Run(x, [5, 1, 3, 4]);
        Tensor[] sources = [x, layer["cell.Wxf"]];
        Tensor[] tangents = [v, InDouble.Draw(Key.For("w"), 2, 3)];
        return BothWays.Detached(tape.Tangents([run.Outputs, run.Final.C, run.Final.H, Loss(run)], sources, tangents));
    });

    [Fact]
    public void JvpAndVjpAgreeWithEachOther()
    {
        var cell = Plain();
        BothWays.Agree(cell, () =>
        {
            var (value, along) = Differentiate.Jvp(at => cell.Forward(at), x, v);
            var seed = BothWays.Seed(value.Shape, 0);
            var (_, back) = Differentiate.Vjp(at => cell.Forward(at), x, seed);
            Close.Equal(Sum(back * v), Sum(along * seed), BothWays.Bound);
            return BothWays.Detached([value, along, back]);
        });
    }

    [Fact]
    public void HessianProductsAgree()
    {
        var cell = Plain();
        BothWays.Agree(cell, () =>
        {
            var (gradient, product) = Differentiate.HessianVectorProduct(at => Loss(cell.Run(at)), x, v);
            return BothWays.Detached([gradient, product]);
        });
        var small = Slice(x[..2], 1, 0, 2);
        BothWays.Agree(cell, () => BothWays.Detached(Differentiate.Hessian(at => Loss(cell.Run(at)), small.Detach())));
    }

    [Fact]
    public void CheckpointsAroundARunGiveTheSame()
    {
        BothWays.Agree(layer, () => Segments(Checkpoint.Run));
        var checkpointed = Segments(Checkpoint.Run);
        layer.Execution = Execution.Eager;
        var whole = Segments(segment => segment());
        for (int i = 0; i < whole.Length; i++) Close.Equal(whole[i], checkpointed[i], BothWays.Bound);

        Tensor[] Segments(Func<Func<Tensor[]>, Tensor[]> run)
        {
            using var tape = InDouble.Tape(layer);
            tape.Watch(x);
            var first = run(() =>
            {
                var part = layer.Run(x[..3]);
                return [part.Outputs, part.Final.H, part.Final.C];
            });
            var second = run(() => [Loss(layer.Run(x[3..], new LstmState(first[1], first[2])))]);
            var loss = second[0] + Sum(Square(first[0]));
            return BothWays.Detached([loss, .. tape.Gradients(loss, [x, .. layer.Parameters])]);
        }
    }

    /// <summary>Here nothing but what is bound is tracked, and it is first used inside.</summary>
    [Fact]
    public void BoundParametersFirstUsedInsideACheckpointGetTheirGradient() => BothWays.Agree(layer, () =>
    {
        using var tape = InDouble.Tape(layer);
        var inside = layer.Execution == Execution.Compiled ? Checkpoint.Run(() => Loss(layer.Run(x))) : Loss(layer.Run(x));
        return BothWays.Detached(tape.Gradients(inside, layer.Parameters));
    });

    [Fact]
    public void InnerStatesAreNoSources()
    {
        using var tape = InDouble.Tape(layer);
        var run = layer.Run(x);
        var loss = Sum(run.Outputs);
        BothWays.Took(layer);
        foreach (var inner in (Tensor[])[run.Final.H, run.StackedStates().C])
        {
            var error = Assert.Throws<TapeException>(() => tape.Gradients(loss, [inner]));
            Assert.Contains("of a recurrence that ran compiled", error.Message, StringComparison.Ordinal);
            Assert.Contains("Set the layer's Execution to Eager", error.Message, StringComparison.Ordinal);
        }
        Assert.All(tape.Gradients(loss, [run.Outputs])[0].ToDoubles(), g => Assert.Equal(1, g));
    }

    [Fact]
    public void SearchingForNaNRunsEagerly() => BothWays.Agree(
        layer,
        () =>
        {
            using var tape = new Tape { DetectsNonFinite = true };
            var run = layer.Run(x.As(ElementType.Float32));
            return BothWays.Detached([run.Outputs, .. tape.Gradients(Loss(run), layer.Parameters)]);
        },
        "the tape looks for NaN and infinity in every operation",
        bound: 0);

    [Fact]
    public void GradientsByStepRunEagerly() => BothWays.Agree(
        layer,
        () =>
        {
            using var tape = new Tape();
            var uses = tape.SplitByStep(layer["cell.Wxf"]);
            var loss = Loss(layer.Run(x.As(ElementType.Float32)));
            return BothWays.Detached([uses.Gradients(loss), .. tape.Gradients(loss, layer.Parameters)]);
        },
        "the tape keeps the uses of a parameter at different steps apart",
        bound: 0);

    [Fact]
    public void GradientHooksRunEagerly()
    {
        var cell = new FunctionCell<Tensor>(
            (input, s) => WithGradient(Tanh(s + 0.5 * input), g => Clamp(g, -0.1, 0.1)) is var next ? (next, next) : default, 2);
        var hooked = Recurrent.Over(cell);
        BothWays.Agree(hooked, () => BothWays.Everything(hooked, x, null, x), "the step has a gradient hook (WithGradient)", bound: 0);
    }

    [Fact]
    public void OperationsWithSeveralResultsRunEagerly()
    {
        var cell = new FunctionCell<Tensor>(
            (input, s) => Tanh(Unstack(s, 1)[0].Reshape(-1, 1) + input) is var next ? (next, next) : default, 2);
        var parts = Recurrent.Over(cell);
        BothWays.Agree(parts, () => BothWays.Everything(parts, x, null, x), "the step uses ", bound: 0);
    }

    [Fact]
    public void WhereNothingIsRecordedTheResultsAreTheSame()
    {
        var single = x.As(ElementType.Float32);
        Tensor outside = layer.Forward(single), paused, recorded;
        BothWays.Took(layer);
        using var tape = new Tape();
        recorded = layer.Forward(single);
        using (tape.Pause()) paused = layer.Forward(single);
        Close.Same(outside, recorded);
        Close.Same(outside, paused);
        Assert.Throws<TapeException>(() => tape.Gradients(Sum(paused), layer.Parameters));
        Close.Equal(outside, outside.Detach(), 0);
    }

    // Without parameters, so that a function of x in double needs no bindings.
    static Recurrent<Tensor> Plain()
    {
        var w = InDouble.Draw(Key.For("plain"), 2, 2);
        return Recurrent.Over(
            new FunctionCell<Tensor>((input, s) => Tanh(MatMul(s, w) + input * s + Sin(input)) is var next ? (next * input, next)
            : default, 2));
    }
}

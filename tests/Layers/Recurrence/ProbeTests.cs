using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

public class ProbeTests
{
    static readonly RandomKey Key = new(21);

    [Theory]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Interpreted)]
    public void ValuesOfAllStepsAreThoseOfTheEquations(Execution execution)
    {
        var cell = new ProbedGru(2, 3, Key, isProbed: true);
        var layer = new Recurrent<Tensor>(cell) { Execution = execution };
        var x = Key.For("x").Normal([5, 2, 2]);
        var probed = layer.Probe(x, ["f", "before"]);
        Assert.Equal(execution, layer.LastPath.Execution);
        Assert.Equal(["f", "before"], probed.Values.Keys);
        var h = cell.Initial(2, ElementType.Float32);
        for (int t = 0; t < 5; t++)
        {
            Close.Equal(h, probed["before"][t], 1e-5, "before");
            Close.Equal(cell.Gate(x[t], h), probed["f"][t], 1e-5, "f");
            h = cell.Step(x[t], h).Next;
        }
        var plain = layer.Run(x);
        Close.Equal(plain.Outputs, probed.Run.Outputs, 1e-5);
        Close.Equal(plain.Final, probed.Run.Final, 1e-5);
        Close.Equal(plain.StackedStates(), probed.Run.StackedStates(), 1e-5);
        Close.Equal(plain.States[3], probed.Run.States[3], 1e-5);
    }

    [Fact]
    public void GradientsFlowThroughThemBothWays()
    {
        var layer = Recurrent.Over(new ProbedGru(2, 3, Key, isProbed: true));
        var x = InDouble.Draw(Key, 4, 3, 2);
        BothWays.Agree(layer, () =>
        {
            using var tape = InDouble.Tape(layer);
            tape.Watch(x);
            var probed = layer.Probe(x, ["f", "h", "before"], [4, 2, 3]);
            var run = probed.Run;
            Tensor[] results = [run.Outputs, probed["f"], probed["h"], probed["before"], run.Final, run.StackedStates()];
            var gradients = tape.Gradients(results, [.. results.Select((r, i) => BothWays.Seed(r.Shape, i))], [.. layer.Parameters, x]);
            return BothWays.Detached([.. results, .. gradients]);
        });
    }

    [Fact]
    public void BeyondALengthTheyAreZero()
    {
        foreach (var execution in new[] { Execution.Compiled, Execution.Eager })
        {
            var layer = new Recurrent<Tensor>(new ProbedGru(2, 3, Key, isProbed: true)) { Execution = execution };
            var x = Key.Normal([4, 2, 2]);
            var (cut, full) = (layer.Probe(x, ["f"], [4, 2]), layer.Probe(x, ["f"]));
            Close.Equal(Slice(full["f"], 1, 0, 1), Slice(cut["f"], 1, 0, 1), 1e-5);
            Close.Equal(full["f"][..2], cut["f"][..2], 1e-5);
            Assert.All(Slice(cut["f"][2..], 1, 1, 1).ToDoubles(), value => Assert.Equal(0, value));
            Close.Equal(layer.Run(x, [4, 2]).Outputs, cut.Run.Outputs, 1e-5);
        }
    }

    // A run for which nobody asks has the plan of a cell without probes.
    [Fact]
    public void NamesCostNothing()
    {
        var x = Tensor.Zeros([4, 2, 2]);
        var with = Recurrent.Over(new ProbedGru(2, 3, Key, isProbed: true));
        var without = Recurrent.Over(new ProbedGru(2, 3, Key, isProbed: false));
        with.Probe(x, ["f"]);
        Assert.Equal(without.Explain(x), with.Explain(x));
    }

    [Fact]
    public void ValuesOfPartsHaveTheirPathsAndGivenStatesBegin()
    {
        var stack = Stacked.Of(new ProbedGru(2, 3, Key.For("a"), isProbed: true), new ProbedGru(3, 3, Key.For("b"), isProbed: true));
        var layer = Recurrent.Over(stack);
        string[] names = [.. layer.Parameters.Select(parameter => parameter.Name)];
        var x = Key.Normal([3, 2, 2]);
        var initial = new LayerStates<Tensor>([Tensor.Ones([2, 3]), Tensor.Ones([2, 3])]);
        var probed = layer.Probe(x, ["layer1.f", "layer0.h"], initial, firstStep: 2);
        Close.Equal(layer.Run(x, initial).StackedStates()[0], probed["layer0.h"], 1e-5);
        Assert.Equal([3, 2, 3], probed["layer1.f"].Shape.Lengths.ToArray());
        Assert.Equal(names, layer.Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void StepsThatReadValuesAreProbedEagerly()
    {
        var layer = Recurrent.Over(new ReadingCell());
        var x = Key.Normal([3, 2, 2]);
        Close.Same(x * 2, layer.Probe(x, ["twice"])["twice"]);
        BothWays.Took(layer, "the step cannot be traced: A value was read");
    }

    [Fact]
    public void ARecurrenceInsideOfAStepKeepsItsOwn()
    {
        var layer = Recurrent.Over(new OuterCell(Key));
        var probed = layer.Probe(Key.Normal([3, 2, 4]), ["whole"]);
        Assert.Equal([3, 2, 3], probed["whole"].Shape.Lengths.ToArray());
    }

    [Fact]
    public void WhatIsRefused()
    {
        var layer = Recurrent.Over(new ProbedGru(2, 3, Key, isProbed: true));
        var x = Key.Normal([3, 2, 2]);
        Refused.With<ArgumentException>(
            "Recurrent.Probe: ProbedGru.Step names no value g; it names before, f, h.", () => layer.Probe(x, ["f", "g"]));
        Refused.With<ArgumentException>(
            "Recurrent.Probe: GruCell.Step names no value g; it names none; call Probe(name, value) in Step.",
            () => Recurrent.Over(new GruCell(2, 3, Key)).Probe(x, ["g"]));
        Refused.With<KeyNotFoundException>("ProbedRun: there is no value h; there are: f.", () => _ = layer.Probe(x, ["f"])["h"]);
        var wrong = Recurrent.Over(new WrongCell());
        Refused.With<ShapeException>(
            "Recurrent.Probe: the value mean is [2]; its first axis must be the batch, 3.",
            () => wrong.Probe(Key.Normal([2, 3, 2]), ["mean"]));
        wrong.Run(Key.Normal([2, 3, 2]));
        Refused.With<InvalidOperationException>(
            "WrongCell.Step: it names two values mean; give each probe a name of its own.",
            () => Recurrent.Over(new WrongCell { Times = 2 }).Probe(x, ["mean"]));
    }

    /// <summary>A minimal gated unit that names its gate, its result, and what was before.</summary>
    sealed class ProbedGru : Cell<Tensor>
    {
        readonly Parameter Wf, Rf, Wh, Rh;
        readonly bool isProbed;

        public ProbedGru(int inputs, int hidden, RandomKey key, bool isProbed)
            : base(key, hidden)
        {
            Weight(out Wf, inputs, hidden);
            Weight(out Rf, hidden, hidden);
            Weight(out Wh, inputs, hidden);
            Weight(out Rh, hidden, hidden);
            this.isProbed = isProbed;
        }

        public Tensor Gate(Tensor x, Tensor h) => Sigmoid(MatMul(x, Wf) + MatMul(h, Rf));

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
        {
            if (isProbed) Probe("before", h);
            var f = Gate(x, h);
            if (isProbed) f = Probe("f", f);
            var next = (1 - f) * h + f * Tanh(MatMul(x, Wh) + MatMul(f * h, Rh));
            if (isProbed) Probe("h", next);
            return (next, next);
        }
    }

    sealed class ReadingCell() : Cell<Tensor>(default, 2)
    {
        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) =>
            (Probe("twice", x + x), state + x.ToDoubles()[0]);
    }

    sealed class WrongCell() : Cell<Tensor>(default, 2)
    {
        public int Times { get; init; } = 1;

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            for (int i = 0; i < Times; i++) Probe("mean", Mean(x, 0));
            return (x, state + x);
        }
    }

    /// <summary>Runs a recurrence over the columns of its input at each step.</summary>
    sealed class OuterCell : Cell<Tensor>
    {
        readonly Recurrent<Tensor> inner;

        public OuterCell(RandomKey key)
            : base(key, 3)
            => inner = Part(Recurrent.Over(new ProbedGru(1, 3, key, isProbed: true)), "inner");

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Probe("whole", inner.Run(Transpose(x).Reshape(x.Shape[1], x.Shape[0], 1), state).Final);
            return (next, next);
        }
    }
}

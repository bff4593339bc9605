using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>How a step is taken apart: what needs the step before it runs step by step, everything else for a chunk at once.</summary>
public sealed class StageTests
{
    static readonly RandomKey Key = new(11);

    [Fact]
    public void EachLayerOfAStackRunsOverAChunkBeforeTheNext()
    {
        var cells = Enumerable.Range(0, 3).Select(i => new GruCell(8, 8, Key.At(i)));
        Assert.Equal((3, 3), LoopsOf(Recurrent.Over(Stacked.Of([.. cells])), 8));
    }

    [Fact]
    public void GatesThatDoNotDependOnTheStateAreComputedForAChunkAtOnce()
    {
        var cell = new SimpleUnit(4, 8);
        string plan = Recurrent.Over(cell).Explain(Key.Normal([6, 2, 4]));
        Assert.Equal((1, 1), LoopsOf(Recurrent.Over(cell), 4));
        string forward = plan[plan.IndexOf("\nforward", StringComparison.Ordinal)..plan.IndexOf("\nbackward", StringComparison.Ordinal)];
        string loop = forward[forward.IndexOf("step by step", StringComparison.Ordinal)..];
        loop = loop[..loop.IndexOf("for a chunk at once\n", StringComparison.Ordinal)];
        Assert.DoesNotContain("product", loop, StringComparison.Ordinal);
        Agrees(cell, 4);
    }

    [Fact]
    public void NumbersOfRowsHaveNoPassOfTheirOwnAndNothingWaitsForALaterStage()
    {
        // Three norms, each of which makes numbers of rows: a mean, a root, and two in the backward step.
        string plan = Recurrent.Over(new LayerNormLstmCell(4, 8, Key)).Explain(Key.Normal([6, 2, 4]));
        string actions = plan[plan.IndexOf("\nforward\n", StringComparison.Ordinal)..];
        Assert.DoesNotContain("fused pass 1 wide", actions, StringComparison.Ordinal);
        Assert.StartsWith("\nbackward\n  step by step\n", actions[actions.IndexOf("\nbackward\n", StringComparison.Ordinal)..],
            StringComparison.Ordinal);
    }

    [Fact]
    public void AStateThatOnlyDelaysTheInputIsInNoLoop()
    {
        // The gates see the input of two steps: quasi-recurrent, Bradbury et al. 2016.
        var cell = new FunctionCell<(Tensor Before, Tensor Sum)>(
            (x, s) => (Sigmoid(x + 0.5 * s.Before) * s.Sum + Tanh(x - s.Before)) is var sum ? (sum * s.Before, (x, sum)) : default, 5, 5);
        Assert.Equal((1, 2), LoopsOf(Recurrent.Over(cell), 5));
        Agrees(cell, 5);
    }

    [Fact]
    public void ADelayLineIsRead()
    {
        var cell = new FunctionCell<(Tensor A, Tensor B, Tensor C)>((x, s) => (s.A * s.C + s.B, (x, s.A, s.B)), 3, 3, 3);
        Agrees(cell, 3);
    }

    [Fact]
    public void AStateMayBeTheOutputAsItIs()
    {
        Agrees(new FunctionCell<Tensor>((x, s) => (s, Tanh(x)), 4), 4);
        Agrees(new FunctionCell<Tensor>((x, s) => (s, Tanh(x + s)), 4), 4);
    }

    [Fact]
    public void SlicesAndJoinsAtAnyColumnAreShared()
    {
        var cell = new FunctionCell<Tensor>(
            (x, s) => Concatenate(1, Tanh(Slice(s, 1, 3, 4) * Slice(x, 1, 1, 4)), Sigmoid(Slice(s, 1, 0, 3))) is var next
            ? (Slice(next, 1, 2, 5), next) : default, 7);
        string plan = Recurrent.Over(cell).Explain(Key.Normal([4, 40, 5]));
        Assert.DoesNotContain("operation ", plan, StringComparison.Ordinal);
        Assert.DoesNotContain(" 1 threads", plan, StringComparison.Ordinal);
        Agrees(cell, 5);
    }

    [Fact]
    public void MatrixMemoryRunsWhereItLies()
    {
        var cell = new MatrixMemory();
        string plan = Recurrent.Over(cell).Explain(Key.Normal([4, 40, 5]));
        Assert.DoesNotContain("operation ", plan, StringComparison.Ordinal);
        Assert.DoesNotContain(" 1 threads", plan, StringComparison.Ordinal);
        Agrees(cell, 5);
    }

    [Fact]
    public void ANumberThatChangesFromRunToRunMakesNoPlanOfItsOwn()
    {
        double temperature = 0;
        var cell = new FunctionCell<Tensor>((x, s) => Tanh(x * temperature + s) is var next ? (next, next) : default, 4);
        var layer = Recurrent.Over(cell);
        var x = Key.Normal([5, 2, 4]);
        var plans = new HashSet<ScanPlan>();
        var history = new StepHistory();
        for (int i = 1; i <= 12; i++)
        {
            temperature = 1.0 / i;
            plans.Add(ScanCompiler.Plan((input, states, _) => cell.Step(input, states[0]) is var (y, next) ? (y, [next])
                : default, history, x, [Tensor.Zeros([2, 4])], []).Plan!);
            BothWays.Agree(layer, () => [GradientOf(layer, x)], bound: 1e-5);
        }
        Assert.InRange(plans.Count, 1, 4);
    }

    [Fact]
    public void WhatARunWithoutATapeGivesIsTheCallers()
    {
        var layer = Recurrent.Over(new LstmCell(3, 5, Key));
        Tensor a = Key.Normal([6, 2, 3]), b = Key.At(1).Normal([6, 2, 3]);
        var first = layer.Run(a);
        var before = first.Outputs.ToDoubles();
        var states = first.StackedStates();
        double[] cells = states.C.ToDoubles();
        layer.Run(b);
        Assert.Equal(before, first.Outputs.ToDoubles());
        Assert.Equal(cells, first.StackedStates().C.ToDoubles());
    }

    [Fact]
    public void WeightsThatWereChangedAreNotThoseThatWerePacked()
    {
        var layer = Recurrent.Over(new RnnCell(3, 5, Key));
        var x = Key.Normal([4, 2, 3]);
        layer.Run(x);
        foreach (var parameter in layer.Parameters) parameter.Change<float>(values => values[0] += 0.25f);
        var changed = layer.Run(x).Outputs;
        layer.Execution = Execution.Eager;
        Close.Equal(layer.Run(x).Outputs, changed, 1e-6);
    }

    static Tensor GradientOf<TState>(Recurrent<TState> layer, Tensor x)
    {
        using var tape = new Tape();
        tape.Watch(x);
        return tape.Gradients(Sum(Square(layer.Forward(x))), [x])[0].Detach();
    }

    static void Agrees<TState>(Cell<TState> cell, int inputs)
    {
        var layer = Recurrent.Over(cell);
        var x = InDouble.Draw(Key.For("x"), 7, 3, inputs);
        foreach (int threads in (int[])[1, 2])
        {
            layer.Threads = threads;
            BothWays.Agree(layer, () => BothWays.Everything(layer, x, null, x));
        }
    }

    // Loops of the forward and of the backward pass.
    static (int Forward, int Backward) LoopsOf<TState>(Recurrent<TState> layer, int inputs)
    {
        string plan = ExplainTracked(layer, Key.Normal([6, 2, inputs]));
        int backward = plan.IndexOf("\nbackward", StringComparison.Ordinal);
        return (CountOf(plan[..backward]), CountOf(plan[backward..]));

        static int CountOf(string text) => text.Split("step by step\n").Length - 1;
    }

    static string ExplainTracked<TState>(Recurrent<TState> layer, Tensor x)
    {
        using var tape = new Tape();
        tape.Watch(x);
        return layer.Explain(x);
    }

    // An outer product in, a product out: Schlag, Irie and Schmidhuber 2021, without the gate.
    sealed class MatrixMemory() : Cell<Tensor>(default)
    {
        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, 5, 5], type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor memory)
        {
            var next = 0.9 * memory + MatMul(x.Reshape(-1, 5, 1), Tanh(x).Reshape(-1, 1, 5));
            return (MatMul(next, x.Reshape(-1, 5, 1)).Reshape(-1, 5), next);
        }
    }

    // Lei et al. 2018, without the highway.
    sealed class SimpleUnit : Cell<Tensor>
    {
        readonly Parameter input, forget;

        public SimpleUnit(int inputs, int units)
            : base(Key, units)
        {
            Weight(out input, inputs, units);
            Weight(out forget, inputs, units);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var f = Sigmoid(MatMul(x, forget));
            var next = f * state + (1 - f) * MatMul(x, input);
            return (Tanh(next), next);
        }
    }
}

using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class ConstantTests
{
    static readonly RandomKey Key = new(11);

    [Fact]
    public void ACellWithConstantsIsTrainedInFloatAndCheckedInDouble()
    {
        var cell = new LeakyCell(2, 4, Key);
        GradientCheck.Run(cell, Key.Normal([4, 2, 2]), [4, 2], new() { Order = 2 }).ThrowIfFailed();
        var layer = Recurrent.Over(cell);
        foreach (var execution in new[] { Execution.Compiled, Execution.Eager, Execution.Interpreted })
        {
            layer.Execution = execution;
            using var tape = new Tape();
            var loss = Mean(layer.Run(Key.Normal([4, 2, 2]), [4, 2]).Outputs);
            Assert.Equal(execution, layer.LastPath.Execution);
            Assert.Equal(ElementType.Float32, loss.ElementType);
            Assert.All(tape.Gradients(loss, layer.Parameters), gradient => Assert.Equal(ElementType.Float32, gradient.ElementType));
        }
    }

    [Fact]
    public void CompiledIsEager()
    {
        var layer = Recurrent.Over(new LeakyCell(2, 4, Key));
        BothWays.Agree(layer, () => BothWays.Everything(layer, InDouble.Draw(Key, 4, 3, 2), [4, 2, 3]));
    }

    // The equations with ordinary tensors, which have to be converted.
    [Fact]
    public void TheNumbersAreThoseThatWereGiven()
    {
        var cell = new LeakyCell(2, 4, Key);
        var (x, h) = (Key.For("x").Normal([3, 2]), Key.For("h").Normal([3, 4]));
        var next = cell.Step(x, h).Next;
        var r = cell["R"] * LeakyCell.Lower(4).As(ElementType.Float32);
        var leak = Tensor.From(LeakyCell.Leaks(4), [4], ElementType.Float32);
        Close.Equal(leak * h + (1 - leak) * Tanh(MatMul(x, cell["W"]) + MatMul(h, r)), next, 1e-6);
    }

    [Fact]
    public void AStreamIsTheLayerInBothTypes()
    {
        var cell = new LeakyCell(2, 4, Key);
        var x = Key.Normal([5, 1, 2]);
        var expected = Recurrent.Over(cell).Run(x).Outputs;
        var stream = StreamingCell.Over(cell, 2);
        Assert.True(stream.IsRecorded);
        for (int t = 0; t < 5; t++) Close.Equal(expected[t], Tensor.From(stream.Step(x[t].AsSpan<float>()), [1, 4]), 1e-5);
    }

    [Fact]
    public void TheyAreNamedInThePlanAndAreNoParameters()
    {
        var layer = Recurrent.Over(new LeakyCell(2, 4, Key));
        string plan = layer.Explain(Tensor.Zeros([3, 2, 2]));
        Assert.Contains("leak", plan, StringComparison.Ordinal);
        Assert.Equal(["cell.W", "cell.R"], layer.NamedParameters().Select(named => named.Path));
    }

    [Fact]
    public void WhatIsComputedFromConstantsFollowsToo()
    {
        var c = new ConstantTensor("c", Tensor.From(new float[,] { { 1, 2 }, { 3, 4 } }));
        var derived = MatMul(Transpose(c), 1 - c) / Sum(c) + Unstack(c)[1];
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var other = Tensor.Ones([2, 2], type);
            Assert.Equal(type, (derived * other).ElementType);
            Assert.Equal(type, (other * derived).ElementType);
            Assert.Equal(type, Where(Greater(c, other), c, other).ElementType);
            Assert.Equal(type, Concatenate(0, c, other, derived).ElementType);
        }
        Close.Same(derived, derived * Tensor.Ones([2, 2], ElementType.Float64));
        Close.Equal(derived, derived * Tensor.Ones([2, 2]), 1e-6);
    }

    [Fact]
    public void APlainTensorIsStillNotMixed()
    {
        var error = Assert.Throws<ElementTypeException>(() => Tensor.Ones([2], ElementType.Float64) * Tensor.Ones([2]));
        Assert.Contains("never mixed", error.Message, StringComparison.Ordinal);
        var constant = new ConstantTensor("c", Tensor.Ones([2]));
        Assert.Throws<ElementTypeException>(() => Where(constant, Tensor.Ones([2], ElementType.Float64), Tensor.Ones([2])));
    }

    [Fact]
    public void WhatIsRefused()
    {
        var constant = new ConstantTensor("mask", Tensor.Ones([2]));
        using var tape = new Tape();
        Assert.Contains("mask: ", Assert.Throws<TapeException>(() => tape.Watch(constant)).Message, StringComparison.Ordinal);
        Assert.Throws<SymbolicReadException>(() => new ConstantTensor("mask", Tensor.Symbolic([2])));
        Assert.Throws<ArgumentException>(() => new ConstantTensor(" ", Tensor.Ones([2])));
    }

    // In what it was used before, by whichever tape, does not matter.
    [Fact]
    public void TapesMayUseItInTurn()
    {
        var c = new ConstantTensor("c", Tensor.Full([2], 3));
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64, ElementType.Float32 })
        {
            using var tape = new Tape();
            var x = tape.Watch(Tensor.Ones([2], type));
            Close.Same(Tensor.Full([2], 9, type), tape.Gradients(Sum(x * (c + c) + c * x), [x])[0]);
        }
    }

    /// <summary>Leaky units: h = a·h + (1 − a)·tanh(x·W + h·(R ∘ mask)).</summary>
    sealed class LeakyCell : Cell<Tensor>
    {
        readonly Parameter W, R;
        readonly Tensor mask, leak;

        public LeakyCell(int inputs, int hidden, RandomKey key)
            : base(key, hidden)
        {
            Weight(out W, inputs, hidden);
            Weight(out R, hidden, hidden);
            Constant(out mask, Lower(hidden));
            Constant(out leak, Tensor.From(Leaks(hidden), [hidden]));
        }

        public static double[] Leaks(int hidden) => [.. Enumerable.Range(1, hidden).Select(i => 1.0 / (1 + i))];

        public static Tensor Lower(int hidden) => Tensor.From(
            [.. Enumerable.Range(0, hidden * hidden).Select(i => i / hidden >= i % hidden ? 1.0 : 0)], [hidden, hidden],
            ElementType.Float64);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
        {
            var next = leak * h + (1 - leak) * Tanh(MatMul(x, W) + MatMul(h, R * mask));
            return (next, next);
        }
    }
}

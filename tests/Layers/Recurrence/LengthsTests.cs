using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Nothing depends on padding, on how much of it there is, nor on the order of the batch.</summary>
public class LengthsTests
{
    const int Time = 6, Batch = 5;

    static readonly RandomKey Key = new(1);
    static readonly int[] Lengths = [2, 6, 1, 4, 6];

    public static TheoryData<string> Kinds => ["rnn", "gru", "lstm", "peephole", "stack", "bidirectional", "learned"];

    static Module Model(string kind) => kind switch
    {
        "rnn" => Recurrent.Over(new RnnCell(2, 3, Key)),
        "gru" => Recurrent.Over(new GruCell(2, 3, Key)),
        "lstm" => Recurrent.Over(new LstmCell(2, 3, Key)),
        "peephole" => Recurrent.Over(new PeepholeLstmCell(2, 3, Key)),
        "stack" => Recurrent.Over(Stacked.Of(new LstmCell(2, 4, Key), new LstmCell(4, 3, Key))),
        "learned" => Recurrent.Over(new LstmCell(2, 3, Key), InitialState.Learned),
        _ => Bidirectional.Over(new LstmCell(2, 3, Key.For("forward")), new LstmCell(2, 3, Key.For("backward"))),
    };

    static Tensor Input(int time = Time) => InDouble.Draw(Key.For("input"), Time, Batch, 2)[..time];

    /// <summary>Outputs, final states, and gradients: with respect to the input first, then the parameters.</summary>
    static Tensor[] Everything(Module model, Tensor x, params int[] lengths)
    {
        using var tape = InDouble.Tape(model);
        tape.Watch(x);
        var results = Run(model, x, lengths);
        var loss = Sum(results[0] * results[0]);
        foreach (var final in results[1..]) loss += Sum(final);
        return [.. results.Concat(tape.Gradients(loss, [x, .. model.Parameters])).Select(tensor => tensor.Detach())];
    }

    static Tensor[] Run(Module model, Tensor x, int[] lengths) => model switch
    {
        Recurrent<Tensor> one => Flat(one.Run(x, lengths)),
        Recurrent<LstmState> lstm => Flat(lstm.Run(x, lengths)),
        Recurrent<LayerStates<LstmState>> stack => Flat(stack.Run(x, lengths)),
        _ => Flat(((Bidirectional<LstmState>)model).Run(x, lengths)),
    };

    static Tensor[] Flat<TState>(Unrolled<TState> run) => [run.Outputs, .. State.Tensors(run.Final)];

    static Tensor[] Flat(BidirectionalRun<LstmState> run) =>
        [run.Outputs, .. State.Tensors(run.Forward.Final), .. State.Tensors(run.Backward.Final)];

    static Tensor Pad(Tensor x, double value, int extra = 0)
    {
        double[] longer = [.. x.ToDoubles(), .. new double[extra * Batch * 2]];
        for (int i = 0; i < longer.Length; i++)
            if (i / (2 * Batch) >= Lengths[i / 2 % Batch])
                longer[i] = value;
        return Tensor.From(longer, [x.Shape[0] + extra, Batch, 2]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EachSequenceIsAsIfAlone(string kind)
    {
        var model = Model(kind);
        var together = Run(model, Input().As(ElementType.Float32), Lengths);
        for (int b = 0; b < Batch; b++)
        {
            var own = Slice(Input().As(ElementType.Float32)[..Lengths[b]], 1, b, 1);
            var alone = Run(model, own, []);
            var outputs = Slice(together[0], 1, b, 1);
            Close.Equal(alone[0], outputs[..Lengths[b]], 1e-5);
            Assert.All(outputs[Lengths[b]..].ToDoubles(), y => Assert.Equal(0, y));
            for (int i = 1; i < alone.Length; i++) Close.Equal(alone[i], together[i][b..(b + 1)], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatThePaddingHoldsDoesNotMatter(string kind)
    {
        var model = Model(kind);
        var expected = Everything(model, Input(), Lengths);
        foreach (double value in (double[])[0, double.NaN, double.PositiveInfinity, 1e300])
            Close.Same(expected, Everything(model, Pad(Input(), value), Lengths));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GradientsOfThePaddingAreZero(string kind)
    {
        var model = Model(kind);
        var all = Everything(model, Input(), Lengths);
        var gradient = all[^(1 + model.Parameters.Count)];
        for (int b = 0; b < Batch; b++)
            for (int t = 0; t < Time; t++)
                Assert.Equal(t < Lengths[b], gradient.At(t, b, 0) != 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void MorePaddingDoesNotMatter(string kind)
    {
        var model = Model(kind);
        var expected = Everything(model, Input(), Lengths);
        var longer = Everything(model, Pad(Input(), double.NaN, extra: 3), Lengths);
        int input = expected.Length - model.Parameters.Count - 1;
        foreach (int withTime in (int[])[0, input])
        {
            Close.Same(expected[withTime], longer[withTime][..Time]);
            Assert.All(longer[withTime][Time..].ToDoubles(), y => Assert.Equal(0, y));
        }
        for (int i = 1; i < expected.Length; i++)
            if (i != input)
                Close.Equal(expected[i], longer[i], 1e-14);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheOrderOfTheBatchDoesNotMatter(string kind)
    {
        int[] order = [3, 0, 4, 2, 1];
        var model = Model(kind);
        var expected = Everything(model, Input(), Lengths);
        var shuffled = Everything(model, Shuffle(Input(), 1, order), [.. order.Select(b => Lengths[b])]);
        int parameters = expected.Length - model.Parameters.Count;
        for (int i = 0; i < expected.Length; i++)
        {
            bool isSequence = i == 0 || i == parameters - 1;
            var same = i < parameters ? Shuffle(expected[i], isSequence ? 1 : 0, order) : expected[i];
            // Sums over the batch are formed in another order.
            Close.Equal(same, shuffled[i], 1e-14);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void FullLengthsAreNoLengths(string kind) =>
        Close.Same(Everything(Model(kind), Input()), Everything(Model(kind), Input(), Time, Time, Time, Time, Time));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ATimeAxisOfOneWorks(string kind) =>
        Close.Same(Everything(Model(kind), Input(1)), Everything(Model(kind), Input(1), 1, 1, 1, 1, 1));

    [Fact]
    public void StatesStayAtTheirEnd()
    {
        var run = Recurrent.Over(new LstmCell(2, 3, Key)).Run(Input().As(ElementType.Float32), Lengths);
        for (int b = 0; b < Batch; b++)
            for (int t = Lengths[b]; t < Time; t++)
                Close.Same(At(run.States[Lengths[b] - 1].C, b), At(run.States[t].C, b));
    }

    static Tensor Shuffle(Tensor x, int axis, int[] order) => Stack([.. order.Select(b => At(MoveAxis(x, axis, 0), b))], axis);
}

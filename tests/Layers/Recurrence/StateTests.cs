using Autograd.Layers;

namespace Autograd.Tests.Layers.Recurrence;

public class StateTests
{
    readonly record struct Mixed(Tensor First, LstmState Second, LayerStates<LstmState> Third, Tensor Fourth);

    static Tensor Number(double value) => Tensor.Full([1], value);

    static LstmState Lstm(double h, double c) => new(Number(h), Number(c));

    static readonly Mixed State1To8 = new(Number(1), Lstm(2, 3), new([Lstm(4, 5), Lstm(6, 7)]), Number(8));

    static double[] Values<TState>(TState state) => [.. State.Tensors(state).Select(tensor => tensor.ToScalar())];

    /// <summary>The runtime puts nested value types behind the references; the order must not show that.</summary>
    [Fact]
    public void TensorsComeInOrderOfDeclaration()
    {
        Assert.Equal([1.0], Values(Number(1)));
        Assert.Equal([1.0, 2, 3, 4, 5, 6, 7, 8], Values(State1To8));
        Assert.Equal([1.0, 2, 3], Values((Lstm(1, 2), Number(3))));
        Assert.Equal([1.0, 2, 3, 4, 5, 6], Values(((Number(1), (Number(2), Number(3))), Number(4), (Number(5), Number(6)))));
        var nine = (Number(1), Number(2), Number(3), Number(4), Number(5), Lstm(6, 7), Number(8), Lstm(9, 10), Number(11));
        Assert.Equal([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], Values(nine));
    }

    [Fact]
    public void MapKeepsTheStructure()
    {
        int calls = 0;
        var mapped = State.Map(State1To8, tensor => tensor * (double)++calls);
        Assert.Equal([1.0, 4, 9, 16, 25, 36, 49, 64], Values(mapped));
        Assert.Equal((8, 9, 36), (calls, mapped.Second.C.ToScalar(), mapped.Third[1].H.ToScalar()));
        Assert.Equal([1.0, 2, 3, 4, 5, 6, 7, 8], Values(State1To8));
    }

    [Fact]
    public void DetachedStatesOutliveTheirTape()
    {
        Mixed kept, lost;
        using (var tape = new Tape())
        {
            lost = State.Map(State1To8, tensor => tape.Watch(tensor) * 2);
            kept = State.Detach(lost);
            Assert.Throws<TapeException>(() => tape.Gradients([kept.First], [Number(1)], [State1To8.First]));
        }
        Assert.Equal([2.0, 4, 6, 8, 10, 12, 14, 16], Values(kept));
        Assert.Throws<ObjectDisposedException>(() => Values(lost));
    }

    [Fact]
    public void AMissingTensorIsAnError()
    {
        Assert.Equal(
            "A tensor of the state LstmState is null.", Assert.Throws<ArgumentException>(() => State.Tensors(default(LstmState))).Message);
        Assert.Equal(
            "A tensor of the state LstmState is null.",
            Assert.Throws<ArgumentException>(() => State.Detach(new LstmState(Number(1), null!))).Message);
        Assert.Equal("A tensor of the state Tensor is null.", Assert.Throws<ArgumentException>(() => State.Tensors<Tensor>(null!)).Message);
        Assert.Throws<ArgumentNullException>(() => State.Map(Number(1), null!));
    }
}

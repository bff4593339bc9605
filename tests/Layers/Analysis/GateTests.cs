using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class GateTests
{
    static readonly RandomKey Key = new(9);

    [Fact]
    public void OfAGruAreResetAndUpdate()
    {
        var cell = new GruCell(2, 3, Key);
        var x = Key.Normal([4, 5, 2]);
        var gates = Gate.Of(cell, x);
        Assert.Equal(2, gates.Count);
        Assert.Equal(["Wxr", "Whr", "Br"], gates[0].Parameters);
        Assert.Equal(["Wxz", "Whz", "Bz"], gates[1].Parameters);
        var states = Recurrent.Over(cell).Forward(x);
        for (int t = 0; t < 4; t++)
        {
            var before = t == 0 ? Tensor.Zeros([5, 3]) : states[t - 1];
            Close.Equal(Sigmoid(MatMul(x[t], cell["Wxz"]) + MatMul(before, cell["Whz"]) + cell["Bz"]), gates[1].Values[t], 1e-6);
        }
    }

    [Fact]
    public void OfAnLstmAndOfAStackAreInTheOrderOfTheEquations()
    {
        Assert.Equal(["Wxf", "Wxi", "Wxo"], Gate.Of(new LstmCell(2, 3, Key), Key.Normal([2, 1, 2])).Select(gate => gate.Parameters[0]));
        var stack = Stacked.Of(new GruCell(2, 3, Key), new GruCell(3, 4, Key.For("upper")));
        var gates = Gate.Of(stack, Key.Normal([2, 1, 2]));
        Assert.Equal(4, gates.Count);
        Assert.Contains("layer1.Wxr", gates[2].Parameters);
        Assert.Equal([2, 1, 4], gates[2].Values.Shape);
    }

    [Fact]
    public void AreCountedAndAveraged()
    {
        var gate = new Gate([], Tensor.From([0f, 0.24f, 0.5f, 1f], [2, 1, 2]));
        Assert.Equal([2, 0, 1, 1], gate.Histogram(4));
        Assert.Equal([0.25, 0.62], gate.MeanByUnit().Select(x => Math.Round(x, 6)));
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.Histogram(0));
    }

    [Fact]
    public void ACellWithoutGatesHasNone() => Assert.Empty(Gate.Of(new RnnCell(2, 3, Key), Key.Normal([2, 1, 2])));
}

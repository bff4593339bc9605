using System.Text;
using Autograd.Layers;
using Autograd.Onnx;
using static Autograd.Functions;

namespace Autograd.Interop;

/// <summary>Recurrences that become operators of ONNX, which must give what the <c>Scan</c> and the layer give.</summary>
public class NativeTests
{
    static readonly OnnxOptions Native = new() { PrefersNative = true };

    [Theory]
    [InlineData("LstmCell", "LSTM")]
    [InlineData("PeepholeLstmCell", "LSTM")]
    [InlineData("GruCell", "GRU")]
    [InlineData("GruCell, reset after", "GRU")]
    [InlineData("RnnCell", "RNN")]
    [InlineData("RnnCell, relu", "RNN")]
    public void AnOperatorGivesTheSame(string name, string kind)
    {
        var cell = CellTable.Named(name);
        foreach (bool hasLengths in new[] { false, true })
        {
            Assert.True(Has(cell.Export(hasLengths, Native), kind), $"{name} with lengths {hasLengths} is no {kind}.");
            CellTests.Check(cell, hasLengths, Native);
        }
    }

    // A step that does what an operator does is one, whoever has written it.
    [Fact]
    public void ACellOfTheUserIsAnOperatorToo()
    {
        var layer = CellTable.Filled(Recurrent.Over(new Own(3, 4)));
        Assert.True(Has(OnnxModel.ExportWithState(layer, 3, options: Native), "RNN"));
    }

    [Theory]
    [InlineData("FullPeepholeLstmCell")]
    [InlineData("CoupledLstmCell")]
    [InlineData("Lstm1997Cell")]
    [InlineData("ElmanCell")]
    [InlineData("Zoneout")]
    public void WhatIsNoOperatorStaysAScan(string name)
    {
        var model = CellTable.Named(name).Export(hasLengths: false, Native);
        Assert.True(Has(model, "Scan"));
        CellTests.Check(CellTable.Named(name), hasLengths: true, Native);
    }

    [Fact]
    public void BothDirectionsAndStatesOfAllSteps()
    {
        var both = CellTable.Filled(Bidirectional.Over(new LstmCell(3, 4, new RandomKey(1).For("f")),
            new LstmCell(3, 2, new RandomKey(1).For("b"))));
        using var runtime = new Runtime(OnnxModel.Export(both, 3, hasLengths: true, Native).ToArray());
        var (x, lengths) = (new RandomKey(2).Normal([6, 3, 3]), new[] { 2, 6, 4 });
        Agree.Within(both.Forward(x, lengths), runtime.Run(("x", x), ("lengths", lengths))[0], "both directions");
        var one = Recurrent.Over(new LstmCell(3, 4, new RandomKey(1)));
        var model = OnnxModel.Export(
            one, [OnnxInput.Numbers("x", ["time", "batch", 3])], given => [("c", one.Run(given["x"]).StackedStates().C)], Native);
        using var scan = new Runtime(model.ToArray());
        Agree.Within(one.Run(x).StackedStates().C, scan.Run(("x", x))[0], "states of all steps");
    }

    // The name of an operator stands in the file as it is.
    static bool Has(OnnxModel model, string kind) =>
        Encoding.Latin1.GetString(model.ToArray()).Contains($"\"{(char)kind.Length}{kind}", StringComparison.Ordinal);

    sealed class Own : Cell<Tensor>
    {
        readonly Parameter Input, Recurrent, Shift;

        public Own(int inputs, int hidden)
            : base(default, hidden)
        {
            Weight(out Input, inputs, hidden);
            Weight(out Recurrent, hidden, hidden);
            Bias(out Shift, hidden);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) =>
            Tanh(MatMul(x, Input) + MatMul(state, Recurrent) + Shift) is var next ? (next, next) : default;
    }
}

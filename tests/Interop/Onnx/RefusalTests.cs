using Autograd.Layers;
using Autograd.Onnx;
using static Autograd.Functions;

namespace Autograd.Interop;

/// <summary>What cannot be written is named. This is the whole list.</summary>
public class RefusalTests
{
    static readonly RandomKey Key = new(17);
    static readonly OnnxInput X = OnnxInput.Numbers("x", ["time", "batch", 3]);

    [Fact]
    public void AModelInTrainingMode()
    {
        var layer = Recurrent.Over(Zoneout.Around(new RnnCell(3, 4, Key), Key, 0.1));
        layer.Train(0);
        Refused("Recurrent`1", "training mode", () => OnnxModel.Export(layer, 3));
    }

    [Fact]
    public void APartInTrainingMode()
    {
        var layer = new Sequential(new Linear(3, 4, Key), new Dropout(0.5, Key));
        layer.Train(0);
        Refused("a constant", "random mask",
            () => OnnxModel.Export(new Linear(1, 1, Key), [X], given => [("y", layer.Forward(given["x"]))]));
    }

    [Fact]
    public void MasksOfEachStep()
    {
        var layer = Recurrent.Over(Zoneout.Around(new RnnCell(3, 4, Key), Key, 0.1));
        layer.Train(0);
        Refused("Mask", "random numbers", () => OnnxModel.Export(new Linear(1, 1, Key), [X], given => [("y", layer.Forward(given["x"]))]));
    }

    [Fact]
    public void NoiseOfACell()
    {
        var cell = new StateSpaceCell(3, (u, x) => Tanh(u + x) + Key.At(TimeStep.Current).Normal(x.Shape, 0.1));
        Refused("Normal", "random numbers", () => OnnxModel.Export(Recurrent.Over(cell), 3));
    }

    [Fact]
    public void ADecisionByAValue() => Refused("a value", "reads it", () =>
        Of(x => Sum(x).ToScalar() > 0 ? x : -x));

    [Fact]
    public void ADecisionByAValueWithinAStep() => Refused("a value", "reads it", () =>
        OnnxModel.Export(Recurrent.Over(new StateSpaceCell(3, (u, x) => Sum(u).ToScalar() > 0 ? u : x)), 3));

    [Fact]
    public void ADecisionByASize() =>
        Refused("Sin", "something else for other sizes", () => Of(x => x.Shape[0] > 8 ? Tanh(x) : Sin(Tanh(x))));

    [Fact]
    public void ALoopOverTimeByHand() => Refused("Unstack", "Recurrent", () => Of(x =>
    {
        var sum = Tensor.Zeros([1, 3]);
        foreach (var step in Unstack(x)) sum = Tanh(sum + step);
        return sum;
    }));

    [Fact]
    public void ANumberThatDependsOnSizes() => Refused("ScaleShift", "a number depends", () => Of(x => x * Math.Log(x.Shape[0])));

    [Fact]
    public void AnOperationOfTheUser() => Refused("Doubled", "operation of the user", () => Of(x => new Doubled().Apply(x)));

    [Fact]
    public void AnOperationOfTheUserWithinAStep() => Refused("Doubled", "operation of the user", () =>
        OnnxModel.Export(Recurrent.Over(new StateSpaceCell(3, (u, x) => Tanh(new Doubled().Apply(u) + x))), 3));

    [Fact]
    public void MatricesOfAnyLength() => Refused("Cholesky", "depend on the sizes", () => OnnxModel.Export(
        new Linear(1, 1, Key), [OnnxInput.Numbers("x", ["n", 3])],
        given => [("y", Cholesky(MatMul(given["x"], given["x"], transposeRight: true)))]));

    [Fact]
    public void ALengthThatIsNoSumOfProducts() => Refused("Slice", "cannot be written", () => Of(x => x[..(x.Shape[0] / 2)]));

    [Fact]
    public void WhatIsComputedFromTokens()
    {
        var embedding = new Embedding(10, 2, Key);
        Refused("GatherRows", "indices", () => OnnxModel.Export(
            embedding, [OnnxInput.Tokens("tokens", 5, "time")],
            given => [("y", embedding.Forward(Array.ConvertAll(given.Whole("tokens"), token => 2 * token)))]));
    }

    [Fact]
    public void DataThatIsAnotherAtEachCall()
    {
        int calls = 0;
        Refused("a constant", "differs from trace to trace", () => Of(x => x + Tensor.From([calls++, 1f, 2f])));
    }

    [Fact]
    public void WhatIsRecordedNowhere() => Refused("a tape", "nothing is recorded", () => Of(x =>
    {
        using var pause = Tape.Current!.Pause();
        return x + 1;
    }));

    [Fact]
    public void ATapeAtHand()
    {
        using var tape = new Tape();
        Assert.Throws<TapeException>(() => Of(x => x));
    }

    [Theory]
    [InlineData("x", "names")]
    [InlineData("", "empty")]
    public void OutputsWithoutANameOfTheirOwn(string name, string _) =>
        Assert.Throws<ArgumentException>(() => OnnxModel.Export(new Linear(1, 1, Key), [X], given => [(name, given["x"])]));

    static void Of(Func<Tensor, Tensor> function) => OnnxModel.Export(new Linear(1, 1, Key), [X], given => [("y", function(given["x"]))]);

    static void Refused(string operation, string reason, Action export)
    {
        var error = Assert.Throws<OnnxExportException>(export);
        Assert.Equal(operation, error.Operation);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    sealed class Doubled : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => operands[0] * 2;

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => cotangent * 2;
    }
}

using Autograd.Layers;
using Autograd.Tests.Layers.Golden;

namespace Autograd.Tests.Layers.Cells;

public class LstmCellTests
{
    static readonly RandomKey Key = new(1);

    [Fact]
    public void FollowsPyTorch()
    {
        var torch = new GoldenCase("lstm");
        var model = Recurrent.Over(new LstmCell(2, 3, Key));
        TorchRun.Check(torch, model, TorchWeights.Lstm(torch), () =>
        {
            var (outputs, final, _) = model.Run(torch["x"], TorchRun.State(torch));
            return [outputs, final.H, final.C];
        });
    }

    [Fact]
    public void FollowsPyTorchWithLengths()
    {
        var torch = new GoldenCase("lstm with lengths");
        var model = Recurrent.Over(new LstmCell(2, 3, Key));
        TorchRun.Check(torch, model, TorchWeights.Lstm(torch), () =>
        {
            var (outputs, final, _) = model.Run(torch["x"], TorchRun.State(torch), torch.Whole("lengths"));
            return [outputs, final.H, final.C];
        });
    }

    [Fact]
    public void ParametersAreNamedAndShapedAsInTheEquations()
    {
        var cell = new LstmCell(2, 3, Key);
        Assert.Equal(
            ["Wxf", "Whf", "Bf", "Wxi", "Whi", "Bi", "Wxc", "Whc", "Bc", "Wxo", "Who", "Bo"],
            cell.NamedParameters().Select(named => named.Path));
        Assert.Equal([2, 3], cell["Wxf"].Shape.Lengths.ToArray());
        Assert.Equal([3, 3], cell["Who"].Shape.Lengths.ToArray());
        Assert.Equal(4 * (2 * 3 + 3 * 3 + 3), cell.ParameterCount);
    }

    [Fact]
    public void OnlyTheForgetBiasIsNotZero()
    {
        Assert.Equal([1.0, 1, 1], new LstmCell(2, 3, Key)["Bf"].ToDoubles());
        var cell = new LstmCell(2, 3, Key, forgetBias: -2.5);
        Assert.Equal([-2.5, -2.5, -2.5], cell["Bf"].ToDoubles());
        foreach (string bias in (string[])["Bi", "Bc", "Bo"]) Assert.Equal([0.0, 0, 0], cell[bias].ToDoubles());
    }

    [Fact]
    public void StartsFromZerosAndGivesItsHiddenUnits()
    {
        var cell = new LstmCell(2, 3, Key);
        var state = cell.Initial(4, ElementType.Float64);
        foreach (var tensor in State.Tensors(state)) Close.Same(Tensor.Zeros([4, 3], ElementType.Float64), tensor);
        var (output, next) = cell.Step(Tensor.Ones([4, 2]), cell.Initial(4, ElementType.Float32));
        Assert.Same(output, next.H);
        Assert.Equal([4, 3], next.C.Shape.Lengths.ToArray());
    }

    [Theory]
    [InlineData(0, 3, "LstmCell: inputs must be at least 1; it is 0.")]
    [InlineData(2, 0, "LstmCell: hidden must be at least 1; it is 0.")]
    [InlineData(2, -3, "LstmCell: hidden must be at least 1; it is -3.")]
    public void SizesBelowOneAreAnError(int inputs, int hidden, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => new LstmCell(inputs, hidden, Key)).Message);
}

using Autograd.Layers;
using Autograd.Tests.Layers.Golden;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Cells;

public class GruCellTests
{
    static readonly RandomKey Key = new(1);

    [Fact]
    public void FollowsPyTorchWithTheResetAfterTheProduct()
    {
        var torch = new GoldenCase("gru");
        var model = Recurrent.Over(new GruCell(2, 3, Key, GruReset.AfterProduct));
        TorchRun.Check(torch, model, TorchWeights.Gru(torch), () =>
        {
            var (outputs, final, _) = model.Run(torch["x"], TorchRun.H(torch));
            return [outputs, final];
        });
    }

    /// <summary>The published form, Cho et al. 2014, equations 5 to 8, spelled out.</summary>
    [Fact]
    public void FollowsThePaperWithTheResetBeforeTheProduct()
    {
        var cell = new GruCell(2, 3, Key);
        foreach (string bias in (string[])["Br", "Bz", "Bh"]) cell[bias].Assign(Key.For(bias).Normal([3]));
        var (x, h) = (Key.For("x").Normal([4, 2]), Key.For("h").Normal([4, 3]));
        var r = Sigmoid(MatMul(x, cell["Wxr"]) + MatMul(h, cell["Whr"]) + cell["Br"]);
        var z = Sigmoid(MatMul(x, cell["Wxz"]) + MatMul(h, cell["Whz"]) + cell["Bz"]);
        var candidate = Tanh(MatMul(x, cell["Wxh"]) + MatMul(r * h, cell["Whh"]) + cell["Bh"]);
        var (output, next) = cell.Step(x, h);
        Close.Equal(h + z * (candidate - h), output, 1e-6);
        Assert.Same(output, next);
    }

    [Fact]
    public void OnlyTheResetAfterTheProductHasASecondBias()
    {
        Assert.Equal(3 * (2 * 3 + 3 * 3 + 3), new GruCell(2, 3, Key).ParameterCount);
        var after = new GruCell(2, 3, Key, GruReset.AfterProduct);
        Assert.Equal(3 * (2 * 3 + 3 * 3 + 3) + 3, after.ParameterCount);
        Assert.Equal([0.0, 0, 0], after["Bhh"].ToDoubles());
    }

    /// <summary>With a bias on the reset gate and a state the two forms differ: a test with neither could not tell.</summary>
    [Fact]
    public void TheTwoFormsDiffer()
    {
        var (before, after) = (new GruCell(2, 3, Key), new GruCell(2, 3, Key, GruReset.AfterProduct));
        var (x, h) = (Tensor.Ones([1, 2]), Tensor.From(new[,] { { 1f, -1, 0.5f } }));
        Assert.NotEqual(before.Step(x, h).Output.ToDoubles(), after.Step(x, h).Output.ToDoubles());
    }

    [Theory]
    [InlineData(0, 3, "GruCell: inputs must be at least 1; it is 0.")]
    [InlineData(2, 0, "GruCell: hidden must be at least 1; it is 0.")]
    public void SizesBelowOneAreAnError(int inputs, int hidden, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => new GruCell(inputs, hidden, Key)).Message);
}

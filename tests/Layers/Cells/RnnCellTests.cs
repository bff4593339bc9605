using Autograd.Layers;
using Autograd.Tests.Layers.Golden;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Cells;

public class RnnCellTests
{
    static readonly RandomKey Key = new(1);

    [Fact]
    public void FollowsPyTorch()
    {
        var torch = new GoldenCase("rnn");
        var model = Recurrent.Over(new RnnCell(2, 3, Key));
        TorchRun.Check(torch, model, TorchWeights.Rnn(torch), () =>
        {
            var (outputs, final, _) = model.Run(torch["x"], TorchRun.H(torch));
            return [outputs, final];
        });
    }

    [Fact]
    public void TakesAnyActivation()
    {
        var cell = new RnnCell(2, 3, Key, Relu);
        var (x, h) = (Key.For("x").Normal([4, 2]), Key.For("h").Normal([4, 3]));
        var (output, next) = cell.Step(x, h);
        Close.Same(Relu(MatMul(x, cell["W"]) + MatMul(h, cell["R"]) + cell["B"]), output);
        Assert.Same(output, next);
        Assert.Contains(0.0, output.ToDoubles());
    }

    [Theory]
    [InlineData(0, 3, "RnnCell: inputs must be at least 1; it is 0.")]
    [InlineData(2, 0, "RnnCell: hidden must be at least 1; it is 0.")]
    public void SizesBelowOneAreAnError(int inputs, int hidden, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => new RnnCell(inputs, hidden, Key)).Message);
}

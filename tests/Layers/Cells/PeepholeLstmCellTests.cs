using Autograd.Layers;
using Autograd.Tests.Layers.Golden;

namespace Autograd.Tests.Layers.Cells;

public class PeepholeLstmCellTests
{
    static readonly RandomKey Key = new(1);

    /// <summary>The peepholes of the case are large, so that looking at the old cell instead of the new one would show.</summary>
    [Fact]
    public void FollowsTheEquationsInPyTorch()
    {
        var torch = new GoldenCase("peephole lstm");
        var model = Recurrent.Over(new PeepholeLstmCell(2, 3, Key));
        TorchRun.Check(torch, model, TorchWeights.Peephole(torch), () =>
        {
            var (outputs, final, _) = model.Run(torch["x"], new LstmState(torch["h0"], torch["c0"]));
            return [outputs, final.H, final.C];
        });
    }

    [Fact]
    public void PeepholesAreDiagonal()
    {
        var cell = new PeepholeLstmCell(2, 3, Key);
        foreach (string peephole in (string[])["Pf", "Pi", "Po"])
        {
            Assert.Equal([3], cell[peephole].Shape.Lengths.ToArray());
            Assert.All(cell[peephole].ToDoubles(), p => Assert.InRange(Math.Abs(p), 1e-6, 1 / Math.Sqrt(3)));
        }
        Assert.Equal(4 * (2 * 3 + 3 * 3 + 3) + 3 * 3, cell.ParameterCount);
        Assert.Equal([1.0, 1, 1], cell["Bf"].ToDoubles());
    }

    [Fact]
    public void WithoutPeepholesItIsAnLstm()
    {
        var peephole = new PeepholeLstmCell(2, 3, Key);
        var lstm = new LstmCell(2, 3, Key);
        foreach (var (path, parameter) in lstm.NamedParameters()) Close.Same(parameter, peephole[path]);
        foreach (string path in (string[])["Pf", "Pi", "Po"]) peephole[path].Assign(Tensor.Zeros([3]));
        var x = Key.Normal([5, 4, 2]);
        Close.Equal(Recurrent.Over(lstm).Forward(x), Recurrent.Over(peephole).Forward(x), 1e-6);
    }

    [Theory]
    [InlineData(0, 3, "PeepholeLstmCell: inputs must be at least 1; it is 0.")]
    [InlineData(2, 0, "PeepholeLstmCell: hidden must be at least 1; it is 0.")]
    public void SizesBelowOneAreAnError(int inputs, int hidden, string message) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => new PeepholeLstmCell(inputs, hidden, Key)).Message);
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class ContractiveCellTests
{
    static readonly RandomKey Key = new(5);

    [Fact]
    public void PassesTheGradientCheck() =>
        GradientCheck.Run(new ContractiveCell(3), Key.Normal([4, 2, 3]), options: new() { Order = 2 }).ThrowIfFailed();

    [Fact]
    public void HalvesTheWayToTheInput()
    {
        var (output, next) = new ContractiveCell(2).Step(Tensor.From(new[,] { { 1.0, 0 } }), Tensor.From(new[,] { { 0.5, 0.5 } }));
        Assert.Equal([0.75, 0.25], output.ToDoubles());
        Assert.Same(output, next);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(-0.5), InlineData(double.NaN)]
    public void TheContractionMustBeOne(double k) => Assert.Throws<ArgumentOutOfRangeException>(() => new ContractiveCell(2, k));
}

public class StateSpaceCellTests
{
    static readonly RandomKey Key = new(5);

    [Fact]
    public void PassesTheGradientCheck()
    {
        var a = Key.Normal([3, 3], 0.5, ElementType.Float64);
        var cell = new StateSpaceCell(3, (u, x) => Tanh(MatMul(x, a) + u), x => Sum(Square(x), -1).Reshape(-1, 1));
        GradientCheck.Run(cell, Key.Normal([4, 2, 3], 1, ElementType.Float64), options: new() { Order = 2 }).ThrowIfFailed();
    }

    [Fact]
    public void IsARecurrentNetworkWhenItsFunctionsAre()
    {
        var rnn = new RnnCell(2, 3, Key);
        var system = new StateSpaceCell(3, (u, x) => rnn.Step(u, x).Next);
        var x = Key.Normal([6, 4, 2]);
        Close.Same(Recurrent.Over(rnn).Forward(x), Recurrent.Over(system).Forward(x));
    }
}

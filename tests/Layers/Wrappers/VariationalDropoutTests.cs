using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;

namespace Autograd.Tests.Layers.Wrappers;

public class VariationalDropoutTests
{
    static readonly RandomKey Key = new(1);
    static readonly Tensor Ones = Tensor.Ones([6, 3, 40]);

    static FunctionCell<Tensor> Echo() => new((x, s) => (x, s), 1);

    [Fact]
    public void TheMaskIsTheSameAtAllStepsAndDiffersBetweenSequences()
    {
        var cell = VariationalDropout.Around(Echo(), Key, inputRate: 0.5);
        cell.Train(3);
        var outputs = Recurrent.Over(cell).Forward(Ones);
        for (int t = 1; t < 6; t++) Close.Same(outputs[0], outputs[t]);
        Assert.All(outputs.ToDoubles(), x => Assert.True(x is 0 or 2));
        Assert.NotEqual(outputs[0][0].ToDoubles(), outputs[0][1].ToDoubles());
        cell.Train(4);
        Assert.NotEqual(outputs.ToDoubles(), Recurrent.Over(cell).Forward(Ones).ToDoubles());
    }

    [Fact]
    public void TheStateIsMaskedOnlyWhereTheStepReadsIt()
    {
        var cell = VariationalDropout.Around(new FunctionCell<LstmState>((x, s) => (s.H + s.C, s), 40), Key, stateRates: [0.5, 0]);
        cell.Train(0);
        var (ones, zeros) = (Tensor.Ones([3, 40]), Tensor.Zeros([3, 40]));
        double[] h = cell.Step(ones, new LstmState(ones, zeros)).Output.ToDoubles();
        Assert.All(h, x => Assert.True(x is 0 or 2));
        Assert.Contains(0.0, h);
        Assert.All(cell.Step(ones, new LstmState(zeros, ones)).Output.ToDoubles(), x => Assert.Equal(1, x));
    }

    [Fact]
    public void TheOutputHasAMaskOfItsOwnAndTheStateIsNotChanged()
    {
        var cell = VariationalDropout.Around(new FunctionCell<Tensor>((x, _) => (x, x), 40), Key, outputRate: 0.5);
        cell.Train(0);
        var (output, next) = cell.Step(Ones[0], Tensor.Zeros([3, 40]));
        Assert.Contains(0.0, output.ToDoubles());
        Close.Same(Ones[0], next);
    }

    [Fact]
    public void InEvaluationNothingChanges()
    {
        var lstm = new LstmCell(40, 3, Key);
        var cell = VariationalDropout.Around(lstm, Key, 0.5, 0.5, [0.5]);
        Close.Same(Recurrent.Over(lstm).Forward(Ones), Recurrent.Over(cell).Forward(Ones));
    }

    [Fact]
    public void RatesThatDoNotFitAreAnError()
    {
        var cell = new LstmCell(2, 3, Key);
        Assert.StartsWith(
            "VariationalDropout: inputRate",
            Assert.Throws<ArgumentOutOfRangeException>(() => VariationalDropout.Around(cell, Key, 1)).Message);
        Assert.StartsWith(
            "VariationalDropout: outputRate",
            Assert.Throws<ArgumentOutOfRangeException>(() => VariationalDropout.Around(cell, Key, 0, -1)).Message);
        Assert.StartsWith(
            "VariationalDropout: 3 rates were given for 2 tensors",
            Assert.Throws<ArgumentException>(() => VariationalDropout.Around(cell, Key, stateRates: [0, 0, 0])).Message);
    }
}

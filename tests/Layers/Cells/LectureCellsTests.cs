using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Cells;

/// <summary>The lectures' networks with one hidden layer, each against its equations and against its relatives.</summary>
public class LectureCellsTests
{
    static readonly RandomKey Key = new(1);
    static readonly Tensor X = Key.For("x").Normal([4, 2]), H = Key.For("h").Normal([4, 3]), Sequence = Key.Normal([6, 4, 2]);

    static Parameter[] Random(Module module)
    {
        foreach (var (path, parameter) in module.NamedParameters()) parameter.Assign(Key.For(path).Normal(parameter.Shape));
        return [.. module.Parameters];
    }

    [Fact]
    public void ElmanFollowsItsEquations()
    {
        var cell = new ElmanCell(2, 3, 2, Key, outputActivation: Tanh);
        Random(cell);
        var (output, next) = cell.Step(X, H);
        var h = Sigmoid(MatMul(X, cell["W"]) + MatMul(H, cell["R"]) + cell["B"]);
        Close.Same(h, next);
        Close.Same(Tanh(MatMul(h, cell["V"]) + cell["D"]), output);
    }

    [Fact]
    public void TheContextOfAnElmanNetworkIsACopyOfItsHiddenUnits()
    {
        var cell = new ElmanCell(2, 3, 2, Key);
        var (rnn, head) = (new RnnCell(2, 3, Key, Sigmoid), new Linear(3, 2, Key));
        Random(cell);
        foreach (string name in (string[])["W", "R", "B"]) rnn[name].Assign(cell[name]);
        (head["weight"], head["bias"]).Item1.Assign(cell["V"]);
        head["bias"].Assign(cell["D"]);
        var expected = Recurrent.Over(rnn).Run(Sequence);
        var actual = Recurrent.Over(cell).Run(Sequence);
        Close.Same(expected.Final, actual.Final);
        Close.Equal(head.Forward(expected.Outputs), actual.Outputs, 1e-6);
        Close.Same(head.Forward(rnn.Step(Sequence[0], rnn.Initial(4, ElementType.Float32)).Output),
            Recurrent.Over(Readout.Of(rnn, head)).Forward(Sequence)[0]);
    }

    [Fact]
    public void CopyBackIsElmanWithTheIdentityAndNoBiases()
    {
        var (copy, elman) = (new CopyBackCell(2, 3, 2, Key), new ElmanCell(2, 3, 2, Key, Tanh));
        elman["W"].Assign(copy["W"]);
        elman["R"].Assign(Tensor.Identity(3));
        elman["V"].Assign(copy["V"]);
        Close.Equal(Recurrent.Over(elman).Forward(Sequence), Recurrent.Over(copy).Forward(Sequence), 1e-6);
        Assert.Equal(2 * 3 + 3 * 2, copy.ParameterCount);
    }

    [Fact]
    public void FullyRecurrentIsElmanWithoutBiases()
    {
        var (full, elman) = (new FullyRecurrentCell(2, 3, 2, Key), new ElmanCell(2, 3, 2, Key, Tanh));
        foreach (string name in (string[])["W", "R", "V"]) elman[name].Assign(full[name]);
        Close.Equal(Recurrent.Over(elman).Forward(Sequence), Recurrent.Over(full).Forward(Sequence), 1e-6);
        Assert.Equal(2 * 3 + 3 * 3 + 3 * 2, full.ParameterCount);
    }

    [Fact]
    public void JordanFeedsItsOutputBack()
    {
        var cell = new JordanCell(2, 5, 3, Key, outputActivation: Tanh);
        Random(cell);
        var (output, next) = cell.Step(X, H);
        var a = Sigmoid(MatMul(X, cell["W"]) + MatMul(H, cell["R"]) + cell["B"]);
        Close.Same(Tanh(MatMul(a, cell["V"]) + cell["D"]), output);
        Assert.Same(output, next);
        Assert.Equal([4, 3], cell.Initial(4, ElementType.Float32).Shape.Lengths.ToArray());
    }

    /// <summary>The general wrapper around a layer with no state of its own gives the same network.</summary>
    [Fact]
    public void JordanIsFeedbackOfTheOutputAroundALayer()
    {
        var jordan = new JordanCell(2, 5, 3, Key);
        Random(jordan);
        var general = new MultiLag(
            3, (x, past) => MatMul(Sigmoid(MatMul(x, jordan["W"]) + MatMul(past[0], jordan["R"]) + jordan["B"]), jordan["V"]) + jordan["D"],
            [1], jordan);
        Close.Same(Recurrent.Over(jordan).Forward(Sequence), Recurrent.Over(general).Forward(Sequence));
        Assert.Equal(jordan.ParameterCount, general.ParameterCount);
    }

    [Theory]
    [InlineData(0, 3, 2, "inputs")]
    [InlineData(2, 0, 2, "hidden")]
    [InlineData(2, 3, 0, "outputs")]
    public void SizesBelowOneAreAnError(int inputs, int hidden, int outputs, string what)
    {
        Fails("ElmanCell", () => new ElmanCell(inputs, hidden, outputs, Key));
        Fails("CopyBackCell", () => new CopyBackCell(inputs, hidden, outputs, Key));
        Fails("JordanCell", () => new JordanCell(inputs, hidden, outputs, Key));
        Fails("FullyRecurrentCell", () => new FullyRecurrentCell(inputs, hidden, outputs, Key));

        void Fails(string cell, Func<object> create)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(create);
            Assert.Contains("must be at least 1; it is 0.", error.Message);
            Assert.StartsWith(cell, error.Message);
            Assert.NotEmpty(what);
        }
    }
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Cells;

/// <summary>The variants of the long short-term memory, each against its equations and where it becomes another.</summary>
public class LstmVariantsTests
{
    static readonly RandomKey Key = new(1);
    static readonly Tensor Sequence = Key.Normal([5, 4, 2]), X = Key.For("x").Normal([4, 2]);
    static readonly LstmState Start = new(Key.For("h").Normal([4, 3]), Key.For("c").Normal([4, 3]));

    [Fact]
    public void TheFirstLstmFollowsItsEquations()
    {
        var cell = new Lstm1997Cell(2, 3, Key, inputBias: -1, outputBias: -2);
        Tensor Sum(string gate) => MatMul(X, cell["Wx" + gate]) + MatMul(Start.H, cell["Wh" + gate]) + cell["B" + gate];
        var (output, next) = cell.Step(X, Start);
        var c = Start.C + Sigmoid(Sum("i")) * (2 * Tanh(0.5 * Sum("c")));
        Close.Equal(c, next.C, 1e-6);
        Close.Equal(Sigmoid(Sum("o")) * Tanh(0.5 * c), output, 1e-6);
        Assert.Same(output, next.H);
        Assert.Equal([-1.0, -1, -1], cell["Bi"].ToDoubles());
        Assert.Equal([-2.0, -2, -2], cell["Bo"].ToDoubles());
    }

    [Fact]
    public void ItsSquashersReachTwoAndOne()
    {
        var cell = new Lstm1997Cell(1, 1, Key, inputBias: 50, outputBias: 50);
        foreach (string name in (string[])["Wxi", "Whi", "Whc", "Wxo", "Who"]) cell[name].Assign(Tensor.Zeros([1, 1]));
        cell["Wxc"].Assign(Tensor.Full([1, 1], 1));
        foreach (double sign in (double[])[-1, 1])
        {
            var (output, next) =
                cell.Step(Tensor.Full([1, 1], sign * 100), new LstmState(Tensor.Zeros([1, 1]), Tensor.Full([1, 1], sign * 100)));
            Assert.Equal(sign * 102, next.C.At(0, 0), 1e-4);
            Assert.Equal(sign, output.At(0, 0), 1e-6);
        }
    }

    /// <summary>The constant error carousel: to the bit, over a hundred steps of any input.</summary>
    [Fact]
    public void TheTruncatedGradientAlongTheCarouselIsExactlyOne()
    {
        var model = Recurrent.Over(new Lstm1997Cell(2, 3, Key, Lstm1997Gradient.Truncated));
        var x = Key.Normal([100, 4, 2]);
        var along = CarouselGradient(model, x);
        Assert.All(along.ToDoubles(), slope => Assert.Equal(1.0, slope));
        // The exact gradient also takes the way round through the recurrent weights.
        Assert.Contains(CarouselGradient(Recurrent.Over(new Lstm1997Cell(2, 3, Key)), x).ToDoubles(), slope => Math.Abs(slope - 1) > 1e-3);
    }

    [Fact]
    public void TruncationChangesNoValueAndNoGradientOfOneStep()
    {
        Lstm1997Cell full = new(2, 3, Key), truncated = new(2, 3, Key, Lstm1997Gradient.Truncated);
        var x = Sequence[..1];
        Close.Same(Recurrent.Over(full).Forward(Sequence), Recurrent.Over(truncated).Forward(Sequence));
        Close.Same(Gradients(full, x), Gradients(truncated, x));
        Assert.NotEqual(Gradients(full, Sequence)[0].ToDoubles(), Gradients(truncated, Sequence)[0].ToDoubles());
    }

    [Fact]
    public void DiagonalMatricesArePeepholes()
    {
        FullPeepholeLstmCell full = new(2, 3, Key);
        PeepholeLstmCell diagonal = new(2, 3, Key);
        foreach (string gate in (string[])["f", "i", "o"])
        {
            diagonal["P" + gate].Assign(Key.For(gate).Normal([3], 2));
            full[$"Wc{gate}"].Assign(Tensor.Identity(3) * diagonal["P" + gate]);
        }
        Close.Equal(
            Recurrent.Over(diagonal).Run(Sequence, Start).StackedStates().C, Recurrent.Over(full).Run(Sequence, Start).StackedStates().C,
            1e-6);
        full["Wcf"].Assign(Key.Normal([3, 3]));
        var f = Sigmoid(MatMul(X, full["Wxf"]) + MatMul(Start.H, full["Whf"]) + MatMul(Start.C, full["Wcf"]) + full["Bf"]);
        var i = Sigmoid(MatMul(X, full["Wxi"]) + MatMul(Start.H, full["Whi"]) + MatMul(Start.C, full["Wci"]) + full["Bi"]);
        Close.Equal(f * Start.C + i * Tanh(MatMul(X, full["Wxc"]) + MatMul(Start.H, full["Whc"]) + full["Bc"]), full.Step(X, Start).Next.C,
            1e-6);
    }

    [Fact]
    public void CoupledGatesAreAnLstmWhoseInputGateIsTheComplement()
    {
        CoupledLstmCell coupled = new(2, 3, Key);
        LstmCell lstm = new(2, 3, Key);
        foreach (string name in (string[])["Wx", "Wh", "B"]) lstm[name + "i"].Assign(-coupled[name + "f"]);
        Close.Equal(Recurrent.Over(lstm).Run(Sequence, Start).Outputs, Recurrent.Over(coupled).Run(Sequence, Start).Outputs, 1e-6);
        Assert.Equal(3 * (2 * 3 + 3 * 3 + 3), coupled.ParameterCount);
    }

    [Fact]
    public void AProjectionByTheIdentityIsAnLstm()
    {
        ProjectedLstmCell projected = new(2, 3, 3, Key);
        projected["Wp"].Assign(Tensor.Identity(3));
        Close.Equal(Recurrent.Over(new LstmCell(2, 3, Key)).Run(Sequence, Start).Outputs,
            Recurrent.Over(projected).Run(Sequence, Start).Outputs, 1e-6);
    }

    [Fact]
    public void WhatIsProjectedGoesOutAndIsFedBack()
    {
        ProjectedLstmCell cell = new(2, 5, 3, Key);
        var initial = cell.Initial(4, ElementType.Float32);
        Assert.Equal([4, 3], initial.H.Shape.Lengths.ToArray());
        Assert.Equal([4, 5], initial.C.Shape.Lengths.ToArray());
        Assert.Equal(4 * (2 * 5 + 3 * 5 + 5) + 5 * 3, cell.ParameterCount);
        var (output, next) = cell.Step(X, new LstmState(Start.H, Key.Normal([4, 5])));
        Assert.Same(output, next.H);
        Assert.Equal([4, 3], output.Shape.Lengths.ToArray());
    }

    [Fact]
    public void NormalisationMakesTheScaleOfTheWeightsIrrelevant()
    {
        LayerNormLstmCell cell = new(2, 4, Key, epsilon: 1e-12);
        var before = Recurrent.Over(cell).Forward(Sequence);
        cell["Wx"].Assign(cell["Wx"] * 100);
        cell["Wh"].Assign(cell["Wh"] * 10);
        Close.Equal(before, Recurrent.Over(cell).Forward(Sequence), 1e-4);
        LayerNormGruCell gru = new(2, 4, Key, epsilon: 1e-12);
        var first = Recurrent.Over(gru).Forward(Sequence);
        foreach (string name in (string[])["Wx", "Wh", "W", "U"]) gru[name].Assign(gru[name] * 100);
        Close.Equal(first, Recurrent.Over(gru).Forward(Sequence), 1e-4);
    }

    [Fact]
    public void TheNormalisedLstmFollowsThePaper()
    {
        LayerNormLstmCell cell = new(2, 3, Key);
        Tensor Norm(Tensor x) => (x - MeanKeepingAxes(x, -1)) / Sqrt(MeanKeepingAxes(Square(x - MeanKeepingAxes(x, -1)), -1) + 1e-5);
        var sums = Norm(MatMul(Start.H, cell["Wh"])) + Norm(MatMul(X, cell["Wx"]));
        Tensor[] gates = [.. Enumerable.Range(0, 4).Select(gate => Slice(sums, -1, gate * 3, 3))];
        var c = Sigmoid(gates[0] + 1) * Start.C + Sigmoid(gates[1]) * Tanh(gates[3]);
        var (output, next) = cell.Step(X, Start);
        Close.Equal(c, next.C, 1e-5);
        Close.Equal(Sigmoid(gates[2]) * Tanh(Norm(c)), output, 1e-5);
    }

    [Fact]
    public void TheNormalisedGruFollowsThePaper()
    {
        LayerNormGruCell cell = new(2, 3, Key);
        Tensor Norm(Tensor x) => (x - MeanKeepingAxes(x, -1)) / Sqrt(MeanKeepingAxes(Square(x - MeanKeepingAxes(x, -1)), -1) + 1e-5);
        var gates = Sigmoid(Norm(MatMul(Start.H, cell["Wh"])) + Norm(MatMul(X, cell["Wx"])));
        var (z, r) = (Slice(gates, -1, 0, 3), Slice(gates, -1, 3, 3));
        var candidate = Tanh(Norm(MatMul(X, cell["W"])) + r * Norm(MatMul(Start.H, cell["U"])));
        Close.Equal(Start.H + z * (candidate - Start.H), cell.Step(X, Start.H).Output, 1e-5);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 0)]
    public void SizesBelowOneAreAnError(int inputs, int hidden)
    {
        Func<object>[] cells =
        [
            () => new Lstm1997Cell(inputs, hidden, Key), () => new FullPeepholeLstmCell(inputs, hidden, Key), () =>
                new CoupledLstmCell(inputs, hidden, Key),
            () => new ProjectedLstmCell(inputs, hidden, 2, Key), () => new ProjectedLstmCell(2, 3, Math.Min(inputs, hidden), Key),
            () => new LayerNormLstmCell(inputs, hidden, Key), () => new LayerNormGruCell(inputs, hidden, Key),
        ];
        foreach (var create in cells)
            Assert.Contains("must be at least 1; it is 0.", Assert.Throws<ArgumentOutOfRangeException>(create).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNormGruCell(2, 3, Key, epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoupledLstmCell(2, 3, Key, double.NaN));
    }

    static Tensor CarouselGradient(Recurrent<LstmState> model, Tensor x)
    {
        using var tape = new Tape();
        var c = tape.Watch(Tensor.Zeros([4, 3]));
        return tape.Gradients(Sum(model.Run(x, new LstmState(Tensor.Zeros([4, 3]), c)).Final.C), [c])[0].Detach();
    }

    static Tensor[] Gradients(Lstm1997Cell cell, Tensor x) =>
        Differentiate.ValueAndGradient(() => Sum(Square(Recurrent.Over(cell).Forward(x))), cell.Parameters).Gradients;
}

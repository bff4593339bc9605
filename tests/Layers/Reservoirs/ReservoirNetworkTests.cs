using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class ReservoirNetworkTests
{
    static readonly RandomKey Key = new(7);

    static Tensor Draw(string purpose, params int[] shape) => Key.For(purpose).Normal(Shape.Create(shape), 1, ElementType.Float64);

    /// <summary>Twenty steps of conjugate gradients on the tape's gradients of the penalised error are enough for so few weights.</summary>
    [Fact]
    public void AReadoutLearnedByGradientsIsTheRidgeSolution()
    {
        const double Ridge = 0.3;
        var network = ReservoirNetwork.EchoState(1, 6, 1, Key);
        var (x, y) = (Draw("x", 80, 1, 1), Draw("y", 80, 1, 1));
        network.Fit(x, y, washout: 10, Ridge);
        Tensor[] closed = [.. network.Readout.Parameters.Select(parameter => parameter.Detach())];
        var features = network.Harvest(x, y).Features[10..].Detach();
        foreach (var parameter in network.Readout.Parameters) parameter.Assign(Tensor.Zeros(parameter.Shape, ElementType.Float64));
        Descend(network.Readout, () => Sum(Square(network.Readout.Forward(features) - y[10..]))
            + Ridge * network.Readout.Parameters.Select(p => Sum(Square(p))).Aggregate((a, b) => a + b));
        for (int i = 0; i < closed.Length; i++) Close.Equal(closed[i], network.Readout.Parameters[i], 1e-9);
    }

    /// <summary>A reservoir that has parameters is run with what they are now.</summary>
    [Fact]
    public void ParametersOfTheReservoirMayChange()
    {
        static ReservoirNetwork<Tensor> Network(ulong seed) => new(new GruCell(2, 8, new RandomKey(seed)), 2, 8, 1);
        var (one, other) = (Network(1), Network(2));
        var x = Draw("x", 10, 1, 2);
        one.Fit(x, Draw("y", 10, 1, 1), 2, 1e-3);
        foreach (var (parameter, value) in other.Parameters.Zip(one.Parameters)) parameter.Assign(value);
        Close.Equal(one.Run(x).Outputs, other.Run(x).Outputs, 0);
    }

    [Fact]
    public void TheFitIsWhatNormalEquationsSay()
    {
        var network = ReservoirNetwork.EchoState(2, 5, 2, Key, new() { Feedback = 2 });
        var (x, y) = (Draw("x", 40, 3, 2), Draw("y", 40, 3, 2));
        var fitted = network.Fit(x, y, washout: 4, 0.1);
        var f = network.Harvest(x, y).Features[4..].Reshape(-1, 7);
        var ones = Concatenate(1, f, Tensor.Ones([36 * 3, 1], ElementType.Float64));
        var gram = MatMul(ones, ones, transposeLeft: true) + 0.1 * Tensor.Identity(8, ElementType.Float64);
        var expected = Solve(gram, MatMul(ones, y[4..].Reshape(-1, 2), transposeLeft: true));
        Close.Equal(expected[..7], network.Readout.Parameters[0], 1e-12);
        Close.Equal(expected[7], network.Readout.Parameters[1], 1e-11);
        Close.Same(network.Follow(x, y).Outputs, fitted.Outputs);
    }

    [Fact]
    public void FreeRunningIsFollowingItsOwnOutputs()
    {
        var network = ReservoirNetwork.EchoState(1, 8, 1, Key, new() { Feedback = 1 });
        var (x, y) = (Draw("x", 60, 2, 1), 0.1 * Draw("y", 60, 2, 1));
        var warm = network.Fit(x, y, 5, 1e-3).Final;
        var more = Draw("more", 7, 2, 1);
        var free = network.Run(more, warm);
        var followed = network.Follow(more, free.Outputs, warm);
        Close.Equal(free.Outputs, followed.Outputs, 1e-14);
        Close.Equal(free.Final.Reservoir, followed.Final.Reservoir, 1e-14);
    }

    [Fact]
    public void AnyCellIsAReservoirAlsoOneOfFloats()
    {
        var cell = Stacked.Of(new LstmCell(1, 4, Key), new LstmCell(4, 5, Key.For("upper")));
        var network = new ReservoirNetwork<LayerStates<LstmState>>(cell, inputs: 1, features: 5, outputs: 1);
        var (x, y) = (Draw("x", 30, 1, 1), Draw("y", 30, 1, 1));
        var fitted = network.Fit(x, y, 3, 1e-6);
        Assert.Equal([30, 1, 1], fitted.Outputs.Shape);
        Close.Equal(fitted.Outputs, network.Run(x).Outputs, 1e-13);
    }

    [Fact]
    public void LearnsASineAndGoesOnWithIt()
    {
        double[] sine = [.. Enumerable.Range(0, 700).Select(t => 0.5 * Math.Sin(0.2 * t))];
        var network = ReservoirNetwork.EchoState(
            0, 30, 1, Key, new() { Feedback = 1, SpectralRadius = 0.8, BiasScaling = 0.2, Connectivity = 0.3 });
        var fitted = network.Fit(Tensor.Zeros([500, 1, 0]), Tensor.From(sine[..500], [500, 1, 1]), 100, 1e-10);
        double[] free = network.Run(Tensor.Zeros([200, 1, 0]), fitted.Final).Outputs.ToDoubles();
        Assert.True(free.Zip(sine[500..], (a, b) => Math.Abs(a - b)).Max() < 1e-2);
    }

    [Fact]
    public void GradientsFlowThroughAFittedNetwork()
    {
        var network = ReservoirNetwork.EchoState(2, 6, 1, Key, new() { Feedback = 1 });
        network.Fit(Draw("x", 40, 1, 2), Draw("y", 40, 1, 1), 5, 0.1);
        GradientCheck.Run(x => network.Run(x).Outputs, Draw("u", 5, 2, 2)).ThrowIfFailed();
    }

    /// <summary>A state of one sequence would be broadcast to three without an error.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void StatesOfAnotherBatchAreAnError(int feedback)
    {
        var network = ReservoirNetwork.EchoState(2, 6, 1, Key, new() { Feedback = feedback });
        var (one, three) = (Draw("x", 10, 1, 2), Draw("x", 10, 3, 2));
        const string Message =
            "ReservoirNetwork: tensor 0 of the initial state is [{0}, 6]; its first axis must be the batch, {1} in x [{1}, 2].";
        string Says(Action run) => Assert.Throws<ShapeException>(run).Message;
        Assert.Equal(string.Format(null, Message, 1, 3), Says(() => network.Run(three, network.Initial(1))));
        Assert.Equal(string.Format(null, Message, 3, 1), Says(() => network.Run(one, network.Initial(3))));
        Assert.Equal(string.Format(null, Message, 3, 1), Says(() => network.Follow(one, Draw("y", 10, 1, 1), network.Initial(3))));
        var mixed = network.Initial(3) with { Output = Tensor.Zeros([1, 1], ElementType.Float64) };
        Assert.Contains("the output of the initial state is [1, 1]; [3, 1] is needed", Says(() => network.Run(three, mixed)));
        Assert.Equal([10, 3, 1], network.Run(three, network.Initial(3)).Outputs.Shape.Lengths.ToArray());
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        var network = ReservoirNetwork.EchoState(2, 6, 1, Key);
        var (x, y) = (Draw("x", 10, 1, 2), Draw("y", 10, 1, 1));
        Assert.Contains("washout", Assert.Throws<ArgumentOutOfRangeException>(() => network.Fit(x, y, 10, 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Fit(x, y, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Fit(x, y, 0, -1));
        Assert.Contains("[10, 1, 1]", Assert.Throws<ShapeException>(() => network.Fit(x, Draw("y", 9, 1, 1), 0, 1)).Message);
        Assert.Contains("[time, batch, 2]", Assert.Throws<ShapeException>(() => network.Run(Draw("x", 10, 1, 3))).Message);
        Assert.Throws<ArgumentException>(() => ReservoirNetwork.EchoState(1, 5, 2, Key, new() { Feedback = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReservoirNetwork<Tensor>(new EchoStateCell(1, 5, Key), 0, 5, 1));
        // More features than samples, and no ridge.
        Assert.Contains("ridge", Assert.Throws<MatrixException>(() => network.Fit(x[..4], y[..4], 0, 0)).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => network.Fit(x, y * double.NaN, 0, 1)).Message);
    }

    static void Descend(Module module, Func<Tensor> loss)
    {
        var parameters = module.Parameters;
        var gradient = Minus(Differentiate.ValueAndGradient(loss, parameters).Gradients);
        var direction = gradient;
        for (int step = 0; step < 20; step++)
        {
            var curvature = Differentiate.HessianVectorProduct(loss, parameters, direction).Products;
            double square = Dot(gradient, gradient);
            if (square < 1e-30) return;
            double length = square / Dot(direction, curvature);
            for (int i = 0; i < parameters.Count; i++) parameters[i].Assign(parameters[i].Detach() + length * direction[i]);
            gradient = Minus(Differentiate.ValueAndGradient(loss, parameters).Gradients);
            double ratio = Dot(gradient, gradient) / square;
            direction = [.. gradient.Select((g, i) => g + ratio * direction[i])];
        }
    }

    static Tensor[] Minus(Tensor[] tensors) => Array.ConvertAll(tensors, tensor => -tensor);

    static double Dot(Tensor[] a, Tensor[] b) => a.Select((x, i) => Sum(x * b[i]).ToScalar()).Sum();

    // Targets of one sequence would be repeated by the mask of the lengths.
    [Fact]
    public void TargetsOfAnotherBatchAreAnErrorWithLengthsToo()
    {
        var network = ReservoirNetwork.EchoState(1, 20, 1, new RandomKey(1), new EchoStateOptions { Connectivity = 0.5 });
        var x = new RandomKey(2).Normal([30, 3, 1], type: ElementType.Float64);
        foreach (var shape in (Shape[])[[30, 1, 1], [30, 3, 2], [29, 3, 1], [30, 3]])
        {
            var targets = new RandomKey(3).Normal(shape, type: ElementType.Float64);
            var error = Assert.Throws<ShapeException>(() => network.Fit(x, targets, washout: 0, ridge: 1e-3, lengths: [9, 5, 7]));
            Assert.All([shape.ToString(), "[30, 3, 1]"], one => Assert.Contains(one, error.Message, StringComparison.Ordinal));
        }
    }
}

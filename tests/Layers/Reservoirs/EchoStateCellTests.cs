using Autograd.Layers;

namespace Autograd.Tests.Layers;

public class EchoStateCellTests
{
    static readonly RandomKey Key = new(7);

    static readonly EchoStateOptions Leaky =
        new() { SpectralRadius = 1.3, Leak = 0.4, Connectivity = 0.5, BiasScaling = 0.3, Feedback = 1, FeedbackScaling = 0.6 };

    [Fact]
    public void PassesTheGradientCheck() => GradientCheck.Run(new EchoStateCell(2, 6, Key, Leaky), Key.Normal([4, 2, 3])).ThrowIfFailed();

    /// <summary>By another way than the one the matrix was scaled with.</summary>
    [Theory, InlineData(1, 1.0, 0.9), InlineData(20, 0.3, 0.5), InlineData(60, 0.1, 1.25), InlineData(120, 0.05, 0.99)]
    public void TheSpectralRadiusIsAchieved(int units, double connectivity, double radius)
    {
        var cell = new EchoStateCell(1, units, Key, new() { Connectivity = connectivity, SpectralRadius = radius });
        double found = LinearAlgebra.Eigenvalues(cell.Recurrent)[0].Magnitude;
        Assert.Equal(radius, found, 1e-11 * units);
        Assert.Equal(radius, cell.SpectralRadius, 1e-12);
    }

    // Powers of a matrix of half the order cost an eighth.
    [Theory, InlineData(0.02), InlineData(0.1), InlineData(1)]
    public void TheRadiusOfALargeReservoirIsFoundInASmallerSpace(double connectivity)
    {
        var cell = new EchoStateCell(1, 1000, Key, new() { Connectivity = connectivity, SpectralRadius = 0.9 });
        Assert.Equal(0.9, LinearAlgebra.SpectralRadius(cell.Recurrent, out int order), 1e-12);
        Assert.InRange(order, 1, 500);
    }

    [Fact]
    public void TheEffectiveRadiusIsThatOfTheLinearisedCell()
    {
        var cell = new EchoStateCell(2, 8, Key, Leaky with { BiasScaling = 0 });
        var jacobian = FixedPoints.At(CellMap.Of(cell, Tensor.Zeros([3])), Tensor.Zeros([8]));
        Assert.Equal(jacobian.SpectralRadius, cell.EffectiveSpectralRadius(), 1e-12);
    }

    [Fact]
    public void WeightsAreSparseAndWithinTheirBounds()
    {
        var cell = new EchoStateCell(2, 200, Key, new() { Connectivity = 0.1, InputScaling = 0.5, Feedback = 1, FeedbackScaling = 2 });
        double share = cell.Recurrent.ToDoubles().Count(x => x != 0) / 40_000.0;
        // Five standard deviations of a binomial share.
        Assert.InRange(share, 0.1 - 5 * Math.Sqrt(0.09 / 40_000), 0.1 + 5 * Math.Sqrt(0.09 / 40_000));
        Assert.InRange(cell.Input[..2].ToDoubles().Max(Math.Abs), 0.45, 0.5);
        Assert.InRange(cell.Input[2].ToDoubles().Max(Math.Abs), 1.8, 2);
    }

    [Fact]
    public void HasNoParametersAndLetsGradientsThrough()
    {
        var cell = new EchoStateCell(3, 10, Key);
        Assert.Empty(cell.Parameters);
        var below = new Linear(2, 3, Key);
        var recurrent = Recurrent.Over(cell);
        var x = Key.Normal([5, 2, 2]);
        GradientCheck.Run(() => recurrent.Forward(below.Forward(x.As(ElementType.Float64))), below.Parameters).ThrowIfFailed();
        using var tape = new Tape();
        var loss = Functions.Sum(Functions.Square(recurrent.Forward(below.Forward(x))));
        Assert.All(tape.Gradients(loss, below.Parameters), gradient => Assert.Contains(gradient.ToDoubles(), g => g != 0));
    }

    [Fact]
    public void TwoStatesComeTogetherUnderTheSameInput()
    {
        var cell = new EchoStateCell(1, 50, Key);
        var step = CellMap.Driven(cell, Key.Normal([200, 1]));
        var states = Key.For("start").Normal([2, 50], 1, ElementType.Float64);
        for (int t = 0; t < 200; t++) states = step(t, states);
        Assert.True((states[0] - states[1]).ToDoubles().Max(Math.Abs) < 1e-6);
        Assert.True(LyapunovExponents.Spectrum(cell, Key.Normal([300, 1]), count: 1)[0] < 0);
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        Refuses(new() { SpectralRadius = 0 }, "SpectralRadius must be positive");
        Refuses(new() { SpectralRadius = -1 }, "SpectralRadius");
        Refuses(new() { Leak = 0 }, "Leak");
        Refuses(new() { Leak = 1.5 }, "Leak");
        Refuses(new() { Connectivity = 0 }, "Connectivity");
        Refuses(new() { InputScaling = -1 }, "InputScaling");
        Refuses(new() { Feedback = -1 }, "Feedback");
        Assert.Throws<ArgumentOutOfRangeException>(() => new EchoStateCell(0, 5, Key));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EchoStateCell(1, 0, Key));
        Assert.Contains(
            "radius 0", Assert.Throws<ArgumentException>(() => new EchoStateCell(1, 3, Key, new() { Connectivity = 1e-6 })).Message);

        static void Refuses(EchoStateOptions options, string message) =>
            Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(() => new EchoStateCell(1, 5, Key, options)).Message);
    }
}

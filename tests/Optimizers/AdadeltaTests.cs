using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class AdadeltaTests
{
    [Fact]
    public void FollowsItsEquations() => Published.Follow(
        p => new Adadelta(p, 0.7, decay: 0.8, epsilon: 1e-3, weightDecay: 0.1), Equations);

    // Zeiler 2012, algorithm 1.
    static Func<int, double, double, double> Equations()
    {
        double square = 0, change = 0;
        return (_, p, g) =>
        {
            g += 0.1 * p;
            square = 0.8 * square + 0.2 * (g * g);
            double delta = -Math.Sqrt(change + 1e-3) / Math.Sqrt(square + 1e-3) * g;
            change = 0.8 * change + 0.2 * (delta * delta);
            return p + 0.7 * delta;
        };
    }

    [Fact]
    public void DefaultsAreAsDocumented()
    {
        var optimizer = new Adadelta(Valley.Start());
        Assert.Equal(
            (1.0, 0.95, 1e-6, 0.0), (optimizer.LearningRate, optimizer.Decay, optimizer.Epsilon, optimizer.WeightDecay));
        Assert.Equal(["square", "change"], optimizer.State[0].Slots);
    }

    [Theory]
    [InlineData(-1, 0.9, 1e-8, 0, "learningRate", "must be finite and not negative; it is -1.")]
    [InlineData(1, 1, 1e-8, 0, "decay", "must be at least 0 and below 1; it is 1.")]
    [InlineData(1, 0.9, 0, 0, "epsilon", "must be finite and at least 1E-37; it is 0.")]
    [InlineData(1, 0.9, 1e-8, double.NaN, "weightDecay", "must be finite and not negative; it is NaN.")]
    public void OptionsOutOfRangeAreAnError(double rate, double decay, double epsilon, double weightDecay, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Adadelta(Valley.Start(), rate, decay, epsilon, weightDecay));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"Adadelta: {name} {message}", error.Message);
    }
}

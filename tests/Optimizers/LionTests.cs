using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class LionTests
{
    [Fact]
    public void FollowsItsEquations() => Published.Follow(p => new Lion(p, 0.05, beta1: 0.8, beta2: 0.6, weightDecay: 0.3), Equations);

    // Chen et al. 2023, algorithm 2.
    static Func<int, double, double, double> Equations()
    {
        double m = 0;
        return (_, p, g) =>
        {
            int direction = Math.Sign(0.8 * m + 0.2 * g);
            m = 0.6 * m + 0.4 * g;
            return p - 0.05 * (direction + 0.3 * p);
        };
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void AnElementWithoutGradientStaysAndANaNIsNotLost(ElementType type)
    {
        var parameter = new Parameter("p", Tensor.Ones([5], type));
        new Lion([parameter], 0.25).Step([Tensor.From([0.0, -0.0, double.NaN, 1e-30, double.NegativeInfinity], [5], type)]);
        Assert.Equal([1, 1, double.NaN, 0.75, 1.25], parameter.ToDoubles());
    }

    [Fact]
    public void DefaultsAreAsDocumented()
    {
        var optimizer = new Lion(Valley.Start());
        Assert.Equal((0.0001, 0.9, 0.99, 0.0), (optimizer.LearningRate, optimizer.Beta1, optimizer.Beta2, optimizer.WeightDecay));
        Assert.Equal(["mean"], optimizer.State[0].Slots);
    }

    [Theory]
    [InlineData(-1, 0.9, 0.9, 0, "learningRate", "must be finite and not negative; it is -1.")]
    [InlineData(1, 1, 0.9, 0, "beta1", "must be at least 0 and below 1; it is 1.")]
    [InlineData(1, 0.9, double.NaN, 0, "beta2", "must be at least 0 and below 1; it is NaN.")]
    [InlineData(1, 0.9, 0.9, -1, "weightDecay", "must be finite and not negative; it is -1.")]
    public void OptionsOutOfRangeAreAnError(double rate, double beta1, double beta2, double weightDecay, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Lion(Valley.Start(), rate, beta1, beta2, weightDecay));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"Lion: {name} {message}", error.Message);
    }
}

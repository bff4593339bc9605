using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class NAdamTests
{
    [Fact]
    public void FollowsItsEquations() => Published.Follow(
        p => new NAdam(p, 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1, momentumDecay: 0.5), Equations);

    // Dozat 2016, algorithm 2.
    static Func<int, double, double, double> Equations()
    {
        double m = 0, n = 0, product = 1;
        return (t, p, g) =>
        {
            g += 0.1 * p;
            double now = 0.8 * (1 - 0.5 * Math.Pow(0.96, t * 0.5)), next = 0.8 * (1 - 0.5 * Math.Pow(0.96, (t + 1) * 0.5));
            product *= now;
            m = 0.8 * m + 0.2 * g;
            n = 0.95 * n + 0.05 * (g * g);
            double mean = next * m / (1 - product * next) + (1 - now) * g / (1 - product);
            return p - 0.05 * mean / (Math.Sqrt(n / (1 - Math.Pow(0.95, t))) + 1e-3);
        };
    }

    [Fact]
    public void ThePathToAStepDoesNotMatter()
    {
        var (one, other) = (Valley.Start(), Valley.Start());
        var wandering = new NAdam(one, 0.05);
        foreach (long step in new[] { 90, 0, 7, 400 })
        {
            wandering.Steps = step;
            wandering.Step(Valley.Gradients(other));
        }
        wandering.State[0]["mean"] = wandering.State[0]["square"] = Tensor.From([0.0, 0.0]);
        one[0].Assign(other[0]);
        wandering.Steps = 3;
        wandering.Step(Valley.Gradients(other));
        new NAdam(other, 0.05) { Steps = 3 }.Step(Valley.Gradients(other));
        Assert.Equal(other[0].ToDoubles(), one[0].ToDoubles());
    }

    // The product of that many factors is not formed.
    [Fact]
    public void ManyStepsAreDoneAtOnce()
    {
        var parameter = new Parameter("p", Tensor.From([1.0]));
        new NAdam([parameter], 0.5, beta2: 0) { Steps = 1_000_000_000_000_000 }.Step([Tensor.From([3.0])]);

        // With no correction left, μ = β₁: 0.1 g + 0.9 · 0.1 g over |g|.
        Near.Equal([1 - 0.5 * 0.19], parameter.ToDoubles(), 1e-7);
    }

    [Fact]
    public void DefaultsAreAsDocumented()
    {
        var optimizer = new NAdam(Valley.Start());
        Assert.Equal((0.002, 0.9, 0.999, 1e-8), (optimizer.LearningRate, optimizer.Beta1, optimizer.Beta2, optimizer.Epsilon));
        Assert.Equal((0.0, 0.004), (optimizer.WeightDecay, optimizer.MomentumDecay));
        Assert.Equal(["mean", "square"], optimizer.State[0].Slots);
    }

    [Theory]
    [InlineData(-1, 0.9, 0.9, 1e-8, 0, 0, "learningRate", "must be finite and not negative; it is -1.")]
    [InlineData(1, 1, 0.9, 1e-8, 0, 0, "beta1", "must be at least 0 and below 1; it is 1.")]
    [InlineData(1, 0.9, -1, 1e-8, 0, 0, "beta2", "must be at least 0 and below 1; it is -1.")]
    [InlineData(1, 0.9, 0.9, 0, 0, 0, "epsilon", "must be finite and at least 1E-37; it is 0.")]
    [InlineData(1, 0.9, 0.9, 1e-8, -1, 0, "weightDecay", "must be finite and not negative; it is -1.")]
    [InlineData(1, 0.9, 0.9, 1e-8, 0, double.NaN, "momentumDecay", "must be finite and not negative; it is NaN.")]
    public void OptionsOutOfRangeAreAnError(
        double rate, double beta1, double beta2, double epsilon, double weightDecay, double momentumDecay, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new NAdam(Valley.Start(), rate, beta1, beta2, epsilon, weightDecay, momentumDecay));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"NAdam: {name} {message}", error.Message);
    }
}

using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class RmsPropTests
{
    [Fact]
    public void PlainFollowsTheReference()
    {
        var optimizer = Valley.Walk(
            p => new RmsProp(p, 0.02),
            [-1.0000000013368984, 0.20000000352112682, 1.1999999954545455, -0.5000000023255814],
            [-0.9999999994328189, 0.18027893366912273, 1.1168943180278392, -0.39326291626033844],
            [-0.9311260434500568, 0.2125841027156401, 0.9802091571782698, -0.20433376499858208],
            [-0.8130305225061055, 0.3087581146558029, 0.7722261941025649, -0.043296411073082006]);
        Assert.Equal(["square"], optimizer.State[0].Slots);
        Near.Equal([2.28227640165887, 0.3151662480393508], optimizer.State[0]["square"].ToDoubles());
    }

    [Fact]
    public void MomentumFollowsTheReference()
    {
        var optimizer = Valley.Walk(
            p => new RmsProp(p, 0.02, decay: 0.9, epsilon: 1e-6, momentum: 0.5, weightDecay: 0.1),
            [-1.136754460059229, 0.3367544817616481, 1.0632455066917739, -0.6367544698646747],
            [-1.069908929061209, 0.2691137361586584, 1.1247125563484834, -0.5623164855223439],
            [-0.968701166421355, 0.1639420431007174, 1.1259402359431112, -0.3775707049573817],
            [-0.9071635334230892, 0.20063156536059226, 0.9275275560423636, -0.19154857932413358]);
        Near.Equal([14.824308396209608, 2.240920050299138], optimizer.State[0]["square"].ToDoubles());
        Near.Equal([1.7460251441258232, -1.4971033773288935], optimizer.State[1]["momentum"].ToDoubles());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.6)]
    public void CentredFollowsItsEquations(double momentum) => Published.Follow(
        p => new RmsProp(p, 0.02, decay: 0.9, epsilon: 1e-2, momentum, weightDecay: 0.1, centred: true), () => Centred(momentum));

    // Graves 2013, equations 38 to 41, with epsilon outside of the root.
    static Func<int, double, double, double> Centred(double momentum)
    {
        double n = 0, mean = 0, delta = 0;
        return (_, p, g) =>
        {
            g += 0.1 * p;
            n = 0.9 * n + 0.1 * (g * g);
            mean = 0.9 * mean + 0.1 * g;
            delta = momentum * delta - 0.02 * g / (Math.Sqrt(n - mean * mean) + 1e-2);
            return p + delta;
        };
    }

    // The plain difference of s and m², in float, would be rounding alone, or negative.
    [Fact]
    public void TheVarianceOfGradientsThatHardlyChangeIsAccurate()
    {
        var optimizer = new RmsProp([new Parameter("p", Tensor.Zeros([9]))], 0, decay: 0.5, centred: true);
        for (int i = 0; i < 60; i++) optimizer.Step([Tensor.Full([9], 1000 + (i % 2 == 0 ? 0.125 : -0.125))]);

        // Of −c, c, −c, … with weights ½, ¼, …: the mean is c/3 in size, the mean square c², so the variance 8/9 c².
        Assert.All(optimizer.State[0]["variance"].ToDoubles(), x => Assert.Equal(8 / 9.0 * 0.125 * 0.125, x, 1e-2 * 0.125 * 0.125));
        Assert.All(optimizer.State[0]["mean"].ToDoubles(), x => Assert.Equal(1000 - 0.125 / 3, x, 1000 * 4 * Math.Pow(2, -24)));
    }

    [Fact]
    public void DefaultsAreAsDocumented()
    {
        var optimizer = new RmsProp(Valley.Start());
        Assert.Equal(
            (0.01, 0.99, 1e-8, 0.0, 0.0),
            (optimizer.LearningRate, optimizer.Decay, optimizer.Epsilon, optimizer.Momentum, optimizer.WeightDecay));
        Assert.False(optimizer.IsCentred);
        Assert.Equal(["variance", "mean", "momentum"], new RmsProp(Valley.Start(), momentum: 0.5, centred: true).State[0].Slots);
    }

    [Theory]
    [InlineData(-1, 0.9, 1e-8, 0, 0, "learningRate", "must be finite and not negative; it is -1.")]
    [InlineData(1, 1, 1e-8, 0, 0, "decay", "must be at least 0 and below 1; it is 1.")]
    [InlineData(1, 0.9, 0, 0, 0, "epsilon", "must be finite and at least 1E-37; it is 0.")]
    [InlineData(1, 0.9, 1e-50, 0, 0, "epsilon", "must be finite and at least 1E-37; it is 1E-50.")]
    [InlineData(1, 0.9, 1e-8, 2, 0, "momentum", "must be at least 0 and below 1; it is 2.")]
    [InlineData(1, 0.9, 1e-8, 0, double.NaN, "weightDecay", "must be finite and not negative; it is NaN.")]
    public void OptionsOutOfRangeAreAnError(
        double rate, double decay, double epsilon, double momentum, double weightDecay, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new RmsProp(Valley.Start(), rate, decay, epsilon, momentum, weightDecay));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"RmsProp: {name} {message}", error.Message);
    }
}

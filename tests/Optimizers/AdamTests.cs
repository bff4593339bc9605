using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class AdamTests
{
    [Fact]
    public void FollowsTheReference()
    {
        var optimizer = Valley.Walk(
            p => new Adam(p, 0.05),
            [-1.1500000000334225, 0.3500000000880282, 1.0499999998863636, -0.6500000000581395],
            [-1.101166328187674, 0.30104670485117124, 1.0980762210299222, -0.6002111825252262],
            [-0.9748378227450503, 0.17106033845993646, 1.194989694249409, -0.453658361589155],
            [-0.8801721534253376, 0.06519410384664893, 1.1213654416704948, -0.22816102258367427]);
        Near.Equal([-0.6848181919535035, 0.28149126436725774], optimizer.State[0]["mean"].ToDoubles());
        Near.Equal([0.08402660338332121, 0.32026144162492065], optimizer.State[1]["square"].ToDoubles());
    }

    [Fact]
    public void WeightDecayFollowsTheReference()
    {
        var optimizer = Valley.Walk(
            p => new Adam(p, 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-4, weightDecay: 0.1),
            [-1.150000331562788, 0.3500008741105925, 1.0499988372363434, -0.6500005766946171],
            [-1.1014413697511451, 0.30131175127693133, 1.0975558755816965, -0.600301088923442],
            [-0.9798965984174131, 0.17603576242647873, 1.1811690704336089, -0.455124861166046],
            [-0.9026858728973691, 0.1014117521473614, 1.0591189239203875, -0.23802518035117937]);
        Near.Equal([13.468660301467324, 2.16374548794516], optimizer.State[0]["square"].ToDoubles());
    }

    [Fact]
    public void AmsGradFollowsItsEquations() => Published.Follow(
        p => new Adam(p, 0.05, beta1: 0.8, beta2: 0.7, epsilon: 1e-3, weightDecay: 0.1, amsGrad: true), () => AmsGrad(0.1, 0));

    [Fact]
    public void AmsGradWithDecoupledDecayFollowsItsEquations() => Published.Follow(
        p => new AdamW(p, 0.05, beta1: 0.8, beta2: 0.7, epsilon: 1e-3, weightDecay: 0.1, amsGrad: true), () => AmsGrad(0, 0.1));

    // Reddi, Kale, Kumar 2018, algorithm 2, with the corrections of Adam.
    static Func<int, double, double, double> AmsGrad(double coupled, double decoupled)
    {
        double m = 0, v = 0, largest = 0;
        return (t, p, g) =>
        {
            g += coupled * p;
            m = 0.8 * m + 0.2 * g;
            v = 0.7 * v + 0.3 * (g * g);
            largest = Math.Max(largest, v);
            double correctedMean = m / (1 - Math.Pow(0.8, t)), correctedSquare = largest / (1 - Math.Pow(0.7, t));
            return p - 0.05 * decoupled * p - 0.05 * correctedMean / (Math.Sqrt(correctedSquare) + 1e-3);
        };
    }

    [Fact]
    public void GoesOnFromACheckpoint()
    {
        var (whole, halves) = (Valley.Start(), Valley.Start());
        var uninterrupted = new Adam(whole, 0.05);
        for (int i = 0; i < 10; i++) uninterrupted.Step(Valley.Gradients(whole));

        var before = new Adam(halves, 0.05);
        for (int i = 0; i < 4; i++) before.Step(Valley.Gradients(halves));
        var after = new Adam(halves, 0.05) { Steps = before.Steps };
        for (int i = 0; i < 2; i++)
            foreach (string slot in before.State[i].Slots)
                after.State[i][slot] = before.State[i][slot];
        for (int i = 0; i < 6; i++) after.Step(Valley.Gradients(halves));

        Assert.Equal(uninterrupted.Steps, after.Steps);
        for (int i = 0; i < 2; i++) Assert.Equal(whole[i].ToDoubles(), halves[i].ToDoubles());
    }

    [Fact]
    public void AnElementWithoutGradientStays()
    {
        var parameter = new Parameter("p", Tensor.From([1f, 2f]));
        var optimizer = new Adam([parameter]);
        for (int i = 0; i < 5; i++) optimizer.Step([Tensor.From([0f, 1f])]);
        Assert.Equal(1f, parameter.ToArray<float>()[0]);
    }

    [Fact]
    public void DefaultsAreAsDocumented()
    {
        var optimizer = new Adam(Valley.Start());
        Assert.Equal(
            (0.001, 0.9, 0.999, 1e-8, 0.0),
            (optimizer.LearningRate, optimizer.Beta1, optimizer.Beta2, optimizer.Epsilon, optimizer.WeightDecay));
        Assert.Equal(["mean", "square"], optimizer.State[0].Slots);
        Assert.False(optimizer.IsAmsGrad);
        Assert.Equal(["mean", "square", "largest"], new Adam(Valley.Start(), amsGrad: true).State[0].Slots);
    }

    [Theory]
    [InlineData(-0.1, 0.9, 0.9, 1e-8, 0, "learningRate", "must be finite and not negative; it is -0.1.")]
    [InlineData(1, 1, 0.9, 1e-8, 0, "beta1", "must be at least 0 and below 1; it is 1.")]
    [InlineData(1, 0.9, double.NaN, 1e-8, 0, "beta2", "must be at least 0 and below 1; it is NaN.")]
    [InlineData(1, 0.9, 0.9, 0, 0, "epsilon", "must be finite and at least 1E-37; it is 0.")]
    [InlineData(1, 0.9, 0.9, 1e-8, -1, "weightDecay", "must be finite and not negative; it is -1.")]
    public void OptionsOutOfRangeAreAnError(
        double rate, double beta1, double beta2, double epsilon, double weightDecay, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(Valley.Start(), rate, beta1, beta2, epsilon, weightDecay));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"Adam: {name} {message}", error.Message);
    }
}

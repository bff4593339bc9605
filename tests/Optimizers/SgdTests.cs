using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class SgdTests
{
    [Fact]
    public void PlainFollowsTheReference() => Valley.Walk(
        p => new Sgd(p, 0.01),
        [-1.0504, 0.3432, 1.044, -0.614],
        [-0.9969258191872, 0.3061061924864, 1.0499340160000001, -0.540821376],
        [-0.9356038052545227, 0.2529688437039994, 1.0204245545542734, -0.3725738099459361],
        [-0.8850086009681727, 0.24192456598108902, 0.943367756101127, -0.19570286463151718]);

    [Fact]
    public void MomentumFollowsTheReference()
    {
        var optimizer = Valley.Walk(
            p => new Sgd(p, 0.01, momentum: 0.9, weightDecay: 0.1),
            [-1.0492, 0.34280000000000005, 1.043, -0.6133],
            [-0.8593137169024, 0.2540167402496001, 1.086439064, -0.46157551599999996],
            [-0.5939822131129515, 0.034790798513514555, 0.9164906036344657, 0.11741566178389028],
            [-0.52819001948787, 0.11755910262541121, 0.08133311148055818, 0.4286510249705185]);
        Near.Equal([-7.530492398457797, -5.77296773636479], optimizer.State[0]["momentum"].ToDoubles());
        Near.Equal([13.501035396341871, 3.6258996920004822], optimizer.State[1]["momentum"].ToDoubles());
    }

    [Fact]
    public void NesterovsFormFollowsTheReference()
    {
        var optimizer = Valley.Walk(
            p => new Sgd(p, 0.01, momentum: 0.9, nesterov: true, weightDecay: 0.1),
            [-0.91348, 0.29132, 1.0817, -0.5352699999999999],
            [-0.802711650416247, 0.20271413597657217, 1.067496454976, -0.3461998919439999],
            [-0.7288422132342708, 0.10666112354437828, 0.7632116648234446, 0.1459926293016954],
            [-0.37809761424422406, 0.4251058624239666, 0.19438015862969005, 0.28312276366403755]);
        Near.Equal([-9.270357405179332, -8.689664508561044], optimizer.State[0]["momentum"].ToDoubles());
    }

    [Fact]
    public void WithoutMomentumThereIsNoState()
    {
        Assert.Empty(new Sgd(Valley.Start(), 0.1).State[0].Slots);
        Assert.Equal(["momentum"], new Sgd(Valley.Start(), 0.1, momentum: 0.5).State[0].Slots);
    }

    [Fact]
    public void OptionsAreVisible()
    {
        var optimizer = new Sgd(Valley.Start(), 0.1, 0.9, nesterov: true, weightDecay: 0.2);
        Assert.Equal((0.1, 0.9, true, 0.2), (optimizer.LearningRate, optimizer.Momentum, optimizer.IsNesterov, optimizer.WeightDecay));
    }

    [Theory]
    [InlineData(-1.0, 0, 0, "learningRate", "must be finite and not negative; it is -1.")]
    [InlineData(double.NaN, 0, 0, "learningRate", "must be finite and not negative; it is NaN.")]
    [InlineData(double.PositiveInfinity, 0, 0, "learningRate", "must be finite and not negative; it is Infinity.")]
    [InlineData(0.1, 1, 0, "momentum", "must be at least 0 and below 1; it is 1.")]
    [InlineData(0.1, -0.5, 0, "momentum", "must be at least 0 and below 1; it is -0.5.")]
    [InlineData(0.1, double.NaN, 0, "momentum", "must be at least 0 and below 1; it is NaN.")]
    [InlineData(0.1, 0, -1, "weightDecay", "must be finite and not negative; it is -1.")]
    public void OptionsOutOfRangeAreAnError(double rate, double momentum, double decay, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(Valley.Start(), rate, momentum, weightDecay: decay));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"Sgd: {name} {message}", error.Message);
    }

    [Fact]
    public void NesterovsFormWithoutMomentumIsAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => new Sgd(Valley.Start(), 0.1, nesterov: true));
        Assert.StartsWith("Sgd: Nesterov's form needs a momentum above 0; it is 0.", error.Message);
    }
}

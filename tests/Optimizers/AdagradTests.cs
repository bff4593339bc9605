using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class AdagradTests
{
    [Fact]
    public void FollowsTheReference()
    {
        var optimizer = Valley.Walk(
            p => new Adagrad(p, 0.1),
            [-1.1000000000006684, 0.3000000000017606, 1.0999999999977272, -0.6000000000011627],
            [-1.0595336682247507, 0.2565517021194246, 1.1242535625016026, -0.5374199533753152],
            [-1.0035100166711668, 0.20800073768986382, 1.0959659286915677, -0.41564219244608736],
            [-0.945420746169464, 0.20482590191506947, 0.996913764012622, -0.2913485195091419]);
        Near.Equal([320.5298771344567, 43.83074877998947], optimizer.State[0]["sum"].ToDoubles());
        Near.Equal([26.17843171542716, 293.8329099289671], optimizer.State[1]["sum"].ToDoubles());
    }

    [Fact]
    public void WeightDecayFollowsTheReference() => Valley.Walk(
        p => new Adagrad(p, 0.1, epsilon: 1e-3, weightDecay: 0.1),
        [-1.1000066308600225, 0.3000174794616326, 1.0999767495931179, -0.6000115326951908],
        [-1.0592504874386195, 0.256434230860725, 1.1224161507081234, -0.537414910680767],
        [-1.0012617846065435, 0.20741357730534912, 1.0875801392166577, -0.41561767804749833],
        [-0.9391534447510034, 0.20351708942921626, 0.9810091945365739, -0.29138081460834253]);

    [Fact]
    public void DefaultsAreAsDocumented()
    {
        var optimizer = new Adagrad(Valley.Start());
        Assert.Equal((0.01, 1e-10, 0.0), (optimizer.LearningRate, optimizer.Epsilon, optimizer.WeightDecay));
    }

    [Theory]
    [InlineData(double.NaN, 1e-8, 0, "learningRate", "must be finite and not negative; it is NaN.")]
    [InlineData(1, -1, 0, "epsilon", "must be finite and at least 1E-37; it is -1.")]
    [InlineData(1, 1e-8, -2, "weightDecay", "must be finite and not negative; it is -2.")]
    public void OptionsOutOfRangeAreAnError(double rate, double epsilon, double weightDecay, string name, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(Valley.Start(), rate, epsilon, weightDecay));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith($"Adagrad: {name} {message}", error.Message);
    }
}

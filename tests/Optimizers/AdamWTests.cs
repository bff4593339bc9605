using Autograd.Optimizers;

namespace Autograd.Tests.Optimizers;

public class AdamWTests
{
    [Fact]
    public void FollowsTheReference()
    {
        var optimizer = Valley.Walk(
            p => new AdamW(p, 0.05),
            [-1.1494000000334226, 0.3498000000880282, 1.0494999998863637, -0.6496500000581396],
            [-1.1000038343814693, 0.3006802281860398, 1.0970311960050525, -0.5995380250801947],
            [-0.9723020501108998, 0.17046633628802865, 1.191725439519231, -0.45218705882876487],
            [-0.8758920019838222, 0.06505653677665635, 1.1140990859437887, -0.22597872423200194]);
        Near.Equal([-0.6769893100672584, 0.27566050267922404], optimizer.State[0]["mean"].ToDoubles());
        Near.Equal([0.41471965527937016, 0.06424562923028698], optimizer.State[0]["square"].ToDoubles());
    }

    [Fact]
    public void OtherOptionsFollowTheReference() => Valley.Walk(
        p => new AdamW(p, 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-4, weightDecay: 0.2),
        [-1.1380003342223648, 0.3460008802661925, 1.0399988636621895, -0.6430005813885884],
        [-1.0783733666341502, 0.29406415742449055, 1.0767891009313062, -0.5869171465630018],
        [-0.931339313937841, 0.16525117477364734, 1.1195535287467933, -0.4264962037710478],
        [-0.8255955014265318, 0.10221398284800849, 0.9348238023730927, -0.19775022289219557]);

    [Fact]
    public void DecayIsTheSameForAllGradients()
    {
        var parameter = new Parameter("p", Tensor.From([2.0, -4.0]));
        new AdamW([parameter], 0.5, weightDecay: 0.1).Step([Tensor.From([0.0, 0.0])]);
        Near.Equal([2 * 0.95, -4 * 0.95], parameter.ToDoubles());
    }

    [Fact]
    public void WithoutDecayItIsAdam()
    {
        var (one, other) = (Valley.Start(), Valley.Start());
        new Adam(one).Step(Valley.Gradients(one));
        new AdamW(other, weightDecay: 0).Step(Valley.Gradients(other));
        Assert.Equal(one[0].ToDoubles(), other[0].ToDoubles());
        Assert.Equal(0.01, new AdamW(other).WeightDecay);
    }

    [Fact]
    public void OptionsOutOfRangeAreAnErrorUnderItsOwnName()
    {
        var rate = Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(Valley.Start(), double.NaN));
        Assert.StartsWith("AdamW: learningRate must be finite and not negative; it is NaN.", rate.Message);
        var beta = Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(Valley.Start(), beta1: 1));
        Assert.StartsWith("AdamW: beta1 must be at least 0 and below 1; it is 1.", beta.Message);
    }
}

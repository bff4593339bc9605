using Autograd.Layers;
using Autograd.Tests.Layers.Golden;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Losses;

/// <summary>The losses and their gradients are PyTorch's.</summary>
public class LossGoldenTests
{
    [Theory]
    [InlineData("cross entropy", 0)]
    [InlineData("smoothed cross entropy", 0.1)]
    public void CrossEntropyFollowsPyTorch(string name, double smoothing)
    {
        var torch = new GoldenCase(name);
        using var tape = new Tape();
        var logits = tape.Watch(torch["logits"]);
        torch.ExpectLoss(tape, Loss.CrossEntropy(logits, torch.Whole("labels"), smoothing), "logits");
    }

    [Fact]
    public void BinaryCrossEntropyFollowsPyTorch()
    {
        var torch = new GoldenCase("binary cross entropy");
        using var tape = new Tape();
        torch.ExpectLoss(tape, Loss.BinaryCrossEntropy(tape.Watch(torch["logits"]), torch["target"]), "logits");
    }

    [Fact]
    public void KullbackLeiblerFollowsPyTorch()
    {
        var torch = new GoldenCase("kullback-leibler");
        using var tape = new Tape();
        torch.ExpectLoss(tape, Loss.KullbackLeibler(LogSoftmax(tape.Watch(torch["logits"])), torch["p"]), "logits");
    }

    [Theory]
    [InlineData("huber")]
    [InlineData("mean squared error")]
    public void RegressionLossesFollowPyTorch(string name)
    {
        var torch = new GoldenCase(name);
        using var tape = new Tape();
        var (prediction, target) = (tape.Watch(torch["prediction"]), tape.Watch(torch["target"]));
        var loss = name == "huber" ? Loss.Huber(prediction, target, 0.7) : Loss.MeanSquaredError(prediction, target);
        torch.ExpectLoss(tape, loss, "prediction", "target");
    }
}

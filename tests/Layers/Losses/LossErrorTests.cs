using Autograd.Layers;

namespace Autograd.Tests.Layers.Losses;

/// <summary>What the losses refuse.</summary>
public class LossErrorTests
{
    static readonly Tensor Logits = Tensor.Zeros([2, 3]);

    [Fact]
    public void LabelsThatDoNotFitAreAnError()
    {
        Fails<ShapeException>(
            "CrossEntropy: the logits are [2, 3], and 3 labels were given; one for each row is needed.",
            () => Loss.CrossEntropy(Logits, [0, 1, 2]));
        Fails<ShapeException>(
            "CrossEntropy: the logits are [], and 1 labels were given; one for each row is needed.",
            () => Loss.CrossEntropy(Tensor.Scalar(1), [0]));
        Fails<ShapeException>(
            "CrossEntropy: the logits are [2, 0], and 2 labels were given; one for each row is needed.",
            () => Loss.CrossEntropy(Tensor.Zeros([2, 0]), [0, 0]));
        foreach (int label in (int[])[3, -2, int.MinValue])
            Fails<ShapeException>(
                $"CrossEntropy: label {label} at position 1 is out of range; the logits [2, 3] have classes 0 to 2.",
                () => Loss.CrossEntropy(Logits, [0, label]));
        Assert.Throws<ArgumentNullException>(() => Loss.CrossEntropy(null!, [0]));
    }

    [Fact]
    public void NoLabelThatCountsIsAnError()
    {
        Fails<ShapeException>(
            "CrossEntropy: none of the 2 labels counts, and the mean of nothing is not defined.",
            () => Loss.CrossEntropy(Logits, [Loss.Ignored, Loss.Ignored]));
        Fails<ShapeException>(
            "CrossEntropy: none of the 0 labels counts, and the mean of nothing is not defined.",
            () => Loss.CrossEntropy(Tensor.Zeros([0, 3]), []));
    }

    [Fact]
    public void OptionsOutOfRangeAreAnError()
    {
        Fails<ArgumentOutOfRangeException>(
            "CrossEntropy: smoothing must be at least 0 and below 1; it is 1.", () => Loss.CrossEntropy(Logits, [0, 1], 1));
        Fails<ArgumentOutOfRangeException>(
            "CrossEntropy: smoothing must be at least 0 and below 1; it is NaN.", () => Loss.CrossEntropy(Logits, [0, 1], double.NaN));
        Fails<ArgumentOutOfRangeException>("Huber: delta must be positive and finite; it is 0.", () => Loss.Huber(Logits, Logits, 0));
        Fails<ArgumentOutOfRangeException>(
            "Huber: delta must be positive and finite; it is NaN.", () => Loss.Huber(Logits, Logits, double.NaN));
    }

    [Fact]
    public void QuantilesAreNamed()
    {
        Fails<ArgumentOutOfRangeException>(
            "Pinball: a quantile must be above 0 and below 1; it is 1.", () => Loss.Pinball(Logits, Tensor.Zeros([2, 1]), 0.5, 0.9, 1));
        Fails<ArgumentOutOfRangeException>(
            "Pinball: a quantile must be above 0 and below 1; it is NaN.", () => Loss.Pinball(Logits, Tensor.Zeros([2, 1]), double.NaN));
        Fails<ShapeException>(
            "Pinball: the prediction is [2, 3] and the target [2]; for 3 quantiles [..., 3] and [..., 1] were expected.",
            () => Loss.Pinball(Logits, Tensor.Zeros([2]), 0.1, 0.5, 0.9));
        Fails<ShapeException>(
            "WeightedMean: x is [0, 3], and the mean of nothing is not defined.",
            () => Loss.Pinball(Tensor.Zeros([0, 3]), Tensor.Zeros([0, 1]), 0.1, 0.5, 0.9));
    }

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> Pairs => new()
    {
        { nameof(Loss.MeanSquaredError), Loss.MeanSquaredError },
        { nameof(Loss.BinaryCrossEntropy), Loss.BinaryCrossEntropy },
        { nameof(Loss.KullbackLeibler), Loss.KullbackLeibler },
        { nameof(Loss.Huber), (prediction, target) => Loss.Huber(prediction, target) },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void TheMeanOfNothingIsAnError(string name, Func<Tensor, Tensor, Tensor> loss) => Fails<ShapeException>(
        $"{name}: the operands are [0, 3], and the mean of nothing is not defined.",
            () => loss(Tensor.Zeros([0, 3]), Tensor.Zeros([0, 3])));

    /// <summary>A column against a row would broadcast to a matrix and give a plausible number.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public void NothingIsBroadcast(string name, Func<Tensor, Tensor, Tensor> loss)
    {
        Fails<ShapeException>(
            $"{name}: the operands are [3, 1] and [3]; the shapes must be equal (nothing is broadcast in a loss).",
            () => loss(Tensor.Zeros([3, 1]), Tensor.Zeros([3])));
        Assert.Throws<ArgumentNullException>(() => loss(null!, Logits));
        Assert.Throws<ArgumentNullException>(() => loss(Logits, null!));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void MixedElementTypesAreAnError(string name, Func<Tensor, Tensor, Tensor> loss)
    {
        string message = Assert.Throws<ElementTypeException>(() => loss(Logits, Tensor.Zeros([2, 3], ElementType.Float64))).Message;
        Assert.True(message.Contains("Float32") && message.Contains("Float64"), $"{name}: {message}");
    }

    [Fact]
    public void DistributionsNeedAnAxis() => Fails<ShapeException>(
        "KullbackLeibler: the operands are scalars; [..., classes] is needed.",
        () => Loss.KullbackLeibler(Tensor.Scalar(0), Tensor.Scalar(1)));

    static void Fails<TError>(string message, Func<Tensor> loss)
        where TError : Exception
        => Assert.StartsWith(message, Assert.Throws<TError>(loss).Message);
}

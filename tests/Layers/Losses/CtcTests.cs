using Autograd.Layers;
using Autograd.Tests.Autodiff;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Losses;

public class CtcTests
{
    static readonly RandomKey Key = new(4);

    public static TheoryData<int[], int> Targets => new()
    {
        { [], 3 }, { [1], 1 }, { [1], 4 }, { [1, 2], 2 }, { [2, 1], 5 }, { [1, 1], 3 }, { [1, 1], 5 }, { [2, 2, 1], 5 }, { [1, 2, 1], 6 },
            { [1, 1, 1], 5 },
    };

    [Theory, MemberData(nameof(Targets))]
    public void IsTheSumOverAllPaths(int[] labels, int frames)
    {
        foreach (int blank in (int[])[0, 2])
        {
            var own = Renamed(labels, blank);
            var logits = Logits(frames, 1);
            double loss = Ctc.NegativeLogLikelihood(logits, [own], blank: blank).ToScalar();
            double expected = -Math.Log(Enumerated(logits, blank)[Text(own)]);
            Assert.Equal(expected, loss, 1e-14 * frames * Math.Max(1, expected));
        }
    }

    [Theory, MemberData(nameof(Targets))]
    public void PassesTheGradientCheckToSecondOrder(int[] labels, int frames) =>
        GradientCheck.Run(x => Ctc.NegativeLogLikelihood(x, [labels]), Logits(frames, 1), new() { Order = 2 }).ThrowIfFailed();

    [Fact]
    public void PassesTheGradientCheckInABatchOfDifferentLengths() =>
        GradientCheck.Run(x => Ctc.NegativeLogLikelihood(x, [[1, 1], [2], [], [2, 1, 2]], [3, 5, 2, 4]), Logits(5, 4), new() { Order = 2 })
        .ThrowIfFailed();

    // The cotangents of the losses depend on the logits then.
    [Fact]
    public void AFunctionOfTheLossesIsTwiceDifferentiableInBothModes()
    {
        var (logits, along) = (Logits(5, 4), Key.For("along").Normal([5, 4, 3], 1, ElementType.Float64));
        GradientCheck.Run(Of, logits, new() { Order = 2 }).ThrowIfFailed();
        double[] forward = Differentiate.Jvp(x => Differentiate.Gradient(Of, x), logits, along).Product.ToDoubles();
        const double h = 1e-6;
        double[] after = Differentiate.Gradient(Of, logits + along * h).ToDoubles();
        double[] before = Differentiate.Gradient(Of, logits - along * h).ToDoubles();
        // Of the third order in h, and of rounding divided by it.
        for (int i = 0; i < forward.Length; i++) Assert.Equal((after[i] - before[i]) / (2 * h), forward[i], 1e-8);

        static Tensor Of(Tensor x) => Sum(Sin(Ctc.NegativeLogLikelihood(x, [[1, 1], [2], [], [2, 1, 2]], [3, 5, 2, 4])));
    }

    // The curvature is linear in the vector, and symmetric.
    [Fact]
    public void AHessianTimesAVectorIsDifferentiableInTheVectorAlone()
    {
        Tensor logits = Logits(5, 4), u = Key.For("u").Normal([5, 4, 3], 1, ElementType.Float64);
        var v = Key.For("v").Normal([5, 4, 3], 1, ElementType.Float64);
        Same(Product(u), Differentiate.Gradient(vector => Sum(u * Product(vector)), v));
        Same(Product(v), Differentiate.Jvp(Product, u, v).Product);
        Assert.Throws<MissingRuleException>(() => Differentiate.Gradient(x => Sum(u * Along(x, v)), logits));

        static Tensor Loss(Tensor x) => Sum(Ctc.NegativeLogLikelihood(x, [[1, 1], [2], [], [2, 1, 2]], [3, 5, 2, 4]));
        static Tensor Along(Tensor x, Tensor vector) => Differentiate.HessianVectorProduct(Loss, x, vector).Product;
        Tensor Product(Tensor vector) => Along(logits, vector);

        // Sums over 5 frames and 3 classes, in another order.
        static void Same(Tensor expected, Tensor actual) => Expect.Near(expected, actual, 64, scale: expected.ToDoubles().Max(Math.Abs));
    }

    [Fact]
    public void PassesTheGradientCheckThroughANetwork()
    {
        var (recurrent, head) = (Recurrent.Over(new LstmCell(2, 3, Key)), new Linear(3, 3, Key));
        GradientCheck.Run(
            x => Ctc.NegativeLogLikelihood(head.Forward(recurrent.Forward(x[0], [6, 4])), [[1, 2], [2, 2]], [6, 4]),
            [Key.Normal([6, 2, 2])], [.. recurrent.Parameters, .. head.Parameters]).ThrowIfFailed();
    }

    [Fact]
    public void TheGradientSumsToNothingInEveryFrame()
    {
        var gradient = Differentiate.Gradient(x => Sum(Ctc.NegativeLogLikelihood(x, [[1, 2, 1], [2, 2]])), Logits(7, 2));
        Assert.All(Sum(gradient, -1).ToDoubles(), sum => Assert.Equal(0, sum, 1e-14));
        Assert.Contains(gradient.ToDoubles(), g => Math.Abs(g) > 0.1);
    }

    [Fact]
    public void LabelsThatNoPathHasAreInfinitelyUnlikelyAndWithoutGradient()
    {
        // Three equal labels need two blanks: five frames.
        int[][] labels = [[1, 1, 1], [1, 2, 1]];
        var (losses, gradient) = Differentiate.ValueAndGradient(x => Sum(Ctc.NegativeLogLikelihood(x, labels)), Logits(4, 2));
        Assert.Equal(double.PositiveInfinity, losses.ToScalar());
        for (int t = 0; t < 4; t++)
            for (int k = 0; k < 3; k++)
            {
                Assert.Equal(0, gradient.At(t, 0, k));
                Assert.True(double.IsFinite(gradient.At(t, 1, k)) && gradient.At(t, 1, k) != 0);
            }
        var second = Differentiate.HessianVectorProduct(
            x => Sum(Ctc.NegativeLogLikelihood(x, [[1, 1, 1]])), Logits(4, 1), Logits(4, 1)).Product;
        Assert.All(second.ToDoubles(), h => Assert.Equal(0, h));
    }

    [Fact]
    public void ClassesThatCannotBeAreLeftOut()
    {
        var numbers = Logits(5, 1).ToDoubles();
        numbers[1] = numbers[5] = double.NegativeInfinity;
        var logits = Tensor.From(numbers, [5, 1, 3]);
        var (loss, gradient) = Differentiate.ValueAndGradient(x => Sum(Ctc.NegativeLogLikelihood(x, [[1, 2]])), logits);
        Assert.Equal(-Math.Log(Enumerated(logits, 0)[Text([1, 2])]), loss.ToScalar(), 1e-12);
        Assert.Equal(0, gradient.At(0, 0, 1));
        Assert.All(gradient.ToDoubles(), g => Assert.True(double.IsFinite(g)));
        // All of them: no path has any probability.
        var none = Tensor.From([double.NegativeInfinity, 0, 0, double.NegativeInfinity], [2, 1, 2]);
        Assert.Equal(double.PositiveInfinity, Ctc.NegativeLogLikelihood(none, [[]]).ToScalar());
    }

    [Fact]
    public void NotANumberShows()
    {
        var numbers = Logits(4, 1).ToDoubles();
        numbers[4] = double.NaN;
        var (loss, gradient) = Differentiate.ValueAndGradient(
            x => Sum(Ctc.NegativeLogLikelihood(x, [[1, 2]])), Tensor.From(numbers, [4, 1, 3]));
        Assert.Equal(double.NaN, loss.ToScalar());
        Assert.Contains(gradient.ToDoubles(), double.IsNaN);
    }

    [Fact]
    public void PaddingAndTheOrderOfTheBatchDoNotCount()
    {
        var numbers = Logits(6, 2).ToDoubles();
        for (int t = 4; t < 6; t++)
            for (int k = 0; k < 3; k++) numbers[(t * 2 + 1) * 3 + k] = double.NaN;
        var padded = Tensor.From(numbers, [6, 2, 3]);
        var (losses, gradient) =
            Differentiate.Vjp(x => Ctc.NegativeLogLikelihood(x, [[2], [1, 2]], [6, 4]), padded, Tensor.Ones([2], ElementType.Float64));
        Assert.Equal(Ctc.NegativeLogLikelihood(Slice(Logits(6, 2), 1, 0, 1), [[2]]).ToScalar(), losses.At(0));
        Assert.Equal(Ctc.NegativeLogLikelihood(Slice(Logits(6, 2), 1, 1, 1)[..4], [[1, 2]]).ToScalar(), losses.At(1));
        for (int k = 0; k < 3; k++) Assert.Equal(0, gradient.At(5, 1, k));
        var swapped = Ctc.NegativeLogLikelihood(Flip(padded, 1), [[1, 2], [2]], [4, 6]);
        Assert.Equal([losses.At(1), losses.At(0)], swapped.ToDoubles());
    }

    [Fact]
    public void LongSequencesNeitherOverflowNorUnderflow()
    {
        int[] labels = [.. Enumerable.Range(0, 200).Select(i => 1 + i % 2)];
        var (loss, gradient) = Differentiate.ValueAndGradient(
            x => Sum(Ctc.NegativeLogLikelihood(x, [labels])), 20 * Key.Normal([1000, 1, 3]));
        Assert.True(double.IsFinite(loss.ToScalar()) && loss.ToScalar() > 1000);
        Assert.All(gradient.ToDoubles(), g => Assert.InRange(g, -1.0001, 1.0001));
    }

    // Log space is right for any numbers, and tens of times as slow: a net that has learned nothing yet, or is very sure, gets along
    // without.
    [Theory]
    [InlineData(100, 20, 0)]
    [InlineData(500, 60, 0)]
    [InlineData(500, 20, 0)]
    [InlineData(1500, 100, 0)]
    [InlineData(500, 60, 30)]
    public void UsualSequencesNeedNoLogSpace(int frames, int labels, double certainty)
    {
        var target = new CtcTarget([.. Enumerable.Range(0, labels).Select(i => 1 + i * 7 % 29)], frames, 0);
        double[] numbers = Key.Normal([target.Count]).ToDoubles();
        // Every label has as many frames, half of them blank.
        for (int t = 0; t < frames; t++)
            numbers[t * target.Places + ((t * 2 * labels / frames & 1) == 0 ? 0 : 1 + t * labels / frames)] += certainty;
        using var sums = new CtcScaledSums();
        double? found = sums.Find(target, numbers, default);
        Assert.Equal(new CtcLattice(target, numbers).LogLikelihood, found ?? double.NaN, Math.ScaleB(frames * frames, -50));
    }

    [Fact]
    public void FlowsThroughShapesAlone() =>
        Assert.Equal([2], Ctc.NegativeLogLikelihood(Tensor.Symbolic([5, 2, 3]), [[1], [2]]).Shape.Lengths.ToArray());

    [Fact]
    public void WhatItRefuses()
    {
        var logits = Tensor.Zeros([3, 2, 4]);
        const string Name = "NegativeLogLikelihood";
        Refused.With<ShapeException>(
            $"{Name}: sequence 1 has 4 labels and 3 frames; there cannot be more labels than frames.",
            () => Ctc.NegativeLogLikelihood(logits, [[1], [1, 2, 3, 1]]));
        Refused.With<ShapeException>(
            $"{Name}: sequence 0 has 2 labels and 1 frames; there cannot be more labels than frames.",
            () => Ctc.NegativeLogLikelihood(logits, [[1, 2], []], [1, 3]));
        Refused.With<ShapeException>(
            $"{Name}: 1 label sequences were given for a batch of 2 in logits [3, 2, 4].", () => Ctc.NegativeLogLikelihood(logits, [[1]]));
        Refused.With<ShapeException>(
            $"{Name}: the logits are [3, 4]; [time, batch, classes] is needed.",
            () => Ctc.NegativeLogLikelihood(Tensor.Zeros([3, 4]), [[1]]));
        Refused.With<ArgumentOutOfRangeException>(
            $"{Name}: label 0 of sequence 0 must be a class from 0 to 3 other than the blank, 0.",
            () => Ctc.NegativeLogLikelihood(logits, [[0], [1]]));
        Refused.With<ArgumentOutOfRangeException>(
            $"{Name}: label 4 of sequence 1 must be a class from 0 to 3 other than the blank, 0.",
            () => Ctc.NegativeLogLikelihood(logits, [[1], [4]]));
        Refused.With<ArgumentOutOfRangeException>(
            $"{Name}: the blank is 4; the logits [3, 2, 4] have classes 0 to 3.",
            () => Ctc.NegativeLogLikelihood(logits, [[1], [2]], blank: 4));
        Refused.With<ShapeException>(
            $"{Name}: length 4 of sequence 0 must be from 1 to 3", () => Ctc.NegativeLogLikelihood(logits, [[1], [2]], [4, 1]));
        Assert.Throws<ArgumentNullException>(() => Ctc.NegativeLogLikelihood(logits, [[1], null!]));
        Assert.Throws<ArgumentNullException>(() => Ctc.NegativeLogLikelihood(null!, []));
    }

    /// <summary>The probability of every label sequence, by going through all paths.</summary>
    internal static Dictionary<string, double> Enumerated(Tensor logits, int blank)
    {
        var p = Softmax(logits);
        int frames = logits.Shape[0], classes = logits.Shape[2];
        var sums = new Dictionary<string, double>();
        for (int number = 0; number < (int)Math.Pow(classes, frames); number++)
        {
            int[] path = [.. Enumerable.Range(0, frames).Select(t => number / (int)Math.Pow(classes, t) % classes)];
            string text = Text(Merged(path, blank));
            sums[text] = sums.GetValueOrDefault(text) + path.Select((label, t) => p.At(t, 0, label)).Aggregate(1.0, (a, b) => a * b);
        }
        return sums;
    }

    internal static string Text(IEnumerable<int> labels) => string.Join(" ", labels);

    internal static Tensor Logits(int frames, int batch) => 1.5 * Key.For("logits").Normal([frames, batch, 3], 1, ElementType.Float64);

    static List<int> Merged(int[] path, int blank) => [.. path.Where((label, t) => label != blank && (t == 0 || path[t - 1] != label))];

    // The same labels where another class is the blank.
    static int[] Renamed(int[] labels, int blank) => [.. labels.Select(label => label == blank ? 0 : label)];
}

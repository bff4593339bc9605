using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Losses;

/// <summary>A read-out and its cross-entropy by blocks of rows, beside the same of whole logits.</summary>
public class ReadoutLossTests
{
    readonly record struct Problem(Parameter X, Parameter Weight, Parameter Bias, int[] Labels)
    {
        public Parameter[] Parameters => [X, Weight, Bias];

        public static Problem Of(int rows, int inputs, int classes, ElementType type = ElementType.Float64)
        {
            var key = new RandomKey((ulong)(rows + classes));
            return new(
                new Parameter("x", key.For("x").Normal([rows, inputs], 1, type)),
                new Parameter("weight", key.For("weight").Normal([inputs, classes], 1, type)),
                new Parameter("bias", key.For("bias").Normal([classes], 1, type)),
                [.. Enumerable.Range(0, rows).Select(i => i * 7919 % classes)]);
        }

        public Tensor ByBlocks() => LinearCrossEntropy(X, Weight, Bias, Labels);

        public Tensor Whole() => Loss.CrossEntropy(Affine(X, Weight, Bias), Labels);
    }

    // The largest has several blocks of rows.
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 3, 2)]
    [InlineData(9, 4, 33)]
    [InlineData(300, 5, 9000)]
    public void TheSameAsOfWholeLogits(int rows, int inputs, int classes)
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            var problem = Problem.Of(rows, inputs, classes, type);
            double eps = type == ElementType.Float32 ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);
            double depth = inputs + 4 + Math.Log2(rows * classes);
            var (loss, gradients) = Differentiate.ValueAndGradient(problem.ByBlocks, problem.Parameters);
            var (wholeLoss, wholeGradients) = Differentiate.ValueAndGradient(problem.Whole, problem.Parameters);
            Assert.Equal(wholeLoss.ToScalar(), loss.ToScalar(), depth * eps * (1 + Math.Abs(wholeLoss.ToScalar())));
            Assert.Equal(loss.ToScalar(), problem.ByBlocks().ToScalar());
            for (int i = 0; i < gradients.Length; i++)
            {
                double[] expected = wholeGradients[i].ToDoubles(), found = gradients[i].ToDoubles();
                double scale = expected.Max(Math.Abs) + 1.0 / rows;
                for (int j = 0; j < expected.Length; j++) Assert.Equal(expected[j], found[j], depth * eps * scale);
            }
        }
    }

    [Fact]
    public void PassesTheGradientCheckToSecondOrder()
    {
        var problem = Problem.Of(4, 3, 5);
        GradientCheck.Run(problem.ByBlocks, problem.Parameters, new() { Order = 2 }).ThrowIfFailed();
        GradientCheck.Run(() => problem.ByBlocks() * Sin(problem.Bias[0]), problem.Parameters, new() { Order = 2 }).ThrowIfFailed();
    }

    [Fact]
    public void ForwardModeTakesTheSameDerivatives()
    {
        var problem = Problem.Of(6, 3, 5);
        var tangent = new RandomKey(3).Normal([6, 3], 1, ElementType.Float64);
        Tensor ByBlocks(Tensor x) => LinearCrossEntropy(x, problem.Weight, problem.Bias, problem.Labels);
        Tensor Whole(Tensor x) => Loss.CrossEntropy(Affine(x, problem.Weight, problem.Bias), problem.Labels);
        Assert.Equal(
            Differentiate.Jvp(Whole, problem.X, tangent).Product.ToScalar(),
            Differentiate.Jvp(ByBlocks, problem.X, tangent).Product.ToScalar(), 1e-14);
        Assert.Equal(
            Vmap.Run(Whole, Stack([problem.X, tangent])).ToDoubles(), Vmap.Run(ByBlocks, Stack([problem.X, tangent])).ToDoubles(),
            (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    public void LogitsThatAreNotFiniteGiveWhatTheyGiveWhole(double number)
    {
        var weight = Tensor.Ones([1, 3], ElementType.Float64);
        foreach (var bias in new[] { Tensor.From([number, 0.0, 1]), Tensor.From([number, number, number]) })
        {
            foreach (int label in new[] { 0, 1 })
            {
                var x = Tensor.Ones([1, 1], ElementType.Float64);
                var (loss, gradient) = Differentiate.ValueAndGradient(b => LinearCrossEntropy(x, weight, b, [label]), bias);
                var (whole, wholeGradient) = Differentiate.ValueAndGradient(b => Loss.CrossEntropy(Affine(x, weight, b), [label]), bias);
                Assert.Equal(whole.ToScalar(), loss.ToScalar(), 1e-14);
                Assert.Equal(wholeGradient.ToDoubles(), gradient.ToDoubles(), (a, b) => a.Equals(b) || Math.Abs(a - b) < 1e-14);
            }
        }
    }

    [Fact]
    public void AReadoutLeavesOutWhatIsIgnored()
    {
        var readout = new Linear(3, 5, new RandomKey(1));
        var x = Tensor.From(new float[,,] { { { 1, 2, 3 }, { float.NaN, 0, 0 } }, { { 0, 1, -1 }, { 2, 2, 2 } } });
        int[] labels = [4, Loss.Ignored, 0, 2];
        var (loss, gradients) = Differentiate.ValueAndGradient(() => Loss.CrossEntropy(x, readout, labels), readout.Parameters);
        // The NaN of the row that does not count must not come back from a product with 0 either.
        var counted = GatherRows(Reshape(x, 4, 3), [0, 2, 3]);
        var (whole, expected) = Differentiate.ValueAndGradient(
            () => Loss.CrossEntropy(readout.Forward(counted), [4, 0, 2]), readout.Parameters);
        Assert.Equal(whole.ToScalar(), loss.ToScalar(), 1e-6);
        for (int i = 0; i < 2; i++)
            Assert.Equal(expected[i].ToDoubles(), gradients[i].ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-6);
        var plain = new Linear(3, 5, new RandomKey(1), hasBias: false);
        Assert.Equal(
            Loss.CrossEntropy(plain.Forward(x), labels).ToScalar(), Loss.CrossEntropy(x, plain, labels).ToScalar(), 1e-6);
    }

    [Fact]
    public void LogitsAreNotKept()
    {
        var problem = Problem.Of(1000, 2, 5000, ElementType.Float32);
        for (int i = 0; i < 2; i++) problem.ByBlocks();
        long before = GC.GetAllocatedBytesForCurrentThread();
        problem.ByBlocks();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, problem.Labels.Length * 5000 * sizeof(float) / 2);
    }

    [Fact]
    public void WhatDoesNotFitIsNamed()
    {
        var (x, weight, bias) = (Tensor.Ones([2, 3]), Tensor.Ones([3, 4]), Tensor.Ones([4]));
        Assert.Contains("label", Assert.Throws<ShapeException>(() => LinearCrossEntropy(x, weight, bias, [0])).Message);
        Assert.Contains("4 classes", Assert.Throws<ShapeException>(() => LinearCrossEntropy(x, weight, bias, [0, 4])).Message);
        Assert.Contains("weight", Assert.Throws<ShapeException>(() => LinearCrossEntropy(x, Tensor.Ones([2, 4]), bias, [0, 1])).Message);
        Assert.StartsWith(
            "LinearCrossEntropy: ", Assert.Throws<ShapeException>(() => LinearCrossEntropy(x, weight, Tensor.Ones([3]), [0, 1])).Message);
        Assert.Throws<ShapeException>(() => LinearCrossEntropy(Tensor.Ones([0, 3]), weight, bias, []));
        Assert.Throws<ShapeException>(() => LinearCrossEntropy(Tensor.Ones([]), weight, bias, [0]));
        Assert.Throws<ShapeException>(() => Loss.CrossEntropy(Tensor.Ones([]), new Linear(1, 4, new RandomKey(1)), [0]));
        Assert.Throws<ArgumentNullException>(() => LinearCrossEntropy(null!, weight, bias, [0]));
    }
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

public class GradientFlowTests
{
    const double Epsilon = 1.0 / (1L << 52);

    static readonly RandomKey Key = new(9);

    [Theory, InlineData(0.5), InlineData(1), InlineData(1.3)]
    public void OfAnOrthogonalLinearNetworkIsAPowerOfItsGain(double gain)
    {
        const int Steps = 60;
        var w = Initializer.Orthogonal(gain).Create([8, 8], Key, ElementType.Float64);
        var cell = new StateSpaceCell(8, (u, x) => MatMul(x, w) + u);
        double[] norms = GradientFlow.ThroughTime(cell, Tensor.Zeros([Steps, 8]));
        Assert.Equal(Steps + 1, norms.Length);
        for (int t = 0; t <= Steps; t++)
        {
            double expected = Math.Pow(gain, Steps - t);
            Assert.Equal(expected, norms[t], expected * 64 * (Steps - t + 1) * Epsilon);
        }
    }

    /// <summary>
    /// Hochreiter 1991: the norm of a product of Jacobians is at most the power of the norm of the weights, as the slope of tanh is at most
    /// 1.
    /// </summary>
    [Fact]
    public void OfATanhNetworkIsBoundedByItsWeights()
    {
        var cell = new RnnCell(3, 10, Key);
        double bound = LinearAlgebra.OperatorNorm(cell["R"]);
        double[] norms = GradientFlow.ThroughTime(cell, Key.Normal([30, 3]));
        for (int t = 0; t <= 30; t++) Assert.InRange(norms[t], 0, Math.Pow(bound, 30 - t) * (1 + 1e-12));
    }

    [Fact]
    public void OfAThousandContractingSteps()
    {
        var w = Initializer.Orthogonal(0.05).Create([6, 6], Key, ElementType.Float64);
        var cell = new StateSpaceCell(6, (u, x) => MatMul(x, w) + u);
        const int Steps = 1000;
        double[] norms = GradientFlow.ThroughTime(cell, Tensor.Zeros([Steps, 6])),
            logarithms = GradientFlow.LogThroughTime(cell, Tensor.Zeros([Steps, 6]));
        for (int t = 0; t <= Steps; t++)
        {
            double logarithm = (Steps - t) * Math.Log(0.05), allowed = 64 * (Steps - t + 1) * Epsilon;
            Assert.Equal(logarithm, logarithms[t], allowed * (1 + Math.Abs(logarithm)));
            if (logarithm > -700) Assert.Equal(1, norms[t] / Math.Exp(logarithm), 1e3 * allowed);
            else Assert.InRange(norms[t], 0, 1e-300);
        }
        var rnn = new RnnCell(3, 6, Key);
        Assert.All(GradientFlow.LogThroughTime(rnn, Key.Normal([300, 3])), logarithm => Assert.True(double.IsFinite(logarithm)));
    }

    [Fact]
    public void IsTheNormOfTheJacobianOfTheWholeRun()
    {
        var cell = new GruCell(2, 5, Key);
        var inputs = Key.For("inputs").Normal([6, 2]);
        var step = CellMap.Driven(cell, inputs);
        var state = CellMap.Rows(cell.Initial(1, ElementType.Float64));
        double[] norms = GradientFlow.ThroughTime(cell, inputs);
        for (int from = 0; from < 6; from++)
        {
            int start = from;
            var whole = Differentiate.Jacobian(rows => Enumerable.Range(start, 6 - start).Aggregate(rows, (h, t) => step(t, h)), state)
                .Reshape(5, 5);
            Assert.Equal(LinearAlgebra.OperatorNorm(whole), norms[from], 1e-13);
            state = step(from, state);
        }
    }

    /// <summary>With saturated gates the memory passes errors on unchanged: the constant error carousel.</summary>
    [Fact]
    public void ThroughAnOpenForgetGateIsOne()
    {
        var cell = new LstmCell(2, 4, Key, forgetBias: 60);
        foreach (string weight in (string[])["Whf", "Whi", "Whc", "Who"]) cell[weight].Assign(Tensor.Zeros([4, 4]));
        double[] norms = GradientFlow.ThroughTime(cell, Key.Normal([100, 2]), part: 4..);
        Assert.All(norms, norm => Assert.Equal(1, norm, 100 * 64 * Epsilon));
    }

    [Fact]
    public void OfALossAreTheNormsOfItsGradients()
    {
        var cell = new LstmCell(2, 3, Key);
        var x = Key.Normal([4, 2, 2]);
        double[][] norms = GradientFlow.OfLoss(cell, x, outputs => Sum(Square(outputs)));
        Assert.Equal(5, norms.Length);
        Assert.All(norms, step => Assert.Equal(2, step.Length));
        // After the last output nothing comes: the gradient is that of its own square.
        var last = Recurrent.Over(cell).Forward(x)[^1];
        Assert.Equal(2 * Math.Sqrt(Sum(Square(last)).ToScalar()), norms[4][0], 1e-6);
        var zero = cell.Initial(2, ElementType.Float32);
        var gradient = Differentiate.Gradient(h => Sum(Square(Recurrent.Over(cell).Run(x, zero with { H = h }).Outputs)), zero.H);
        Assert.Equal(Sum(Square(gradient)).ToScalar(), norms[0][0] * norms[0][0], 1e-5);
    }

    [Fact]
    public void OfALossStartsWhereItIsTold()
    {
        var cell = new RnnCell(1, 2, Key);
        var x = Tensor.Zeros([1, 1, 1]);
        double[][] near = GradientFlow.OfLoss(cell, x, outputs => Sum(outputs)),
            far = GradientFlow.OfLoss(cell, x, outputs => Sum(outputs), Tensor.Full([1, 2], 3));
        Assert.True(far[0][0] < near[0][0]);
    }

    [Fact]
    public void ErrorsSayWhatDoesNotFit()
    {
        Assert.Throws<ShapeException>(() => GradientFlow.OfLoss(new RnnCell(1, 2, Key), Tensor.Zeros([1, 1]), x => Sum(x)));
        Assert.Throws<ShapeException>(() => GradientFlow.OfLoss(new RnnCell(1, 2, Key), Tensor.Zeros([1, 1, 1]), x => x));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => GradientFlow.ThroughTime(new RnnCell(1, 2, Key), Tensor.Zeros([1, 1]), part: 1..4));
    }
}

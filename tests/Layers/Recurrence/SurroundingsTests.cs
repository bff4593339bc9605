using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>What a step looks at beside its arguments counts in a plan as it does on the tape.</summary>
public class SurroundingsTests
{
    static readonly RandomKey Key = new(3);
    static readonly Tensor X = Key.At(4).Normal([6, 3, 8], 1, ElementType.Float64);
    readonly Parameter weights = new("W", Key.At(1).Normal([8, 8], 0.3, ElementType.Float64));
    readonly Parameter others = new("V", Key.At(2).Normal([8, 8], 0.3, ElementType.Float64));

    static Recurrent<Tensor> Layer(Func<Tensor, Tensor, Tensor> step, Execution execution = Execution.Compiled) =>
        new(new FunctionCell<Tensor>((x, h) => step(x, h) is var next ? (next, next) : default, 8)) { Execution = execution };

    static void AreNear(double[] one, double[] two) => Assert.Equal(one, two, (a, b) => Math.Abs(a - b) <= 1e-12 * (1 + Math.Abs(a)));

    /// <summary>Gradients do not flow through what is computed in a pause, also where it depends on no sequence.</summary>
    [Fact]
    public void APauseWithinAStep()
    {
        AreNear(Gradients(Execution.Eager), Gradients(Execution.Compiled));

        double[] Gradients(Execution execution)
        {
            var layer = Layer(
                (x, h) =>
                {
                    Tensor product;
                    using (Tape.Current is { } tape ? tape.Pause() : default) product = weights * others;
                    return Tanh(MatMul(h, product) + MatMul(h, others) + x);
                },
                execution);
            var found = Differentiate.ValueAndGradient(() => Sum(Square(layer.Run(X).Outputs)), [weights, others]);
            Assert.Equal(execution, layer.LastPath.Execution);
            return [.. found.Gradients.SelectMany(gradient => gradient.ToDoubles())];
        }
    }

    [Fact]
    public void ZeroAndMinusZeroAreTwoNumbers()
    {
        double factor = 0;
        var layer = Layer((x, h) => Tanh(1 / (Abs(x) * factor)) + 0 * h);
        foreach (double one in (double[])[0.0, -0.0, 0.0])
        {
            factor = one;
            Assert.All(layer.Run(X).Outputs.ToDoubles(), y => Assert.Equal(double.IsNegative(one) ? -1 : 1, y));
            Assert.Equal(Execution.Compiled, layer.LastPath.Execution);
        }
    }

    /// <summary>Where a number, or data, follows the size of the batch, no sequence leaves it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AStepThatDependsOnTheSizeOfTheBatch(int kind)
    {
        var context = Key.At(8).Normal([16, 8], 1, ElementType.Float64);
        Func<Tensor, Tensor, Tensor> step = kind switch
        {
            0 => (x, h) => Tanh(MatMul(h, weights) + x / x.Shape[0]),
            1 => (x, h) => Tanh(MatMul(h, weights) + x * (1.0 / x.Shape[0])),
            2 => (x, h) => Tanh(MatMul(h, weights) + x * Mean(Slice(context, 0, 0, x.Shape[0]), 0)),
            _ => (x, h) => x.Shape[0] > 10 ? Tanh(MatMul(h, weights) + x) : Sigmoid(MatMul(h, weights) + x),
        };
        var x = Key.At(5).Normal([200, 16, 8], 1, ElementType.Float64);
        int[] lengths = [.. Enumerable.Range(0, 16).Select(i => i < 8 ? 20 : 200)];
        AreNear(Outputs(Execution.Eager), Outputs(Execution.Compiled));

        double[] Outputs(Execution execution) => Layer(step, execution).Run(x, lengths: lengths).Outputs.ToDoubles();
    }

    /// <summary>A number that differs between layers does not change the plan that a segment meets at its second run.</summary>
    [Fact]
    public void ASegmentMeetsItsPlanAgain()
    {
        double[] exponents = [2, 3, 1, 4, 5];
        var x = Key.At(6).Normal([50, 3, 8], 1, ElementType.Float64);
        var layers = Array.ConvertAll(exponents, exponent => Layer((x, h) => Tanh(MatMul(Power(h, exponent), weights) + x)));
        foreach (var layer in layers) layer.MemoryBudget = 3000;
        Differentiate.ValueAndGradient(() => layers.Select(layer => Sum(layer.Run(x).Outputs)).Aggregate((a, b) => a + b), [weights]);
    }

    /// <summary>Also one that only a new mode brings.</summary>
    [Fact]
    public void ANumberDrawnInANewMode()
    {
        bool isTraining = false;
        var random = new Random(1);
        var layer = Layer((x, h) => Tanh(MatMul(h, weights) + x) + (isTraining ? random.NextDouble() : 0.0));
        for (int run = 0; run < 20; run++) layer.Run(X);
        Assert.Equal(Execution.Compiled, layer.LastPath.Execution);
        isTraining = true;
        layer.Run(X);
        Assert.Equal(Execution.Eager, layer.LastPath.Execution);
    }
}

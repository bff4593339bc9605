using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>
/// Operations that users wrote, in a compiled step: their values and their rules see what an eager run shows them, whatever has changed.
/// </summary>
public class UserOperationTests
{
    static readonly RandomKey Key = new(3);
    static readonly Tensor X = Key.At(4).Normal([6, 3, 8], 1, ElementType.Float64);
    readonly Parameter weights = new("W", Key.At(1).Normal([8, 8], 0.3, ElementType.Float64));

    Recurrent<Tensor> Layer(CustomOperation operation, Execution execution) => new(
        new FunctionCell<Tensor>((x, h) => Tanh(operation.Apply(MatMul(h, weights)) + x) is var next ? (next, next) : default, 8))
    {
        Execution = execution,
    };

    double[] Gradient(Recurrent<Tensor> layer) =>
        Differentiate.ValueAndGradient(() => Sum(Square(layer.Run(X).Outputs)), [weights]).Gradients[0].ToDoubles();

    void IsAsEager(Recurrent<Tensor> layer, CustomOperation operation) =>
        Assert.Equal(Gradient(Layer(operation, Execution.Eager)), Gradient(layer), (one, two) => Math.Abs(one - two) < 1e-12);

    /// <summary>A slope that is learned, or set by a schedule.</summary>
    [Fact]
    public void ARuleThatUsesAParameter()
    {
        var slope = new Parameter("slope", Tensor.Ones([1], ElementType.Float64));
        var spike = new Rule((x, cotangent) => cotangent / Square(1 + slope * Abs(x)));
        var layer = Layer(spike, Execution.Compiled);
        for (int run = 1; run <= 3; run++)
        {
            slope.Assign(Tensor.Full([1], run, ElementType.Float64));
            IsAsEager(layer, spike);
            BothWays.Took(layer, "the derivative of Rule uses a parameter that is no operand");
        }
        // What it computes from one is no better.
        var hidden = new Rule((x, cotangent) => cotangent * Sum(Square(slope)));
        layer = Layer(hidden, Execution.Compiled);
        IsAsEager(layer, hidden);
        BothWays.Took(layer, "the derivative of Rule uses a parameter that is no operand");
    }

    [Fact]
    public void ARuleWhoseNumbersOrOperationsChange()
    {
        double factor = 1;
        bool isTraining = false;
        var rule = new Rule((x, cotangent) => isTraining ? cotangent * x : cotangent * -factor);
        var layer = Layer(rule, Execution.Compiled);
        for (int run = 0; run < 6; run++)
        {
            (factor, isTraining) = (run % 2, run > 3);
            IsAsEager(layer, rule);
            Assert.Equal(Execution.Compiled, layer.LastPath.Execution);
        }
    }

    /// <summary>A slope that a schedule changes at each run is not planned each time.</summary>
    [Fact]
    public void ARuleThatGoesOnChanging()
    {
        double factor = 1;
        var rule = new Rule((x, cotangent) => cotangent * factor);
        var layer = Layer(rule, Execution.Compiled);
        for (int run = 0; run < 10; run++)
        {
            factor = 1 + 0.1 * run;
            IsAsEager(layer, rule);
        }
        BothWays.Took(layer, "the derivative rules of its own operations change from run to run");
    }

    [Fact]
    public void ARuleWithDataOfItsOwn()
    {
        Tensor[] masks = [Key.At(7).Normal([8], 1, ElementType.Float64), Key.At(8).Normal([8], 1, ElementType.Float64)];
        int which = 0;
        var rule = new Rule((x, cotangent) => cotangent * masks[which]);
        var layer = Layer(rule, Execution.Compiled);
        foreach (int one in (int[])[0, 1, 0])
        {
            which = one;
            IsAsEager(layer, rule);
            Assert.Equal(Execution.Compiled, layer.LastPath.Execution);
        }
    }

    [Fact]
    public void ARuleThatGivesNothing()
    {
        var rule = new Rule((_, _) => null);
        IsAsEager(Layer(rule, Execution.Compiled), rule);
    }

    [Fact]
    public void AValueSeesTheTimeStep()
    {
        var noisy = new OfValue(x => x + Key.At(TimeStep.Current).Normal(x.Shape, 1, ElementType.Float64) + TimeStep.Current.Number);
        foreach (var execution in (Execution[])[Execution.Compiled, Execution.Interpreted])
        {
            var layer = Layer(noisy, execution);
            Assert.Equal(Layer(noisy, Execution.Eager).Run(X).Outputs.ToDoubles(), layer.Run(X).Outputs.ToDoubles(), (one, two) =>
                Math.Abs(one - two) < 1e-12);
            Assert.Equal(execution, layer.LastPath.Execution);
        }
    }

    /// <summary>It may look at the tape, at what is bound on it, and at whatever else belongs to a thread.</summary>
    [Fact]
    public void AValueIsComputedOnTheThreadThatAsks()
    {
        int here = Environment.CurrentManagedThreadId, elsewhere = 0;
        var value = new OfValue(x =>
        {
            if (Environment.CurrentManagedThreadId != here) elsewhere++;
            return x;
        });
        var many = Key.Normal([100, 64, 8], 1, ElementType.Float64);
        var layer = Layer(value, Execution.Compiled);
        layer.Threads = 4;
        for (int run = 0; run < 30; run++) layer.Run(many);
        Assert.Equal(Execution.Compiled, layer.LastPath.Execution);
        Assert.Equal(0, elsewhere);
    }

    sealed class Rule(Func<Tensor, Tensor, Tensor?> rule) : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => Greater(operands[0], 0);

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
            rule(operands[0], cotangent);
    }

    sealed class OfValue(Func<Tensor, Tensor> value) : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => value(operands[0]);

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => cotangent;
    }
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Everything elementwise is part of a fused pass, forward and backward, and its rows are shared by threads.</summary>
public class FusionTests
{
    static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> All = new()
    {
        ["Abs"] = (x, _) => Abs(x),
        ["Ceiling"] = (x, _) => Ceiling(x) * x,
        ["Clamp"] = (x, _) => Clamp(x, -0.5, 0.5),
        ["Cos"] = (x, _) => Cos(x),
        ["Divide"] = (x, y) => x / (2 + Abs(y)),
        ["Dropout"] = (x, _) => Dropout(x, 0.25, new RandomKey(3).At(TimeStep.Current)),
        ["Elu"] = (x, _) => Elu(x, 0.5),
        ["Equal"] = (x, y) => Equal(x, y) * x,
        ["ExactGelu"] = (x, _) => ExactGelu(x),
        ["Atan2"] = (x, y) => Atan2(x, 2 + Abs(y)),
        ["Erf"] = (x, _) => Erf(x),
        ["Exp"] = (x, _) => Exp(x),
        ["ExpM1"] = (x, _) => ExpM1(x),
        ["Floor"] = (x, _) => Floor(x) * x,
        ["Gelu"] = (x, _) => Gelu(x),
        ["Greater"] = (x, y) => Greater(x, y) * x + Greater(x, 0.5),
        ["GreaterOrEqual"] = (x, y) => GreaterOrEqual(x, y) * x,
        ["IsNaN"] = (x, _) => IsNaN(x) + x,
        ["LeakyRelu"] = (x, _) => LeakyRelu(x),
        ["Less"] = (x, y) => Less(x, y) * x + Less(x, 0.25),
        ["LessOrEqual"] = (x, y) => LessOrEqual(x, y) * x,
        ["Log"] = (x, _) => Log(Square(x) + 0.5),
        ["Log1P"] = (x, _) => Log1P(Square(x)),
        ["LogAddExp"] = (x, y) => LogAddExp(x, y) + LogAddExp(x, 1),
        ["LogGamma"] = (x, _) => LogGamma(2 + Abs(x)),
        ["LogSigmoid"] = (x, _) => LogSigmoid(x),
        ["Maximum"] = (x, y) => Maximum(x, y) + Maximum(x, 0.25),
        ["Minimum"] = (x, y) => Minimum(x, y) + Minimum(x, 0.25),
        ["Modulo"] = (x, y) => Modulo(x, 2 + Abs(y)) + Modulo(x, 1),
        ["Negate"] = (x, _) => -x,
        ["NormalDistribution"] = (x, _) => NormalDistribution(x),
        ["NotEqual"] = (x, y) => NotEqual(x, y) * x,
        ["OverSlope"] = (x, y) => OverSlope(x, 2 + Abs(y)),
        ["Polygamma"] = (x, _) => Polygamma(2 + Abs(x), 1),
        ["Power"] = (x, y) => Power(0.5 + Abs(x), y),
        ["Power of a number"] = (x, _) => Power(0.5 + Abs(x), 1.7),
        ["Power, whole"] = (x, _) => Power(x, 3),
        ["Reciprocal"] = (x, _) => Reciprocal(2 + Abs(x)),
        ["Relu"] = (x, _) => Relu(x),
        ["Round"] = (x, _) => Round(x) * x,
        ["ScaleShift"] = (x, _) => ScaleShift(x, 0.5, 0.25),
        ["Sigmoid"] = (x, _) => Sigmoid(x),
        ["Sign"] = (x, _) => Sign(x) * x,
        ["Silu"] = (x, _) => Silu(x),
        ["Sin"] = (x, _) => Sin(x),
        ["Softplus"] = (x, _) => Softplus(x),
        ["Softsign"] = (x, _) => Softsign(x),
        ["Sqrt"] = (x, _) => Sqrt(0.5 + Abs(x)),
        ["Square"] = (x, _) => Square(x),
        ["StepMask"] = (x, y) => Where(StepMask(x.Shape, 0.5, new RandomKey(4), x.ElementType), x, y),
        ["StepMask, a column"] = (x, _) => x * StepMask([x.Shape[0], 1], 0.5, new RandomKey(4), x.ElementType),
        ["StraightThrough"] = (x, _) => StraightThrough(Round(x), x),
        ["Subtract"] = (x, y) => x - y,
        ["Tan"] = (x, _) => Tan(x),
        ["Tanh"] = (x, _) => Tanh(x),
        ["TimesSlope"] = (x, y) => TimesSlope(x, y),
        ["Where"] = (x, y) => Where(Greater(x, y), Log(Abs(x) + 1), y),
        ["Where, with a vector"] = (x, y) => Where(Less(x, 0), SumKeepingAxes(y, -1), x),
        ["Where, with numbers"] = (x, _) => Where(Less(x, 0.5), x, -0.5) + Where(Less(x, 0.5), 0.25, x) + Where(x, 1, 2),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void IsPartOfAPass(string name)
    {
        string plan = Recurrent.Over(new Elementwise(All[name])).Explain(Tensor.Zeros([5, 32, 20]));
        Assert.DoesNotContain("operation  ", plan, StringComparison.Ordinal);
        Assert.Contains("rows shared by up to 8 threads", plan, StringComparison.Ordinal);
        Assert.Contains("backward\n", plan, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void ComputesWhatTheTapeDoes(string name)
    {
        var layer = Recurrent.Over(new Elementwise(All[name]));
        var x = new RandomKey(5).Normal([4, 9, 20], type: ElementType.Float64);
        BothWays.Agree(layer, () => BothWays.Everything(layer, x, null, x));
    }

    [Fact]
    public void EveryFunctionIsHere()
    {
        var functions = typeof(UnaryOperation<>).Assembly.GetTypes()
            .Where(type => type.IsValueType)
            .Where(type => type.IsAssignableTo(typeof(IUnaryFunction)) || type.IsAssignableTo(typeof(IBinaryFunction)))
            .Select(type => type.Name.Replace("Function", "", StringComparison.Ordinal).Replace("Constant", "", StringComparison.Ordinal));
        Assert.Empty(functions.Except([.. All.Keys, "Add", "Multiply"]));
    }

    /// <summary>h ← ½h + f(x·W, h·w).</summary>
    sealed class Elementwise : Cell<Tensor>
    {
        readonly Func<Tensor, Tensor, Tensor> function;
        readonly Parameter w, u;

        public Elementwise(Func<Tensor, Tensor, Tensor> function)
            : base(new RandomKey(1), 20)
        {
            this.function = function;
            Weight(out w, 20, 20);
            Bias(out u, 20);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor h)
        {
            var next = Tanh(0.5 * h + function(MatMul(x, w) + u, h + 0.125));
            return (next, next);
        }
    }
}

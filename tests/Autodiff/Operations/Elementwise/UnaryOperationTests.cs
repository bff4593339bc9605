namespace Autograd.Tests.Autodiff;

public class UnaryOperationTests : Poisoned
{
    const double Infinity = double.PositiveInfinity;

    public static TheoryData<string, ElementType> Cases
    {
        get
        {
            var cases = new TheoryData<string, ElementType>();
            foreach (string name in Unary.All.Keys)
            {
                cases.Add(name, ElementType.Float32);
                cases.Add(name, ElementType.Float64);
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void ValuesFollowTheClosedForm(string name, ElementType type)
    {
        var unary = Unary.All[name];
        double[] points = unary.Points(type);
        double scale = name is "ExpM1" or "Log1P" or "Abs" or "Square" ? 0 : 1;
        Expect.Near(Array.ConvertAll(points, x => unary.Value(x)), unary.Function(Data.Vector(type, points)), unary.Epsilons, scale);
    }

    [Theory, MemberData(nameof(Cases))]
    public void SlopesAreTheSameOnEveryPath(string name, ElementType type)
    {
        var unary = Unary.All[name];
        double[] points = unary.Points(type);
        double[] expected = [.. points.Select((x, i) => unary.Slope(x) * (i + 1))];
        var vector = Data.Counting([37], type);
        using var tape = new Tape();
        var x = tape.Watch(Data.Vector(type, points));
        var y = unary.Function(x);
        foreach (bool record in new[] { false, true })
        {
            Expect.Near(expected, tape.Gradients([y], [vector], [x], record)[0], 2 * unary.Epsilons, scale: 64);
            Expect.Near(expected, tape.Tangents([y], [x], [vector], record)[0], 2 * unary.Epsilons, scale: 64);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void NaNStaysAndShapesToo(string name, ElementType type)
    {
        var function = Unary.All[name].Function;
        bool isConstant = name == "Power 0";
        Assert.Equal(isConstant ? 1 : double.NaN, function(Data.Of(type, [], double.NaN)).ToScalar());
        Assert.Equal(Enumerable.Repeat(isConstant ? 1 : double.NaN, 37), function(Tensor.Full([37], double.NaN, type)).ToDoubles());
        Assert.Equal([2, 0, 3], function(Tensor.Zeros([2, 0, 3], type)).Shape);
        Assert.Equal([2, 1], function(Tensor.Ones([2, 1], type)).Shape);
        Shape expected = [4];
        var symbolic = function(Tensor.Symbolic(expected, type));
        Assert.True(symbolic.IsSymbolic && symbolic.Shape == expected && symbolic.ElementType == type);
    }

    public static TheoryData<string, double, double, double> Edges => new()
    {
        // Function, argument, value, slope; what the documents say about kinks and ends.
        { "Abs", 0, 0, 0 }, { "Abs", -0.0, 0, 0 }, { "Abs", -Infinity, Infinity, -1 },
        { "Cos", Infinity, double.NaN, double.NaN }, { "Sin", -Infinity, double.NaN, double.NaN }, { "Sin", -0.0, -0.0, 1 },
        { "Exp", -Infinity, 0, 0 }, { "Exp", Infinity, Infinity, Infinity }, { "Exp", 1e4, Infinity, Infinity }, { "Exp", -1e4, 0, 0 },
        { "ExpM1", -Infinity, -1, 0 }, { "ExpM1", Infinity, Infinity, Infinity }, { "ExpM1", -0.0, -0.0, 1 }, { "ExpM1", -1e4, -1, 0 },
        { "Log", 0, -Infinity, Infinity }, { "Log", -1, double.NaN, -1 }, { "Log", Infinity, Infinity, 0 },
        { "Log1P", -1, -Infinity, Infinity }, { "Log1P", -2, double.NaN, -1 }, { "Log1P", Infinity, Infinity, 0 },
        { "Log1P", -0.0, -0.0, 1 },
        { "Reciprocal", 0, Infinity, -Infinity }, { "Reciprocal", -0.0, -Infinity, -Infinity }, { "Reciprocal", Infinity, 0, 0 },
        { "Relu", 0, 0, 0 }, { "Relu", -0.0, 0, 0 }, { "Relu", Infinity, Infinity, 1 }, { "Relu", -Infinity, 0, 0 },
        { "LeakyRelu", 0, 0, 0.25 }, { "LeakyRelu", Infinity, Infinity, 1 }, { "LeakyRelu", -Infinity, -Infinity, 0.25 },
        { "Elu", 0, 0, 1.5 }, { "Elu", -Infinity, -1.5, 0 }, { "Elu", Infinity, Infinity, 1 }, { "Elu", -1e4, -1.5, 0 },
        { "Sigmoid", -Infinity, 0, 0 }, { "Sigmoid", Infinity, 1, 0 }, { "Sigmoid", 1e4, 1, 0 }, { "Sigmoid", -1e4, 0, 0 },
        { "Sigmoid", 0, 0.5, 0.25 },
        { "Silu", Infinity, Infinity, 1 }, { "Silu", 1e4, 1e4, 1 }, { "Silu", -1e4, -0.0, 0 }, { "Silu", -Infinity, -0.0, 0 },
        { "Gelu", 1e4, 1e4, 1 }, { "Gelu", -1e4, -0.0, 0 }, { "Gelu", -Infinity, -0.0, 0 }, { "Gelu", Infinity, Infinity, 1 },
            { "Gelu", 0, 0, 0.5 },
        { "ExactGelu", 1e4, 1e4, 1 }, { "ExactGelu", -1e4, -0.0, 0 }, { "ExactGelu", -Infinity, -0.0, 0 },
            { "ExactGelu", Infinity, Infinity, 1 }, { "ExactGelu", 0, 0, 0.5 },
        { "Softplus", 1e4, 1e4, 1 }, { "Softplus", -1e4, 0, 0 }, { "Softplus", Infinity, Infinity, 1 }, { "Softplus", -Infinity, 0, 0 },
        { "Softsign", Infinity, 1, 0 }, { "Softsign", -Infinity, -1, 0 }, { "Softsign", 0, 0, 1 },
        { "Sqrt", 0, 0, Infinity }, { "Sqrt", -1, double.NaN, double.NaN }, { "Sqrt", Infinity, Infinity, 0 },
        { "Tanh", Infinity, 1, 0 }, { "Tanh", -Infinity, -1, 0 }, { "Tanh", 1e4, 1, 0 },
        { "Power 2.5", -1, double.NaN, double.NaN }, { "Power 2.5", 0, 0, 0 }, { "Power 3", -2, -8, 12 },
        { "Power -2", 0, Infinity, -Infinity },
        { "Power 0", 0, 1, 0 }, { "Power 0", Infinity, 1, 0 },
        { "Clamp", -1, -1, 1 }, { "Clamp", 2, 2, 1 }, { "Clamp", 2.5, 2, 0 }, { "Clamp", -Infinity, -1, 0 }, { "Clamp", Infinity, 2, 0 },
        { "Floor", -0.0, -0.0, 0 }, { "Floor", -0.5, -1, 0 }, { "Floor", 3, 3, 0 },
        { "Floor", Infinity, Infinity, 0 }, { "Floor", 1e20, 1e20, 0 },
        { "Ceiling", 0, 0, 0 }, { "Ceiling", -0.5, -0.0, 0 }, { "Ceiling", 0.5, 1, 0 }, { "Ceiling", -Infinity, -Infinity, 0 },
        { "Round", 0.5, 0, 0 }, { "Round", 1.5, 2, 0 }, { "Round", -2.5, -2, 0 },
        { "Round", -0.0, -0.0, 0 }, { "Round", -Infinity, -Infinity, 0 },
        { "Sign", 0, 0, 0 }, { "Sign", -0.0, -0.0, 0 }, { "Sign", Infinity, 1, 0 }, { "Sign", -1e-30, -1, 0 },
        { "LogSigmoid", -1e4, -1e4, 1 }, { "LogSigmoid", Infinity, 0, 0 }, { "LogSigmoid", -Infinity, -Infinity, 1 },
        { "Square", 1e30, 1e60, 2e30 }, { "Square", -Infinity, Infinity, -Infinity },
    };

    [Theory, MemberData(nameof(Edges))]
    public void EndsAndKinksAreAsDocumented(string name, double at, double value, double slope)
    {
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            using var tape = new Tape();
            var x = tape.Watch(Tensor.Full([9], at, type));
            var y = Unary.All[name].Function(x);
            Expect.Near([.. Enumerable.Repeat(value, 9)], y);
            Assert.All(y.ToDoubles(), result =>
                Assert.Equal(double.IsNegative(value), double.IsNegative(result) && !double.IsNaN(result) || double.IsNaN(value)));
            foreach (bool record in new[] { false, true })
                Expect.Near([.. Enumerable.Repeat(slope, 9)], tape.Gradients([y], [Tensor.Ones([9], type)], [x], record)[0]);
        }
    }

    [Theory, InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    public void NearZeroEveryDigitCounts(ElementType type)
    {
        double smallest = type == ElementType.Float32 ? 1e-37 : 1e-300;
        var x = Data.Vector(type, [.. Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? 1 : -1) * 0.5 * Math.Pow(smallest, i / 39.0))]);
        Expect.Near(Array.ConvertAll(x.ToDoubles(), Accurate.ExpM1), Functions.ExpM1(x), epsilons: 4);
        Expect.Near(Array.ConvertAll(x.ToDoubles(), Accurate.Log1P), Functions.Log1P(x), epsilons: 4);
        Expect.Near(Array.ConvertAll(x.ToDoubles(), Math.Tanh), Functions.Tanh(x), epsilons: 4);
        var far = Data.Vector(type, -20, -30, -50, -80);
        Expect.Near(Array.ConvertAll(far.ToDoubles(), value => Accurate.Log1P(Math.Exp(value))), Functions.Softplus(far), epsilons: 8);
        Expect.Near(Array.ConvertAll(far.ToDoubles(), value => Math.Exp(value) / (1 + Math.Exp(value))), Functions.Sigmoid(far),
            epsilons: 8);
    }

    [Fact]
    public void TheFormulasClaimsHold()
    {
        // Φ(x) = ½ + φ(x)(x + x³/3 + x⁵/(3·5) + …).
        static double Gelu(double x)
        {
            double term = x, sum = 0;
            for (int n = 1; n < 200; n++, term *= x * x / (2 * n - 1)) sum += term;
            return x * (0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
        }
        double[] points = [.. Enumerable.Range(-60, 121).Select(i => i * 0.1)];
        var gelu = Functions.Gelu(Tensor.From(points)).ToDoubles();
        Assert.All(points.Zip(gelu), pair => Assert.Equal(Gelu(pair.First), pair.Second, 5e-4));
        Expect.Equal([2], [double.PositiveInfinity, double.PositiveInfinity], Functions.Exp(Tensor.From(new[] { 88.8f, 89f })));
        Assert.True(double.IsFinite(Functions.Exp(Tensor.Scalar(88.6)).ToScalar()));
        Assert.True(double.IsFinite(Functions.Exp(Tensor.Scalar(709.7, ElementType.Float64)).ToScalar()));
        Assert.Equal(double.PositiveInfinity, Functions.Exp(Tensor.Scalar(709.9, ElementType.Float64)).ToScalar());
    }

    [Fact]
    public void SubnormalNumbersPass()
    {
        var x = Tensor.From(new[] { float.Epsilon, -float.Epsilon, 1e-40f });
        foreach (string name in new[] { "Relu", "Abs", "Clamp", "Softsign", "ExpM1", "Log1P" })
            Assert.Equal(name is "Abs" ? [float.Epsilon, float.Epsilon, 1e-40f] : name is "Relu" ? [float.Epsilon, 0, 1e-40f]
                : x.ToArray<float>(), Unary.All[name].Function(x).ToArray<float>());
    }

    [Fact]
    public void BadNumbersAreErrors()
    {
        var x = Tensor.Ones([2]);
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => Functions.LeakyRelu(x, double.NaN)), "LeakyRelu", "alpha", "NaN");
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => Functions.Elu(x, Infinity)), "Elu", "alpha");
        Expect.Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => Functions.Clamp(x, 2, 1)), "Clamp", "2", "1");
        Assert.Throws<ArgumentOutOfRangeException>(() => Functions.Clamp(x, double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Functions.Clamp(x, 0, double.NaN));
        Expect.Equal([2], [1, 1], Functions.Clamp(x, -Infinity, Infinity));
        foreach (var (name, unary) in Unary.All)
        {
            var error = Assert.Throws<ArgumentNullException>(() => unary.Function(null!));
            Expect.Mentions(error, name == "Negate" ? "ScaleShift" : name.Split(' ')[0]);
        }
    }
}

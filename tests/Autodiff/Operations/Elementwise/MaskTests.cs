using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>What is not taken has no gradient, in both modes, whatever its slope is.</summary>
public class MaskTests : Poisoned
{
    const double Infinity = double.PositiveInfinity;

    static readonly Dictionary<string, (Func<Tensor, Tensor> Function, double[] Poles)> All = new()
    {
        ["Log"] = (Log, [0, -0.0, -1, -1e-310]),
        ["Log1P"] = (Log1P, [-1, -2]),
        ["Sqrt"] = (Sqrt, [0, -0.0, -1]),
        ["Reciprocal"] = (Reciprocal, [0, -0.0]),
        ["Divide"] = (x => 1 / x, [0, -0.0]),
        ["Divide by itself"] = (x => x / x, [0]),
        ["Exp"] = (Exp, [1e4, Infinity]),
        ["ExpM1"] = (ExpM1, [1e4, Infinity]),
        ["Power of a number"] = (x => Power(x, 0.5), [0, -1]),
        ["Power"] = (x => Power(x, Tensor.Scalar(0.5, x.ElementType)), [0, -1]),
        ["Power, exponent"] = (x => Power(Tensor.Scalar(0, x.ElementType), x), [-1]),
        ["Sin"] = (Sin, [Infinity, -Infinity]),
        ["Cos"] = (Cos, [Infinity]),
        ["Square"] = (Square, [Infinity]),
        ["Silu"] = (Silu, [Infinity, -Infinity]),
        ["Gelu"] = (Gelu, [Infinity, -Infinity]),
        ["Log of an exponential"] = (x => Log(Exp(x)), [1e4, -1e4]),
        ["Square root of a square"] = (x => Sqrt(Square(x)), [0]),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void ABranchNotTakenHasNoGradient(string name)
    {
        var (function, poles) = All[name];
        foreach (var type in new[] { ElementType.Float32, ElementType.Float64 })
        {
            using var tape = new Tape();
            // The last one is taken.
            double[] points = [.. poles, 0.5], expected = [.. poles.Select(_ => 3.0), 0];
            var x = tape.Watch(Data.Vector(type, points));
            var taken = Data.Vector(type, [.. poles.Select(_ => 0.0), 1]);
            var y = Where(taken, function(x), 3 * x);
            foreach (bool record in new[] { false, true })
            {
                var seed = Tensor.Ones(y.Shape, type);
                double[] reverse = tape.Gradients([y], [seed], [x], record)[0].ToDoubles(),
                    forward = tape.Tangents([y], [x], [seed], record)[0].ToDoubles();
                Assert.Equal(expected[..^1], reverse[..^1]);
                Assert.Equal(expected[..^1], forward[..^1]);
                Assert.Equal(reverse[^1], forward[^1]);
            }
            // And none of second order; but a power that is infinite is multiplied by its logarithm, which is too.
            if (name == "Power, exponent") continue;
            var gradient = tape.Gradients([y], [Tensor.Ones(y.Shape, type)], [x], record: true)[0];
            Assert.All(tape.Gradients([gradient], [Tensor.Ones(y.Shape, type)], [x])[0].ToDoubles()[..^1],
                second => Assert.Equal(0, second));
        }
    }

    // A cotangent of 0 is one like any other: what it is multiplied by is still its slope.
    [Fact]
    public void AZeroHasTheSlopeOfEveryNumber()
    {
        using var tape = new Tape();
        Tensor weight = tape.Watch(Tensor.From(new[] { 0.0, 0, 0, 0 })), x = tape.Watch(Tensor.From(new[] { 0.5, 1, 2, 4 }));
        foreach (var (function, slope) in new (Func<Tensor, Tensor>, Func<double, double>)[]
        {
            (Log, a => 1 / a), (Sqrt, a => 0.5 / Math.Sqrt(a)), (Exp, Math.Exp), (Reciprocal, a => -1 / (a * a)),
                (a => Power(a, 1.5), a => 1.5 * Math.Sqrt(a)), (a => 2 / a, a => -2 / (a * a)),
        })
        {
            var gradient = tape.Gradients(Sum(weight * function(x)), [x], record: true)[0];
            Expect.Equal([4], [0, 0, 0, 0], gradient);
            double[] expected = Array.ConvertAll(x.ToDoubles(), a => slope(a));
            Expect.Near(expected, tape.Gradients(Sum(gradient), [weight])[0]);
            Expect.Near(expected, tape.Tangents([gradient], [weight], [Tensor.Ones([4], ElementType.Float64)])[0]);
        }
    }

    // Slopes are divided by what they are the reciprocal of: 1/x overflows where c/x does not.
    [Fact]
    public void TheEntropyOfANearlyCertainChoiceHasAGradient()
    {
        using var tape = new Tape();
        var logits = tape.Watch(Tensor.From(new[] { 0f, -95 }));
        var p = Softmax(logits);
        Assert.All(tape.Gradients(-Sum(p * Log(p)), [logits])[0].ToDoubles(), slope => Assert.True(Math.Abs(slope) < 1e-38));
        var tiny = tape.Watch(Tensor.From(new[] { 1e-40f }));
        Expect.Near([1], tape.Gradients([Log(tiny)], [Tensor.From(new[] { 1e-40f })], [tiny])[0], epsilons: 16);
    }

    [Fact]
    public void PolynomialsWithTensorsOfExponents()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 0.0 }));
        var y = Sum(Tensor.From(new[] { 2.0, 4, 3, 5 }) * Power(x, Tensor.From(new[] { 0.0, 1, 2, 3 })));
        var first = tape.Gradients(y, [x], record: true)[0];
        Expect.Equal([1], [4], first);
        var second = tape.Gradients(Sum(first), [x], record: true)[0];
        Expect.Equal([1], [6], second);
        Expect.Equal([1], [30], tape.Gradients(Sum(second), [x])[0]);
    }
}

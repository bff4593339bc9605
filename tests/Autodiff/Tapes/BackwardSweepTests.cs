using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>
/// Ways in which contributions meet: each is a path through the sweep. All are compared with the recorded sweep, which takes none of them.
/// </summary>
public class BackwardSweepTests : IDisposable
{
    public static TheoryData<string> Names => [.. Losses.Keys];

    static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Losses = new()
    {
        ["the cotangent itself goes to both sides"] = (x, w) => Sum((x + x) * x),
        ["the same cotangent to two owners, one of which grows"] = (x, w) =>
            { var a = x * 2; var b = x * 3; return Sum(Square(a + b)) + Sum(a) + Sum(a * b); },
        ["slices add in place"] = (x, w) =>
        { var s = x[0] * x[1]; for (int t = 0; t < 4; t++) s += Square(x[t % 3]) * t; return Sum(s) + Sum(x); },
        ["a slice of a slice"] = (x, w) => Sum(Square(x[1..][1])) + Sum(Slice(x, 1, 1, 2) * Slice(x, -1, 0, 2)),
        ["all of it after a slice"] = (x, w) => Sum(x[0]) + Sum(x * x) + Sum(x[2]),
        ["a product and the operand elsewhere"] = (x, w) => Sum(MatMul(x, w)) + Sum(w * w) + Sum(MatMul(Tanh(x), w)),
        ["a product, transposed and not"] = (x, w) => Sum(Square(MatMul(x, w))) + Sum(MatMul(x, w, transposeRight: true)),
        ["a product of a computed operand"] = (x, w) => Sum(MatMul(x, Tanh(w))) + Sum(MatMul(x, Tanh(w)[..3])),
        ["a product of a vector"] = (x, w) => Sum(Square(MatMul(x[0], w))) + Sum(Affine(x[1], w, x[2])),
        ["an affine map, bias and weight shared"] = (x, w) => Sum(Square(Affine(x, w, w[0]))),
        ["rows gathered, several times"] = (x, w) => Sum(GatherRows(w, [0, 2, 2, 0]) * GatherRows(x, [1, 1, 0, 2])) + Sum(w[0]),
        ["parts of which some are unused"] = (x, w) => { var parts = Unstack(x); return Sum(parts[0] * parts[2] * w[0]) + Sum(parts[0]); },
        ["views handed on"] = (x, w) => Sum(x.Reshape(-1) * Permute(w, 1, 0).Reshape(-1)) + Sum(x.Reshape(9)[3..6]),
        ["broadcasting undone"] = (x, w) => Sum(Square(x * w[0] + w.Reshape(3, 1, 3) - Sum(x))),
        ["an unrolled network"] = (x, w) =>
        {
            var h = x;
            for (int t = 0; t < 5; t++) h = h * Sigmoid(MatMul(h, w)) + Tanh(MatMul(x, w) + h[0]);
            return Sum(Square(h));
        },
        ["stacked and concatenated"] = (x, w) => Sum(Square(Stack([x, w, x]))) + Sum(Concatenate(1, x, w, w) * Concatenate(-1, w, x, x)),
        ["nothing reaches one side"] = (x, w) => Sum(Where(Greater(x, w), x * x, w)) + Sum(Greater(w, x)),
    };

    [Theory, MemberData(nameof(Names))]
    public void AgreesWithTheRecordedSweep(string name)
    {
        var (x, w) = (new Parameter("x", Data.Normal([3, 3], 1)), new Parameter("w", Data.Normal([3, 3], 2)));
        double[] expected = [.. Gradients(name, x, w, record: true)];
        foreach (bool poison in new[] { false, true, true })
        {
            BufferPoison.IsOn = poison;
            var gradients = Gradients(name, x, w, record: false);
            Expect.Near(expected, Tensor.From(gradients), epsilons: 64, scale: 4);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void PoisonChangesNothing(string name)
    {
        var (x, w) =
            (new Parameter("x", Data.Normal([3, 3], 1, ElementType.Float32)),
            new Parameter("w", Data.Normal([3, 3], 2, ElementType.Float32)));
        var clean = Gradients(name, x, w, record: false);
        BufferPoison.IsOn = true;
        for (int i = 0; i < 3; i++) Assert.Equal(clean, Gradients(name, x, w, record: false));
        Assert.Equal(Gradients(name, x, w, record: true), Gradients(name, x, w, record: true));
    }

    [Theory, MemberData(nameof(Names))]
    public void ForwardModeAgrees(string name)
    {
        var (x, w) = (Data.Normal([3, 3], 1), Data.Normal([3, 3], 2));
        BufferPoison.IsOn = true;
        using var tape = new Tape();
        tape.Watch(x);
        tape.Watch(w);
        var loss = Losses[name](x, w);
        var (u, v) = (Data.Normal([3, 3], 3), Data.Normal([3, 3], 4));
        var gradients = tape.Gradients(loss, [x, w]);
        double expected = (Sum(gradients[0] * u) + Sum(gradients[1] * v)).ToScalar();
        Expect.Near([expected], tape.Tangents([loss], [x, w], [u, v])[0], epsilons: 256, scale: 4);
    }

    [Theory, MemberData(nameof(Names))]
    public void RecordedSweepsAreSweptOnEveryPath(string name)
    {
        BufferPoison.IsOn = true;
        using var tape = new Tape();
        var (x, w) = (tape.Watch(Data.Normal([3, 3], 1)), tape.Watch(Data.Normal([3, 3], 2)));
        var first = tape.Gradients(Losses[name](x, w), [x, w], record: true);
        var projection = Sum(first[0] * Data.Normal([3, 3], 3)) + Sum(first[1] * Data.Normal([3, 3], 4)) + 0 * Sum(x);
        var recorded = tape.Gradients(projection, [x, w], record: true);
        var swept = tape.Gradients(projection, [x, w]);
        Expect.Near(recorded[0], swept[0], epsilons: 256, scale: 16);
        Expect.Near(recorded[1], swept[1], epsilons: 256, scale: 16);
    }

    [Theory, MemberData(nameof(Names))]
    public void SymbolicSweepsHaveTheShapes(string name)
    {
        foreach (bool record in new[] { false, true })
        {
            using var tape = new Tape();
            var (x, w) = (tape.Watch(Tensor.Symbolic([3, 3])), tape.Watch(Tensor.Symbolic([3, 3])));
            var loss = Losses[name](x, w);
            Assert.True(loss.IsSymbolic);
            Assert.All(tape.Gradients(loss, [x, w], record), gradient => Assert.Equal([3, 3], gradient.Shape));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void OneSymbolicOperandIsEnough(string name)
    {
        using var tape = new Tape();
        var (x, w) = (tape.Watch(Data.Normal([3, 3], 1)), tape.Watch(Tensor.Symbolic([3, 3], ElementType.Float64)));
        Assert.All(tape.Gradients(Losses[name](x, w), [x, w]), gradient => Assert.Equal([3, 3], gradient.Shape));
        var y = Sum(Square(x));
        Expect.Near(2 * x, tape.Gradients(y, [x])[0]);
    }

    public void Dispose()
    {
        BufferPoison.IsOn = false;
        GC.SuppressFinalize(this);
    }

    static double[] Gradients(string name, Parameter x, Parameter w, bool record)
    {
        using var tape = new Tape();
        var loss = Losses[name](x, w);
        return [.. tape.Gradients(loss, [x, w], record).SelectMany(gradient => gradient.ToDoubles())];
    }
}

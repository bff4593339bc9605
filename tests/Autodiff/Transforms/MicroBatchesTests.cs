using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class MicroBatchesTests
{
    const int Batches = 7;

    static readonly RandomKey Key = new(4);
    static readonly Recurrent<LstmState> Model = Recurrent.Over(new LstmCell(3, 6, Key));
    static readonly Tensor[] Parts = [.. Enumerable.Range(0, Batches).Select(i => Key.For("x").At(i).Normal([5, 2 + i, 3]))];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(100)]
    public void TheBitsDoNotDependOnTheNumberOfThreads(int threads)
    {
        var (value, gradients) = Sum(1);
        for (int repetition = 0; repetition < 5; repetition++)
        {
            var (again, others) = Sum(threads);
            Assert.Equal(value.ToScalar(), again.ToScalar());
            for (int i = 0; i < gradients.Length; i++) Assert.Equal(gradients[i].ToArray<float>(), others[i].ToArray<float>());
        }
    }

    [Fact]
    public void TheSumsAreThoseOfOneTapeToRounding()
    {
        var (value, gradients) = Sum(2);
        using var tape = new Tape();
        var loss = Parts.Select((_, i) => Loss(i)).Aggregate((a, b) => a + b);
        Expect.Near([loss.ToScalar()], value, epsilons: 4 * Batches, scale: 1);
        var expected = tape.Gradients(loss, Model.Parameters);
        for (int i = 0; i < expected.Length; i++) Expect.Near(expected[i].ToDoubles(), gradients[i], epsilons: 16 * Batches, scale: 1);
    }

    [Fact]
    public void TheyOutliveEveryTapeAndAreZeroForWhatIsNotUsed()
    {
        var unused = new Parameter("unused", Tensor.Ones([2]));
        var w = new Parameter("w", Tensor.From([2f, 3f]));
        var (value, gradients) = Differentiate.ValueAndGradient(3, i => Functions.Sum(Square(w)) * i, [unused, w], threads: 2);
        Assert.Equal(39, value.ToScalar());
        Assert.Equal([0f, 0f], gradients[0].ToArray<float>());
        Assert.Equal([12f, 18f], gradients[1].ToArray<float>());
        var constant = Differentiate.ValueAndGradient(2, _ => Tensor.Ones([1]), [w], threads: 2);
        Assert.Equal((2, 0), (constant.Value.ToScalar(), constant.Gradients[0].At(1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void TheErrorOfTheFirstThatFailsComesOut(int threads)
    {
        var errors = Enumerable.Range(0, 20).Select(i => new FormatException($"{i}")).ToArray();
        for (int repetition = 0; repetition < 20; repetition++)
        {
            var error = Assert.Throws<FormatException>(
                () => Differentiate.ValueAndGradient(20, i => i < 5 ? Loss(i) : throw errors[i], Model.Parameters, threads));
            Assert.Same(errors[5], error);
            Assert.Null(Tape.Current);
        }
    }

    [Fact]
    public void EachIsAskedForOnce()
    {
        var asked = new int[50];
        Differentiate.ValueAndGradient(50, i => Loss(Interlocked.Increment(ref asked[i]) % Batches), Model.Parameters, threads: 3);
        Assert.All(asked, count => Assert.Equal(1, count));
    }

    [Fact]
    public void AParameterThatChangesMeanwhileIsAnError()
    {
        var w = new Parameter("w", Tensor.Ones([2]));
        var error = Assert.Throws<TapeException>(() => Differentiate.ValueAndGradient(
            3,
            i =>
            {
                // Before any use of it on the micro-batch's own tape.
                if (i == 1) w.Change<float>(values => values[0]++);
                return Functions.Sum(w);
            },
            [w],
            threads: 1));
        Expect.Mentions(error, "Parameter w");
    }

    [Fact]
    public void MisuseIsAnError()
    {
        var w = new Parameter("w", Tensor.Ones([2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Differentiate.ValueAndGradient(0, _ => Functions.Sum(w), [w], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Differentiate.ValueAndGradient(1, _ => Functions.Sum(w), [w], 0));
        Assert.Throws<ArgumentNullException>(() => Differentiate.ValueAndGradient(1, null!, [w], 1));
        Assert.Throws<ArgumentNullException>(() => Differentiate.ValueAndGradient(1, _ => Functions.Sum(w), null!, 1));
        Assert.Throws<ShapeException>(() => Differentiate.ValueAndGradient(1, _ => w * 2, [w], 1));
        Assert.Throws<ShapeException>(
            () => Differentiate.ValueAndGradient(2, i => i == 0 ? Functions.Sum(w) : Functions.Sum(w).Reshape(1), [w], 1));
        using var tape = new Tape();
        var error = Assert.Throws<TapeException>(() => Differentiate.ValueAndGradient(1, _ => Functions.Sum(w), [w], 1));
        Expect.Mentions(error, "micro-batch", "tape of its own");
    }

    static (Tensor Value, Tensor[] Gradients) Sum(int threads) => Differentiate.ValueAndGradient(Batches, Loss, Model.Parameters, threads);

    static Tensor Loss(int batch) => Mean(Square(Model.Forward(Parts[batch]) - 0.3)) / Batches;
}

using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class PartitionTests : Poisoned
{
    [Fact]
    public void PartsAreSourcesAgainAndAgain()
    {
        for (int i = 0; i < 3; i++)
        {
            using var tape = new Tape();
            var x = tape.Watch(Tensor.From(new[] { 3.0, 4.0, 5.0 }));
            var parts = Unstack(x);
            var loss = parts[0] * parts[0] * parts[2];
            for (int n = 0; n < 3; n++)
            {
                Expect.Equal([], [30], tape.Gradients(loss, [parts[0]])[0]);
                Expect.Equal([3], [30, 0, 9], tape.Gradients(loss, [parts[1], x])[1]);
                Expect.Equal([], [9], tape.Gradients(loss, [parts[2], x])[0]);
                Expect.Equal([], [0], tape.Gradients(loss, [parts[1]])[0]);
            }
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void PartsMayBeMatricesOfProducts(bool record)
    {
        using var tape = new Tape();
        var weights = tape.Watch(Data.Normal([3, 4, 2]));
        var x = Data.Normal([5, 4], 2);
        var sum = Tensor.Zeros([5, 2], ElementType.Float64);
        var parts = Unstack(weights);
        for (int i = 0; i < 3; i++) sum += (i + 1) * MatMul(x, parts[i]);
        var one = MatMul(x, Tensor.Ones([5, 2], ElementType.Float64), transposeLeft: true);
        double[] expected = [.. Enumerable.Range(1, 3).SelectMany(i => (i * one).ToDoubles())];
        var gradients = tape.Gradients(Sum(sum), [weights, parts[1]], record);
        Expect.Near(expected, gradients[0], scale: 10);
        Expect.Near((2 * one).ToDoubles(), gradients[1], scale: 10);
        var again = tape.Gradients(Sum(sum), [parts[1]], record);
        Expect.Near((2 * one).ToDoubles(), again[0], scale: 10);
    }

    [Fact]
    public void UntrackedOperandsAreNotRecorded()
    {
        using var tape = new Tape();
        var parts = Unstack(Data.Counting([3, 2]));
        Assert.Equal(0, tape.Position);
        Expect.Equal([2], [3, 4], parts[1]);
        Assert.Empty(Unstack(tape.Watch(Tensor.Zeros([0, 2]))));
    }

    [Fact]
    public void TangentsPassThroughParts()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 3.0, 4.0 }));
        var parts = Unstack(x);
        var y = parts[0] * parts[1];
        Expect.Equal([], [3 * 10 + 4], tape.Tangents([y], [x], [Tensor.From(new[] { 1.0, 10.0 })])[0]);
        Expect.Equal([], [4], tape.Tangents([y], [parts[0]], [Tensor.Ones([], ElementType.Float64)])[0]);
    }

    [Fact]
    public void SecondOrderPassesThroughParts()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new[] { 3.0, 4.0 }));
        var parts = Unstack(x);
        var first = tape.Gradients(parts[0] * parts[0] * parts[1], [x], record: true)[0];
        Expect.Equal([2], [24, 9], first);
        Expect.Equal([2], [8 + 6, 6], tape.Gradients(Sum(first), [x])[0]);
    }
}

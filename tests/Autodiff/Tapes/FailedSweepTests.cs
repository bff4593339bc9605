using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

public class FailedSweepTests : Poisoned
{
    /// <summary>Doubles its operand; its rules fail while told to.</summary>
    sealed class Brittle : Operation
    {
        public bool Fails = true;

        public override string Name => "Brittle";

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => Accumulation.Copy(operands[0], result);

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) =>
            Fails ? throw new InvalidOperationException("This rule fails.") : cotangent * 1;

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) =>
            Fails ? throw new InvalidOperationException("This rule fails.") : tangents[0]! * 1;
    }

    [Theory, InlineData(false), InlineData(true)]
    public void TheTapeStaysUsable(bool record)
    {
        var brittle = new Brittle();
        var w = new Parameter("w", Data.Normal([3, 3]));
        using var tape = new Tape();
        var x = tape.Watch(Data.Normal([2, 3], 2));
        // Contributions wait in slots and queues when the rule fails.
        var h = MatMul(Dispatcher.Apply(brittle, MatMul(x, w)) + x[0], w);
        var loss = Sum(Square(h)) + Sum(x * 2);
        for (int i = 0; i < 3; i++) Assert.Throws<InvalidOperationException>(() => tape.Gradients(loss, [w, x], record));
        Assert.Throws<InvalidOperationException>(() => tape.Tangents([loss], [x], [x], record));
        Assert.True(tape.IsRecording);
        brittle.Fails = false;
        var after = tape.Gradients(loss, [w, x]);
        using (tape.Pause())
        {
            Expect.Near(Expected(w, x.Detach(), brittle)[0], after[0], epsilons: 16, scale: 1);
            Expect.Near(Expected(w, x.Detach(), brittle)[1], after[1], epsilons: 16, scale: 1);
        }
    }

    [Fact]
    public void TheNextTapeIsNotTouched()
    {
        var brittle = new Brittle();
        for (int i = 0; i < 5; i++)
        {
            brittle.Fails = true;
            var w = new Parameter("w", Data.Normal([3, 3]));
            using (var tape = new Tape())
                Assert.Throws<InvalidOperationException>(
                    () => tape.Gradients(Sum(MatMul(Dispatcher.Apply(brittle, MatMul(w, w)), w)), [w]));
            brittle.Fails = false;
            using var next = new Tape();
            var y = next.Watch(Tensor.From(new[] { 3.0 }));
            Expect.Equal([1], [6], next.Gradients(y * y, [y])[0]);
        }
    }

    [Fact]
    public void AFailedSweepGivesItsMemoryBack()
    {
        var brittle = new Brittle();
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([1000]));
        var y = Dispatcher.Apply(brittle, x);
        for (int i = 0; i < 20; i++) y = Tanh(y) * 1.5;
        var loss = Sum(Square(y));
        Assert.Throws<InvalidOperationException>(() => tape.Gradients(loss, [x]));
        long before = tape.AllocatedBytes;
        for (int i = 0; i < 100; i++) Assert.Throws<InvalidOperationException>(() => tape.Gradients(loss, [x]));
        Assert.Equal(before, tape.AllocatedBytes);
    }

    // In another thread, because there is one tape for each.
    static double[][] Expected(Parameter w, Tensor x, Brittle brittle)
    {
        double[][] result = [];
        var thread = new Thread(() =>
        {
            using var tape = new Tape();
            tape.Watch(x);
            var h = MatMul(Dispatcher.Apply(brittle, MatMul(x, w)) + x[0], w);
            result = Array.ConvertAll(tape.Gradients(Sum(Square(h)) + Sum(x * 2), [w, x], record: true), gradient => gradient.ToDoubles());
        });
        thread.Start();
        thread.Join();
        return result;
    }
}

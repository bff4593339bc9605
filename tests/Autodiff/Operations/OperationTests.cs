namespace Autograd.Tests.Autodiff;

public class OperationTests : Poisoned
{
    /// <summary>The sum of two tensors, as an operation that nobody wrote rules for.</summary>
    sealed class Unruly : Operation
    {
        public override string Name => "Unruly";

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => Accumulation.Copy(operands[0], result);
    }

    /// <summary>An operation whose rules give a wrong shape.</summary>
    sealed class Misshapen : Operation
    {
        public override string Name => "Misshapen";

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => operands[0].Shape;

        public override void Compute(ReadOnlySpan<Tensor> operands, Tensor result) => Accumulation.Copy(operands[0], result);

        public override Tensor? Vjp(in Call call, int argument, Tensor cotangent) => Functions.Sum(cotangent);

        public override Tensor? Jvp(in Call call, ReadOnlySpan<Tensor?> tangents) => Functions.Sum(tangents[0]!);
    }

    [Fact]
    public void AMissingRuleNamesOperationAndArgument()
    {
        using var tape = new Tape();
        var x = Tensor.Ones([1]);
        var w = tape.Watch(Tensor.Ones([1]));
        var y = Dispatcher.Apply(new Unruly(), x, w);
        Expect.Mentions(Assert.Throws<MissingRuleException>(() => tape.Gradients(y, [w])), "Unruly", "argument 1", "vjp");
        Expect.Mentions(Assert.Throws<MissingRuleException>(() => tape.Tangents([y], [w], [w])), "Unruly", "argument 1", "jvp");
        var z = Dispatcher.Apply(new Unruly(), w, x);
        Expect.Mentions(Assert.Throws<MissingRuleException>(() => tape.Gradients(z, [w])), "Unruly", "argument 0", "vjp");
    }

    [Fact]
    public void ARuleThatNoGradientReachesIsNotNeeded()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([1]));
        var w = tape.Watch(Tensor.Ones([1]));
        _ = Dispatcher.Apply(new Unruly(), x, w);
        Expect.Equal([1], [2], tape.Gradients(x * x, [x])[0]);
        Expect.Equal([1], [1], tape.Gradients(Dispatcher.Apply(new Unruly(), x, x) * w, [w])[0]);
    }

    [Fact]
    public void ARuleOfAWrongShapeIsNamed()
    {
        using var tape = new Tape();
        var x = tape.Watch(Tensor.Ones([2]));
        var y = Dispatcher.Apply(new Misshapen(), x);
        Expect.Mentions(Assert.Throws<ShapeException>(() => tape.Gradients(Functions.Sum(y), [x])), "Misshapen", "vjp", "[]", "[2]");
        Expect.Mentions(Assert.Throws<ShapeException>(() => tape.Tangents([y], [x], [x])), "Misshapen", "jvp", "[]", "[2]");
    }
}

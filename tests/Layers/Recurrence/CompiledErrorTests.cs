using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>Steps that cannot be compiled run eagerly and say why; steps that are wrong are errors that name the operation.</summary>
public class CompiledErrorTests
{
    static readonly RandomKey Key = new(5);
    static readonly Tensor X = Tensor.Ones([4, 3, 2]) * 0.5;

    static Recurrent<Tensor> Over(Func<Tensor, Tensor, (Tensor, Tensor)> step, int size = 2) =>
        Recurrent.Over(new FunctionCell<Tensor>(step, size));

    [Fact]
    public void AStepThatReadsAValueRunsEagerly()
    {
        var scalar = Over((x, s) => Sum(s).ToScalar() > 1 ? (s, x) : (x, s + x));
        Close.Same(Eagerly(scalar), scalar.Forward(X));
        BothWays.Took(scalar, "the step cannot be traced: A value was read");
        var span = Over((x, s) => s.AsSpan<float>()[0] > 1 ? (s, x) : (x, s + x));
        Close.Same(Eagerly(span), span.Forward(X));
        BothWays.Took(span, "the step cannot be traced: A value was read");
        Assert.StartsWith("FunctionCell`1 runs eagerly: the step cannot be traced: A value", span.Explain(X), StringComparison.Ordinal);
    }

    [Fact]
    public void DataThatDiffersBetweenCallsRunsEagerly()
    {
        int calls = 0;
        var layer = Over((x, s) => (s + x, s + Tensor.Full([2], calls++)));
        layer.Forward(X);
        BothWays.Took(layer, "the step uses other data [2] at each call");
    }

    [Fact]
    public void DataThatDiffersBetweenCallsIsSeenWhereAPlanIsKnown()
    {
        bool changes = false;
        int calls = 0;
        var layer = Over((x, s) => (s + x, s * Tensor.Full([2], changes ? ++calls : 3)));
        layer.Forward(X);
        BothWays.Took(layer, null);
        changes = true;
        layer.Forward(X);
        BothWays.Took(layer, "the step uses other data [2] at each call");
    }

    [Fact]
    public void AnInputOrStateOfAnEndedTapeIsAnError()
    {
        var layer = Over((x, s) => (s, s + x));
        Tensor x, state;
        using (new Tape()) (x, state) = (X + 1, Tensor.Ones([3, 2]) + 1);
        Mentions(Assert.Throws<ObjectDisposedException>(() => layer.Forward(x)), "Recurrent", "Detach");
        Mentions(Assert.Throws<ObjectDisposedException>(() => layer.Run(X, state)), "Recurrent", "Detach");
    }

    [Fact]
    public void AScalarOutputWithLengthsIsAnError()
    {
        var layer = Over((x, s) => (Sum(s), s + x));
        Mentions(Assert.Throws<ShapeException>(() => layer.Forward(X, [4, 1, 2])), "Recurrent", "scalar");
        layer.Execution = Execution.Eager;
        Mentions(Assert.Throws<ShapeException>(() => layer.Forward(X, [4, 1, 2])), "Recurrent", "scalar");
    }

    [Fact]
    public void AStateOfOneStepIsNoSource()
    {
        var layer = Recurrent.Over(new GruCell(2, 2, Key));
        using var tape = new Tape();
        var run = layer.Run(X);
        var state = run.States[1];
        Mentions(Assert.Throws<TapeException>(() => tape.Gradients(Sum(run.Outputs), [state])), "Eager");
    }

    /// <summary>An operation of one's own is known by the object; one for all steps is compiled.</summary>
    [Fact]
    public void AnOperationMadeAnewRunsEagerly()
    {
        var layer = Over((x, s) => new Doubled().Apply(s + x) is var next ? (next, next) : default);
        Close.Same(Eagerly(layer), layer.Forward(X));
        BothWays.Took(layer, "the step makes its operation Doubled anew at each call");
        var doubled = new Doubled();
        var constant = Over((x, s) => doubled.Apply(s * 0.3 + x) is var next ? (next, next) : default);
        var input = InDouble.Draw(Key, 4, 3, 2);
        BothWays.Agree(constant, () => BothWays.Everything(constant, input, null, input));
    }

    sealed class Doubled : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => operands[0] * 2;

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => cotangent * 2;
    }

    [Fact]
    public void OtherElementTypesWithinTheStepRunEagerly()
    {
        var layer = Over((x, s) => Tanh(s.As(ElementType.Float64)).As(ElementType.Float32) + x is var next ? (next, next) : default);
        Close.Same(Eagerly(layer), layer.Forward(X));
        BothWays.Took(layer, "the step computes in Float64");
    }

    [Fact]
    public void AnOutputOfAnotherTypeRunsEagerly()
    {
        var constant = InDouble.Draw(Key, 3, 2);
        var layer = Over((x, s) => (constant, s + x));
        Close.Same(Eagerly(layer), layer.Forward(X));
        BothWays.Took(layer, "the step");
    }

    [Fact]
    public void AnotherStateShapeIsAnErrorThatNamesTheCell()
    {
        var layer = Over((x, s) => (x, Concatenate(-1, s, x)));
        foreach (var way in (Execution[])[Execution.Compiled, Execution.Eager])
        {
            layer.Execution = way;
            var error = Assert.Throws<ShapeException>(() => layer.Forward(X));
            Assert.Contains("tensor 0 of the state is [3, 2] before the step and [3, 4] after it", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ATensorOfAFinishedTapeIsAnErrorThatNamesTheOperation()
    {
        Tensor stale;
#pragma warning disable AG0006 // What has ended is what the test is about.
        using (var tape = new Tape()) stale = Tanh(tape.Watch(Tensor.Ones([3, 2])));
#pragma warning restore AG0006
        var used = Over((x, s) => (x, s * stale));
        Assert.Contains("Multiply", Assert.Throws<ObjectDisposedException>(() => used.Forward(X)).Message, StringComparison.Ordinal);
        using var another = new Tape();
        Assert.Contains("Multiply", Assert.Throws<ObjectDisposedException>(() => used.Forward(X)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATensorOfAFinishedTapeAsAResultIsAnError()
    {
        Tensor stale;
#pragma warning disable AG0006 // What has ended is what the test is about.
        using (var tape = new Tape()) stale = Tanh(tape.Watch(Tensor.Ones([3, 2])));
#pragma warning restore AG0006
        Assert.Throws<ObjectDisposedException>(() => Over((x, s) => (stale, s + x)).Forward(X));
        Assert.Throws<ObjectDisposedException>(() => Over((x, s) => (x, stale)).Forward(X));
    }

    [Fact]
    public void MixedElementTypesAreAnErrorThatNamesTheOperation()
    {
        var captured = InDouble.Draw(Key, 3, 2);
        var layer = Over((x, s) => (x, s * captured));
        var error = Assert.Throws<ElementTypeException>(() => layer.Forward(X));
        Assert.Contains("Multiply: operand 0 is Float32 [3, 2], operand 1 is Float64 [3, 2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorsOfShapeNameTheOperation()
    {
        var layer = Over((x, s) => (x, s + MatMul(x, Tensor.Ones([3, 2]))));
        Assert.Contains("MatMul", Assert.Throws<ShapeException>(() => layer.Forward(X)).Message, StringComparison.Ordinal);
        // Nothing of the failed trace is left behind.
        Assert.Null(Tape.Current);
        Close.Same(Tensor.Ones([2]), Over((x, s) => (x, s)).Forward(X)[0][0] * 2);
    }

    [Fact]
    public void NoElementsRunEagerly()
    {
        var layer = Over((x, s) => (x + s, s));
        layer.Forward(Tensor.Zeros([4, 0, 2]));
        BothWays.Took(layer, "there are no elements");
    }

    static Tensor Eagerly(Recurrent<Tensor> layer)
    {
        layer.Execution = Execution.Eager;
        var result = layer.Forward(X).Detach();
        BothWays.Took(layer, "the layer's Execution is Eager");
        layer.Execution = Execution.Compiled;
        return result;
    }

    static void Mentions(Exception error, params string[] words) =>
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
}

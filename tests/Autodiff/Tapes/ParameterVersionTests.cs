using System.Numerics.Tensors;
using Autograd.Layers;
using Autograd.Optimizers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Autodiff;

/// <summary>A parameter that is written while it is used is an error, wherever it is noticed, and never a mixture of two values.</summary>
public class ParameterVersionTests
{
    readonly Parameter w = new("gate.W", Tensor.Ones([2, 3]));

    [Fact]
    public void AVersionIsOddWhileTheValueIsWritten()
    {
        Assert.Equal(0, w.Version);
        var change = w.Change<float>();
        Assert.Equal(1, w.Version);
        change.Dispose();
        change.Dispose();
        Assert.Equal(2, w.Version);
        Assert.Throws<FormatException>(() => w.Change<float>(_ => throw new FormatException()));
        Assert.Equal(4, w.Version);
        w.Assign(w);
        Assert.Equal(6, w.Version);
        Assert.Throws<ArgumentNullException>(() => w.Change<float>(null!));
        default(ParameterChange<float>).Dispose();
    }

    [Fact]
    public void TwoCannotWriteAtOnce()
    {
        using (w.Change<float>())
        {
            var error = Assert.Throws<ParameterChangeException>(() => w.Change<float>().Dispose());
            Assert.Same(w, error.Parameter);
            Expect.Mentions(error, "gate.W", "is being written already");
            Assert.Throws<ParameterChangeException>(() => w.Assign(Tensor.Zeros([2, 3])));
            var other = new Parameter("b", Tensor.Zeros([1]));
            var optimizer = new Sgd([other, w], 1);
            Assert.Throws<ParameterChangeException>(() => optimizer.Step([Tensor.Ones([1]), Tensor.Ones([2, 3])]));
            // Nothing has changed, and what was begun has ended.
            Assert.Equal((0, 0, 0L), (other.At(0), other.Version % 2, optimizer.Steps));
            Assert.Equal(1, w.Version);
        }
        w.Assign(Tensor.Zeros([2, 3]));
    }

    [Fact]
    public void ItCannotBeUsedWhileItIsWritten()
    {
        var x = Tensor.Ones([1, 2]);
        var layer = Recurrent.Over(new RnnCell(2, 3, new RandomKey(1)));
        var used = layer.Parameters[0];
        Refuses("gate.W", w, () => MatMul(x, w));
        Refuses("gate.W", w, () => w.Detach());
        Refuses("gate.W", w, () => w.ToDoubles());
        Refuses("gate.W", w, () => new Parameter("copy", w));
        Refuses("gate.W", w, () => new Parameter("other", Tensor.Zeros([2, 3])).Assign(w));
        Refuses(used.Name, used, () => layer.Forward(Tensor.Ones([4, 1, 2])));
        Action[] uses =
            [() => MatMul(x, w), () => Tape.Current!.Watch(w), () => w.Reshape(-1), () => layer.Forward(Tensor.Ones([4, 1, 2]))];
        foreach (var use in uses)
        {
            using var scope = new Tape();
            using var first = w.Change<float>();
            using var second = used.Change<float>();
            Assert.Throws<TapeException>(use);
        }
    }

    static void Refuses(string name, Parameter parameter, Action use)
    {
        using (parameter.Change<float>()) Expect.Mentions(Assert.Throws<TapeException>(use), name, "is being written");
        use();
    }

    [Fact]
    public void AChangeIsNoticedAtTheNextUse()
    {
        using var tape = new Tape();
        var view = w.Reshape(3, 2);
        _ = w * 2;
        w.Change<float>(values => values[0] = 5);
        Action[] uses = [() => Exp(w), () => w.Reshape(-1), () => Unstack(w), () => tape.Gradients(Tensor.Ones([1]), [w])];
        foreach (var use in uses)
            Expect.Mentions(Assert.Throws<TapeException>(use), "Parameter gate.W", "was changed after it had been used on this tape");
        // What is not recorded has no gradient that could be wrong, but a view would have another value.
        using var pause = tape.Pause();
        Assert.Equal(10, (w * 2).At(0, 0));
        foreach (var use in new Action[] { () => Exp(view), () => view.ToDoubles(), () => view.At(0, 0), () => view.Detach() })
            Expect.Mentions(Assert.Throws<TapeException>(use), "Parameter gate.W was changed after the tensor [3, 2]", "a view of it");
    }

    [Fact]
    public void AViewMadeInAPauseIsNoAliasAfterTheTape()
    {
        Tensor view;
        using (var tape = new Tape())
#pragma warning disable AG0006 // What the analyzer warns of.
        using (tape.Pause()) view = w.Reshape(3, 2);
#pragma warning restore AG0006
        double[] before = view.ToDoubles();
        Assert.Equal(w.ToDoubles(), before);
        w.Change<float>(values => values[0] = 5);
        Assert.Throws<TapeException>(() => view.ToDoubles());
    }

    [Fact]
    public void AStateThatPassesThroughIsNoParameter()
    {
        foreach (var execution in new[] { Execution.Eager, Execution.Compiled })
        {
            var state = new Parameter("s", Tensor.Ones([2, 2]));
            var layer = new Recurrent<Tensor>(new Keep()) { Execution = execution };
            var run = layer.Run(Tensor.Ones([1, 2, 2]), state);
            state.Assign(Tensor.Zeros([2, 2]));
            Assert.All(run.Final.ToDoubles(), one => Assert.Equal(1, one));
            Assert.All(run.States[0].ToDoubles(), one => Assert.Equal(1, one));
        }
    }

    sealed class Keep() : Cell<Tensor>(default, 2)
    {
        public override Tensor Initial(int batch, ElementType type) => Tensor.Zeros([batch, 2], type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) => (x + state, state);
    }

    [Fact]
    public void AChangeDuringAnOperationIsNoticed()
    {
        var writes = new Writes(w);
        Expect.Mentions(Assert.Throws<TapeException>(() => writes.Apply(w)), "Parameter gate.W changed while being read");
        var b = new Parameter("b", Tensor.Ones([2, 3]));
        Expect.Mentions(Assert.Throws<TapeException>(() => writes.Apply(b, w)), "One of the parameters b, gate.W");
        using var tape = new Tape();
        Expect.Mentions(Assert.Throws<TapeException>(() => writes.Apply(w)), "Parameter gate.W");
    }

    [Fact]
    public void AChangeDuringTheSweepIsNoticed()
    {
        foreach (bool isCompiled in (bool[])[false, true])
        {
            var layer = Recurrent.Over(new RnnCell(2, 3, new RandomKey(1)));
            if (!isCompiled) layer.Execution = Execution.Eager;
            var changed = layer.Parameters[1];
            using var tape = new Tape();
            var y = new WritesBackward(changed).Apply(layer.Forward(Tensor.Ones([4, 1, 2])));
            var error = Assert.Throws<TapeException>(() => tape.Gradients(Sum(y), layer.Parameters));
            Expect.Mentions(error, changed.Name, isCompiled ? "changed while being read" : "changed after it had been used");
        }
        using var other = new Tape();
        var product = new WritesBackward(w).Apply(w);
        Expect.Mentions(Assert.Throws<TapeException>(() => other.Gradients(Sum(product), [w])), "Parameter gate.W");
    }

    [Fact]
    public void AChangeDuringACompiledRunIsNoticed()
    {
        var writes = new Writes(w);
        var layer = Recurrent.Over(new FunctionCell<Tensor>(
            (x, s) => writes.Apply(Tanh(s + MatMul(x, w))) is var next ? (next, next) : default, 3));
        var sequence = Tensor.Ones([4, 1, 2]);
        Expect.Mentions(Assert.Throws<TapeException>(() => layer.Forward(sequence)), "gate.W", "changed while being read");
        Assert.Contains("Compiled", layer.LastPath.ToString(), StringComparison.Ordinal);
        using var tape = new Tape();
        Expect.Mentions(Assert.Throws<TapeException>(() => layer.Forward(sequence)), "gate.W", "changed");
    }

    /// <summary>All elements are equal in every version, so a result from two versions would show it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatComesWithoutAnErrorIsOfOneVersion(bool isCompiled)
    {
        const int Steps = 300;
        var weight = new Parameter("weight", Tensor.Ones([512, 2048]));
        var optimizer = new Sgd([weight], 1e-5);
        var ones = Tensor.Ones(weight.Shape);
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => MatMul(x, weight) is var next ? (next, next) : default, 2048));
        var input = Tensor.Ones([1, 1, 512]);
        var other = new Thread(() =>
        {
            for (int i = 0; i < Steps; i++)
            {
                optimizer.Step([ones]);
                Thread.Sleep(i % 3);
            }
        });
        other.Start();
        int given = 0;
        for (bool isLast = false; !isLast || given == 0;)
        {
            isLast = !other.IsAlive;
            try
            {
                using var tape = new Tape();
                var y = isCompiled ? layer.Forward(input) : weight * 1;
                IsUniform(y);
                IsUniform(tape.Gradients(Sum(Square(y)), [weight])[0]);
                IsUniform(weight.Detach());
                given++;
            }
            catch (TapeException error)
            {
                Expect.Mentions(error, "weight");
            }
        }
        other.Join();
        Assert.Equal(2 * Steps, weight.Version);
    }

    static void IsUniform(Tensor tensor)
    {
        var elements = tensor.AsSpan<float>();
        Assert.Equal(TensorPrimitives.Min(elements), TensorPrimitives.Max(elements));
    }

    /// <summary>Gives its first operand, and changes a parameter while it does.</summary>
    sealed class Writes(Parameter parameter) : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands)
        {
            parameter.Change<float>(values => values[0]++);
            return operands[0];
        }

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) => cotangent;
    }

    /// <summary>Gives its operand, and changes a parameter in the backward sweep.</summary>
    sealed class WritesBackward(Parameter parameter) : CustomOperation
    {
        public override Tensor Value(ReadOnlySpan<Tensor> operands) => operands[0];

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent)
        {
            parameter.Change<float>(values => values[0]++);
            return cotangent;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AChangeIsNoticedThroughWhatHasNoHistory(bool stops)
    {
        var p = new Parameter("p", Tensor.From(new double[] { 0.2, 0.5 }));
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new double[] { 1, 2 }));
        Tensor view;
        using (tape.Pause()) view = stops ? Functions.StopGradient(p) : p.Reshape(2, 1).Reshape(2);
        var loss = Functions.Sum(x * view);
        p.Assign(Tensor.From(new double[] { 9, 9 }));
        Expect.Mentions(Assert.Throws<TapeException>(() => tape.Gradients(loss, [x])), "p", "changed");
    }

    [Fact]
    public void WhatStopsTheGradientOfAParameterOutsideOfATapeIsACopy()
    {
        var p = new Parameter("p", Tensor.From(new double[] { 0.2 }));
        var stopped = Functions.StopGradient(p);
        p.Assign(Tensor.From(new double[] { 9 }));
        Assert.Equal(0.2, stopped.ToScalar());
    }

    [Fact]
    public void AGradientThatIsAParameterDoesNotChangeWithIt()
    {
        var p = new Parameter("p", Tensor.From(new double[] { 0.2 }));
        using var tape = new Tape();
        var x = tape.Watch(Tensor.From(new double[] { 1 }));
        var gradient = tape.Gradients([x], [p], [x])[0];
        p.Assign(Tensor.From(new double[] { 9 }));
        Assert.Equal(0.2, gradient.ToScalar());
    }
}

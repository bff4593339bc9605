using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>The time step within a cell: noise of each step and functions of its number, in compiled runs as in eager ones.</summary>
public class StepValueTests
{
    static readonly RandomKey Key = new(11);

    public static TheoryData<string> Draws => [.. Drawn.Keys];

    // Of every shape that broadcasts against [5, 3].
    static Dictionary<string, Func<Tensor, RandomKey, Tensor>> Drawn => new()
    {
        ["normal"] = (x, key) => x + key.Normal([5, 3], 0.3, x.ElementType),
        ["uniform"] = (x, key) => x + key.Uniform([5, 3], -1, 2, x.ElementType),
        ["dropout"] = (x, key) => Dropout(x, 0.4, key),
        ["mask"] = (x, key) => x * StepMask([5, 3], 0.4, key, x.ElementType),
        ["row"] = (x, key) => x * key.Normal([3], 1, x.ElementType),
        ["sums with a row"] = (x, key) => x * Sum(Exp(x * 0.1 + key.Normal([3], 1, x.ElementType)), 1).Reshape(5, 1),
        ["column"] = (x, key) => x * key.Normal([5, 1], 1, x.ElementType),
        ["number"] = (x, key) => x * key.Normal([], 1, x.ElementType),
        ["one row"] = (x, key) => x * key.Normal([1, 3], 1, x.ElementType),
        ["step"] = (x, _) => x + TimeStep.Current.ToTensor(x.ElementType),
        ["sine of the step"] = (x, _) => x * Sin(TimeStep.Current.ToTensor(x.ElementType) * 0.7),
        ["gate"] = (x, _) =>
            Where(Greater(Sin(TimeStep.Current.ToTensor(x.ElementType) * 0.7), Tensor.Scalar(0.1, x.ElementType)), x * 1.5,
            x * (2 + TimeStep.Current.ToTensor(x.ElementType))),
        ["row of the step"] = (x, key) => x * Square(key.Normal([3], 1, x.ElementType) + TimeStep.Current.ToTensor(x.ElementType)),
        ["widened last"] = (x, _) =>
            x * (Sin(TimeStep.Current.ToTensor(x.ElementType) * 0.7) + Tensor.From([1.0, 2, -1], [3], x.ElementType)),
        ["broadcast step"] = (x, _) => x * Sin(BroadcastTo(TimeStep.Current.ToTensor(x.ElementType), [5, 3])),
    };

    [Theory]
    [MemberData(nameof(Draws))]
    public void CompiledRunsEqualEagerOnes(string name)
    {
        var draw = Drawn[name];
        var w = new Parameter("w", InDouble.Draw(Key.For("w"), 3, 3) * 0.5);
        var layer = Recurrent.Over(new FunctionCell<Tensor>(
            (x, s) => Tanh(MatMul(draw(s, Key.At(2).At(TimeStep.Current).For("state")), w) + draw(x, Key.At(TimeStep.Current))) is var next
            ? (next * 2, next) : default, 3));
        var x = InDouble.Draw(Key.For("x"), 7, 5, 3);
        foreach (int[]? lengths in (int[]?[])[null, [7, 1, 4, 6, 2]])
            foreach (var (threads, budget) in ((int, long?)[])[(1, null), (2, null), (1, 1)])
                BothWays.Agree(layer, () =>
                {
                    layer.Threads = threads;
                    layer.MemoryBudget = layer.Execution == Execution.Compiled ? budget : null;
                    using var tape = new Tape();
                    tape.Watch(x);
                    var run = layer.Run(x, lengths);
                    return BothWays.Detached(
                        [run.Outputs, run.Final, .. tape.Gradients(Sum(Square(run.Outputs)) + Sum(run.Final), [x, w])]);
                });
        // Every step has its own.
        var outputs = layer.Forward(Tensor.Ones([7, 5, 3], ElementType.Float64));
        Assert.Equal(7, Enumerable.Range(0, 7).Select(t => string.Join(" ", outputs[t].ToDoubles())).Distinct().Count());
    }

    [Fact]
    public void NoiseIsThatOfTheKeyAtTheStep()
    {
        foreach (var way in (Execution[])[Execution.Compiled, Execution.Eager])
        {
            var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (x + Key.At(TimeStep.Current).Normal([2, 3]), s), 3));
            layer.Execution = way;
            var outputs = layer.Forward(Tensor.Zeros([300, 2, 3]));
            Assert.Equal(way, layer.LastPath.Execution);
            for (int t = 0; t < 300; t++) Close.Same(Key.At(t).Normal([2, 3]), outputs[t]);
        }
    }

    /// <summary>A unit with period p takes over at steps 0, p, 2p … (Koutník, Greff, Gomez, Schmidhuber 2014).</summary>
    [Fact]
    public void AClockworkUnitRunsCompiled()
    {
        var periods = Tensor.From(new double[] { 1, 2, 4 });
        var layer = Recurrent.Over(new FunctionCell<Tensor>(
            (x, s) =>
            {
                // A tooth of the cosine wherever t is a multiple of the period.
                var isDue = Greater(
                    Cos(TimeStep.Current.ToTensor(x.ElementType) * (2 * Math.PI) / periods), Tensor.Scalar(1 - 1e-6, x.ElementType));
                var next = Where(isDue, s + x, s);
                return (next, next);
            },
            3));
        var x = Tensor.Ones([9, 2, 1], ElementType.Float64);
        foreach (var way in (Execution[])[Execution.Compiled, Execution.Eager])
        {
            layer.Execution = way;
            var outputs = layer.Forward(x);
            Assert.Equal(way, layer.LastPath.Execution);
            for (int t = 0; t < 9; t++) Assert.Equal([t + 1, t / 2 + 1, t / 4 + 1, t + 1, t / 2 + 1, t / 4 + 1], outputs[t].ToDoubles());
        }
    }

    /// <summary>
    /// What depends on the step alone is worked out before the steps: nothing of it is in the way of fused passes and threads.
    /// </summary>
    [Fact]
    public void AGateIsNoOperationOfTheProgram()
    {
        var w = new Parameter("w", InDouble.Draw(Key.For("w"), 3, 3));
        StepFunction step = (x, states, _) =>
        {
            var isOpen = Greater(Sin(TimeStep.Current.ToTensor(x.ElementType) * 0.7), Tensor.Scalar(0, x.ElementType));
            var next = Where(isOpen, Tanh(MatMul(states[0], w) + x), states[0]);
            return (next, [next]);
        };
        var (plan, reason) = ScanCompiler.Plan(step, new StepHistory(), InDouble.Draw(Key, 4, 5, 3), [InDouble.Draw(Key, 5, 3)], []);
        Assert.Null(reason);
        Assert.Null(plan!.Unsplittable);
        Assert.DoesNotContain(plan.Forward.Actions, action => action is OperationAction);
    }

    /// <summary>Passes read whole vectors; they must not read beyond the last step.</summary>
    [Fact]
    public void ARowOfTheStepIsFilledUp()
    {
        StepFunction step = (x, states, _) => (x * Key.At(TimeStep.Current).Normal([3], 1, x.ElementType), states);
        var (plan, _) = ScanCompiler.Plan(step, new StepHistory(), InDouble.Draw(Key, 4, 5, 3), [InDouble.Draw(Key, 5, 3)], []);
        Assert.Equal((KernelLayout.Padded(3, isSingle: false), 3), (plan!.Sequences[0].Buffer.Block, plan.Sequences[0].Width));
        Assert.Null(plan.Unsplittable);
    }

    /// <summary>
    /// A parameter keeps its gradient, so what it takes part in stays in the program; and a value of the step alone can be a result.
    /// </summary>
    [Fact]
    public void LearnedFunctionsOfTheStepHaveGradients()
    {
        var phase = new Parameter("phase", Tensor.From(new double[] { 0.1, 0.5, 0.9 }));
        var layer = Recurrent.Over(new FunctionCell<Tensor>(
            (x, s) => (Sin(TimeStep.Current.ToTensor(x.ElementType)), s * Sin(TimeStep.Current.ToTensor(x.ElementType) * 0.7 + phase) + x),
            3));
        var x = InDouble.Draw(Key.For("x"), 7, 5, 3);
        BothWays.Agree(layer, () =>
        {
            using var tape = new Tape();
            tape.Watch(x);
            var run = layer.Run(x);
            return BothWays.Detached([run.Outputs, run.Final, .. tape.Gradients(Sum(Square(run.Final)), [x, phase])]);
        });
    }

    [Fact]
    public void SecondOrderSeesTheSameNoise()
    {
        var layer = Recurrent.Over(
            new FunctionCell<Tensor>((x, s) => Tanh(s + x * Key.At(TimeStep.Current).Normal([2, 3], 1, x.ElementType)) is var next
            ? (next, next) : default, 3));
        var x = InDouble.Draw(Key.For("x"), 5, 2, 3);
        GradientCheck.Run(at => layer.Forward(at[0]), [x], []).ThrowIfFailed();
        BothWays.Agree(layer, () => [Differentiate.HessianVectorProduct(at => Sum(Square(layer.Forward(at))), x, x + 1).Product]);
    }

    [Fact]
    public void TheNumberOfAStepMakesARunEager()
    {
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => TimeStep.Current.Number % 4 == 3 ? (x, x) : (s + x, s + x), 1));
        var ramp = Tensor.From([1.0, 2, 3, 4, 5, 6], [6, 1, 1]);
        Assert.Equal([1, 3, 6, 4, 9, 15], layer.Forward(ramp).ToDoubles());
        BothWays.Took(layer, "the step cannot be traced: the number of the time step");
    }

    [Fact]
    public void ASingleNumberDrawnAtAStepMakesARunEager()
    {
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (x + Key.At(TimeStep.Current).Uniform(0), s), 1));
        var outputs = layer.Forward(Tensor.Zeros([4, 1, 1], ElementType.Float64)).ToDoubles();
        Assert.Equal(Enumerable.Range(0, 4).Select(t => Key.At(t).Uniform(0)), outputs);
        BothWays.Took(layer, "the step cannot be traced: a number drawn with the key of a time step");
    }

    [Fact]
    public void DrawsInAnotherElementTypeMakeARunEager()
    {
        var layer = Recurrent.Over(
            new FunctionCell<Tensor>((x, s) => (x + Key.At(TimeStep.Current).Normal([2, 3]).As(x.ElementType), s), 3));
        layer.Forward(Tensor.Zeros([4, 2, 3], ElementType.Float64));
        BothWays.Took(layer, "the step draws numbers [2, 3] in Float32, its input is Float64");
    }

    [Fact]
    public void KeysOfOtherTrainingStepsNeedNoOtherPlan()
    {
        int step = 0;
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (x + Key.At(step).At(TimeStep.Current).Normal([2, 3]), s), 3));
        for (; step < 3; step++)
        {
            var outputs = layer.Forward(Tensor.Zeros([4, 2, 3]));
            BothWays.Took(layer);
            for (int t = 0; t < 4; t++) Close.Same(Key.At(step).At(t).Normal([2, 3]), outputs[t]);
        }
    }

    /// <summary>The inner recurrence has steps of its own, and the outer one's go on after it.</summary>
    [Fact]
    public void NestedRecurrencesHaveStepsOfTheirOwn()
    {
        foreach (var outerWay in (Execution[])[Execution.Compiled, Execution.Eager])
            foreach (var innerWay in (Execution[])[Execution.Compiled, Execution.Eager])
            {
                var inner = Recurrent.Over(
                    new FunctionCell<Tensor>((x, s) => s + x * TimeStep.Current.ToTensor() is var next ? (next, next) : default, 1));
                inner.Execution = innerWay;
                var layer = Recurrent.Over(new FunctionCell<Tensor>(
                    (x, s) =>
                    {
                        // 1·1 + 2·1, whatever the outer step is; then what only the outer step says.
                        var three = inner.Run(Tensor.Ones([3, 1, 1])).Final;
                        return (x + three + 10 * TimeStep.Current.ToTensor(), s);
                    },
                    1));
                layer.Execution = outerWay;
                Assert.Equal([3, 13, 23, 33], layer.Forward(Tensor.Zeros([4, 1, 1])).ToDoubles());
                Assert.Equal(outerWay, layer.LastPath.Execution);
            }
    }

    [Fact]
    public void AStepOfTheOuterRecurrenceCanBeUsedWithinTheInnerOne()
    {
        foreach (var way in (Execution[])[Execution.Compiled, Execution.Eager])
        {
            var layer = Recurrent.Over(new FunctionCell<Tensor>(
                (x, s) =>
                {
                    var outer = Key.At(TimeStep.Current);
                    var inner = Recurrent.Over(new FunctionCell<Tensor>((y, z) => (y, z + outer.At(TimeStep.Current).Uniform([1, 1])), 1));
                    return (x + inner.Run(Tensor.Zeros([2, 1, 1])).Final, s);
                },
                1));
            layer.Execution = way;
            var outputs = layer.Forward(Tensor.Zeros([3, 1, 1]));
            Assert.Equal(way, layer.LastPath.Execution);
            for (int t = 0; t < 3; t++) Close.Same(Key.At(t).At(0).Uniform([1, 1]) + Key.At(t).At(1).Uniform([1, 1]), outputs[t]);
        }
    }

    [Fact]
    public void AnExceptionInAStepEndsIt()
    {
        foreach (var way in (Execution[])[Execution.Compiled, Execution.Eager])
        {
            int calls = 0;
            var layer = Recurrent.Over(
                new FunctionCell<Tensor>((x, s) => calls++ == 3 ? throw new ArithmeticException() : (s + x, s + x), 1));
            layer.Execution = way;
            using var outer = TimeStep.Begin(6);
            using var tape = new Tape();
            Assert.Throws<ArithmeticException>(() => layer.Forward(Tensor.Ones([6, 1, 1])));
            Assert.Equal(6, TimeStep.Current.Number);
            Assert.Same(tape, Tape.Current);
        }
    }

    [Fact]
    public void ALoopByHandSeesTheNoiseOfADriver()
    {
        var cell = Zoneout.Around(new FunctionCell<Tensor>((x, s) => (s + x, s + x), 8), Key, 0.5);
        cell.Train(1);
        var x = Tensor.Ones([6, 1, 8]);
        var expected = Recurrent.Over(cell).Run(x).Final;
        using var tape = new Tape();
        var state = Tensor.Zeros([1, 8]);
        for (int t = 0; t < 6; t++)
        {
            tape.BeginStep(t);
            state = cell.Step(x[t], state).Next;
        }
        Close.Same(expected, state);
    }

    [Fact]
    public void InnerRecurrencesDoNotEndTheUsesOfASplitParameter()
    {
        var w = new Parameter("w", Tensor.Ones([1, 1]));
        var inner = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (s + x, s + x), 1));
        var layer = Recurrent.Over(new FunctionCell<Tensor>(
            (x, s) =>
            {
                inner.Run(Stack([x, x]));
                return MatMul(x, w) is var next ? (next, s + next) : default;
            },
            1));
        using var tape = new Tape();
        var uses = tape.SplitByStep(w);
        var loss = Sum(layer.Forward(Tensor.From(new float[] { 1, 2, 3, 4 }, [4, 1, 1])));
        Assert.Equal([1, 2, 3, 4], uses.Gradients(loss).ToDoubles());
    }
}

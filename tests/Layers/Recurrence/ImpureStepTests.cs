using Autograd.Layers;
using Autograd.Optimizers;
using Autograd.Scan;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>A step that does not do the same at every call is not frozen: it runs eagerly, and says why.</summary>
public class ImpureStepTests
{
    static readonly Tensor Ramp = Tensor.From(Enumerable.Range(1, 20).Select(i => (double)i).ToArray(), [20, 1, 1]);

    static Recurrent<Tensor> Over(Func<Tensor, Tensor, (Tensor, Tensor)> step, int size = 1) =>
        Recurrent.Over(new FunctionCell<Tensor>(step, size));

    [Fact]
    public void ANumberDrawnInTheStep()
    {
        var random = new Random(1);
        var layer = Over((x, s) => s + x + random.NextDouble() is var next ? (next, next) : default);
        var outputs = layer.Forward(Ramp).ToDoubles();
        BothWays.Took(layer, "the step does something else at each call: operation 1, ScaleShift [1, 1], had another number or option");
        double[] drawn = [.. outputs.Select((y, t) => y - (t == 0 ? 0 : outputs[t - 1]) - (t + 1))];
        Assert.Equal(20, drawn.Select(number => Math.Round(number, 9)).Distinct().Count());
    }

    [Fact]
    public void OtherOperations()
    {
        int calls = 0;
        var layer = Over((x, s) => calls++ % 2 == 0 ? (x, Tanh(s + x)) : (x, Sigmoid(s + x)));
        layer.Forward(Ramp);
        BothWays.Took(layer, "the step does something else at each call: operation 1 was Tanh [1, 1], then Sigmoid [1, 1]");
        int more = 0;
        var growing = Over((x, s) => (x, more++ % 2 == 0 ? s + x : Tanh(s + x)));
        growing.Forward(Ramp);
        BothWays.Took(growing, "the step does something else at each call: it had 1 operations, then 2");
        int others = 0;
        var swapping = Over((x, s) => (Tanh(s + x), Sigmoid(s - x)) is var (a, b) && others++ % 2 == 0 ? (a, b) : (b, a));
        swapping.Forward(Ramp);
        BothWays.Took(swapping, "the step does something else at each call: the same operations had other operands or gave other results");
    }

    [Fact]
    public void OtherKeysAndFunctionsOfTheStep()
    {
        int calls = 0;
        var layer = Over((x, s) => (x + new RandomKey(1).At(calls++).At(TimeStep.Current).Normal([1, 1], 1, x.ElementType), s));
        layer.Forward(Ramp);
        BothWays.Took(layer, "the step draws or derives other numbers at each call");
        var masked = Over((x, s) => (x * StepMask([1, 1], 0.5, new RandomKey(1).At(calls++), x.ElementType), s));
        masked.Forward(Ramp);
        BothWays.Took(masked, "the step draws or derives other numbers at each call");
        var derived = Over((x, s) => (x * Sin(TimeStep.Current.ToTensor(x.ElementType) * ++calls), s));
        derived.Forward(Ramp);
        BothWays.Took(derived, "the step draws or derives other numbers at each call");
        var constant = Over((x, s) => (x * (TimeStep.Current.ToTensor(x.ElementType) + Tensor.Scalar(++calls, x.ElementType)), s));
        constant.Forward(Ramp);
        BothWays.Took(constant, "the step draws or derives other numbers at each call");
    }

    /// <summary>Noise that is made outside of the program, once for all steps, is compared though the tape has recorded it.</summary>
    [Fact]
    public void OtherDataBehindAnOperation()
    {
        var (random, w) = (new Random(1), new Parameter("w", Tensor.Ones([1], ElementType.Float64)));
        var layer = Over((x, s) => (x + w * random.NextDouble(), s));
        using var tape = new Tape();
        layer.Forward(Ramp);
        BothWays.Took(layer, "the step uses other data [1] at each call");
    }

    [Fact]
    public void ACounter()
    {
        for (int period = 2; period <= 9; period++)
        {
            int calls = 0;
            var layer = Over((x, s) => calls++ % period == period - 1 ? (x, x) : (s + x, s + x));
            layer.Forward(Ramp);
            BothWays.Took(layer, "the step does something else at each call");
        }
    }

    /// <summary>Scheduled sampling by a coin of one's own (Bengio et al. 2015): at most the first run or two may pass for pure.</summary>
    [Fact]
    public void ACoin()
    {
        int frozen = FrozenRuns((coin, x, s) => coin ? (s, x) : (x, x), "the step does something else at each call");
        // The nine traces of a first run agree with probability 0.075 + 0.000004; those of later runs less often: two standard deviations
        // above 10.
        Assert.InRange(frozen, 0, 16);
    }

    // How many of ten runs of a hundred layers, each with a coin that falls with probability 1/4, were compiled. In the end none is.
    static int FrozenRuns(Func<bool, Tensor, Tensor, (Tensor, Tensor)> step, string reason)
    {
        int frozen = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var layer = Over((x, s) => step(random.NextDouble() < 0.25, x, s));
            for (int run = 0; run < 10; run++)
            {
                layer.Forward(Ramp);
                if (layer.LastPath.Execution == Execution.Compiled) frozen++;
            }
            BothWays.Took(layer, reason);
        }
        return frozen;
    }

    [Fact]
    public void WhatWasSeenOnceIsNotForgotten()
    {
        bool isImpure = true;
        int calls = 0;
        var layer = Over((x, s) => (isImpure ? s * ++calls : s, x));
        layer.Forward(Ramp);
        string reason = layer.LastPath.Reason!;
        Assert.StartsWith("the step does something else", reason, StringComparison.Ordinal);
        isImpure = false;
        layer.Forward(Ramp);
        BothWays.Took(layer, reason);
        Assert.Equal($"FunctionCell`1 runs eagerly: {reason}.", layer.Explain(Ramp));
        // Another driver of the cell starts anew.
        var other = Recurrent.Over(layer.Cell);
        other.Forward(Ramp);
        BothWays.Took(other);
    }

    /// <summary>Another mode or option is no impurity, however often it changes.</summary>
    [Fact]
    public void AnHonestChangeIsCompiled()
    {
        double factor = 1;
        bool isTraining = false;
        var layer = Over((x, s) => s * factor + x is var next ? (isTraining ? Tanh(next) : next, next) : default);
        for (int run = 0; run < 40; run++)
        {
            (factor, isTraining) = (1 - run / 2 % 5 * 0.01, run % 2 == 0);
            BothWays.Agree(layer, () => [layer.Forward(Ramp)]);
        }
    }

    /// <summary>A step that becomes impure is seen at one of the next runs that trace it again: the 2nd, 4th, 8th …</summary>
    [Fact]
    public void AStepThatBecomesImpureIsSeenLater()
    {
        bool isImpure = false;
        int calls = 0;
        // The very same at the first call of each run.
        var layer = Over((x, s) => (isImpure && calls++ % 2 == 1 ? Tanh(x) : x, s));
        for (int run = 1; run <= 16; run++)
        {
            (isImpure, calls) = (run > 9, 0);
            layer.Forward(Ramp);
            BothWays.Took(layer, run < 16 ? null : "the step does something else at each call");
        }
    }

    public static TheoryData<string, Func<Tensor, double, Tensor>> NumbersBesideTensors => new()
    {
        { "+", (x, n) => x + n }, { "-", (x, n) => n - x }, { "*", (x, n) => n * x }, { "/", (x, n) => x / n }, { "over", (x, n) => n / x },
        { "Power", Power }, { "Elu", (x, n) => Elu(x - 10, n) }, { "LeakyRelu", (x, n) => LeakyRelu(x - 10, n) },
        { "Clamp", (x, n) => Clamp(x, 0, n) }, { "Maximum", Maximum }, { "Minimum", Minimum }, { "Modulo", Modulo },
        { "LogAddExp", LogAddExp }, { "Equal", Equal }, { "NotEqual", NotEqual }, { "Greater", Greater }, { "Less", Less },
        { "GreaterOrEqual", GreaterOrEqual }, { "LessOrEqual", LessOrEqual }, { "Where", (x, n) => Where(Greater(x, 2), x, n) },
        { "Mean", (x, n) => Mean(x, -1) * n },
    };

    /// <summary>
    /// How often a step is traced: nine times when its program is new, then once, and twice at the runs 2, 4, 8 … A number in its
    /// equations, of which each call makes a tensor, is no reason to look twice.
    /// </summary>
    [Theory, MemberData(nameof(NumbersBesideTensors))]
    public void LaterRunsTraceOnce(string name, Func<Tensor, double, Tensor> apply)
    {
        Assert.NotEmpty(name);
        int calls = 0;
        var layer = Over((x, s) =>
        {
            calls++;
            var next = s + apply(x, 2);
            return (next, next);
        });
        var counts = new List<int>();
        for (int run = 1; run <= 9; run++)
        {
            calls = 0;
            layer.Forward(Ramp);
            counts.Add(calls);
        }
        Assert.Equal([9, 2, 1, 2, 1, 1, 1, 2, 1], counts);
        BothWays.Took(layer);
    }

    /// <summary>
    /// Data are a reason to look twice where they are others than in the run before, whether the step captures them or makes them at each
    /// call; large ones that it makes always are, because they are not kept.
    /// </summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(1 << 17, false)]
    [InlineData(1 << 17, true)]
    public void OtherDataAreLookedAtTwice(int size, bool isCaptured)
    {
        int calls = 0, which = 0;
        Tensor[] captured = [.. Enumerable.Range(0, 2).Select(Data)];
        var layer = Over((x, s) =>
        {
            calls++;
            var next = s + Sum(x * (isCaptured ? captured[which] : Data(which)), -1);
            return (next, next);
        });
        var counts = new List<int>();
        for (int run = 1; run <= 10; run++)
        {
            (calls, which) = (0, run is 6 or 7 ? 1 : 0);
            layer.Forward(Ramp);
            counts.Add(calls);
        }
        Assert.Equal(size > 1 && !isCaptured ? [9, 2, 2, 2, 2, 2, 2, 2, 2, 2] : [9, 2, 1, 2, 1, 2, 1, 2, 1, 1], counts);
        BothWays.Took(layer);

        Tensor Data(int value) => Tensor.Full([size], value, ElementType.Float64);
    }

    /// <summary>The functions that have numbers of their own are among them.</summary>
    [Fact]
    public void EveryFunctionWithNumbersIsTried()
    {
        var functions = typeof(IUnaryFunction).Assembly.GetTypes()
            .Where(type => type.IsValueType && typeof(IUnaryFunction).IsAssignableFrom(type) && !type.IsGenericType)
            .Select(type => (IUnaryFunction)Activator.CreateInstance(type)!)
            .Where(function => function.Numbers.Length > 0)
            .Select(function => function.Name);
        // Sums, differences and products with a number are the first.
        Assert.Equal(["Clamp", "Elu", "LeakyRelu", "Power", "ScaleShift"], functions.Order(StringComparer.Ordinal));
    }

    /// <summary>A number may be another one in each run.</summary>
    [Theory, MemberData(nameof(NumbersBesideTensors))]
    public void ANumberThatChangesFromRunToRun(string name, Func<Tensor, double, Tensor> apply)
    {
        Assert.NotEmpty(name);
        double number = 0;
        var layer = Over((x, s) => s + apply(x, number) is var next ? (next, next) : default);
        for (int run = 1; run <= 9; run++)
        {
            number = 1.5 + run % 5;
            BothWays.Agree(layer, () => BothWays.Everything(layer, Ramp, null, Ramp));
        }
        BothWays.Took(layer);
    }

    /// <summary>A coin that stands where numbers do.</summary>
    [Fact]
    public void ACoinThatIsANumber()
    {
        int frozen = FrozenRuns((coin, x, s) => (x, s + x / (coin ? 2 : 3)), "the step uses other data [] at each call");
        // As many pass the first run; later ones are looked at twice where the number is another, and at the runs 2, 4 and 8.
        Assert.InRange(frozen, 0, 30);
    }

    [Theory, MemberData(nameof(NumbersBesideTensors))]
    public void ANumberThatChangesFromCallToCall(string name, Func<Tensor, double, Tensor> apply)
    {
        int calls = 0;
        var layer = Over((x, s) => (x, s + apply(x, ++calls)));
        layer.Forward(Ramp);
        bool isOfTheOperation = name is "+" or "-" or "*" or "Power" or "Elu" or "LeakyRelu" or "Clamp" or "Mean";
        BothWays.Took(layer, isOfTheOperation ? "the step does something else at each call" : "the step uses other data [] at each call");
    }

    public static TheoryData<string, Action<Parameter>> Changes => new()
    {
        { "Assign", w => w.Assign(w * 1.5) },
        { "AssignAll", w => Parameter.AssignAll([(w, w * 1.5)]) },
        { "Change", w => w.Change<double>(values => values[0] *= 1.5) },
        { "a scope of Change", Scoped },
        { "a step of an optimizer", w => new Sgd([w], 0.5).Step([-w]) },
    };

    /// <summary>
    /// A step that changes a parameter, before it uses it, afterwards, between two uses or without one, runs eagerly and has changed it
    /// once at each step, at the first runs and later. Nothing is changed by a trace.
    /// </summary>
    [Theory, MemberData(nameof(Changes))]
    public void AStepThatChangesAParameter(string name, Action<Parameter> change)
    {
        Assert.NotEmpty(name);
        for (int place = 0; place < 4; place++)
        {
            var (w, isChanged) = (new Parameter("w", Tensor.Ones([1], ElementType.Float64)), true);
            var layer = Over((x, s) =>
            {
                if (isChanged && place == 0) change(w);
                var next = place == 3 ? x : x * w;
                if (isChanged && place > 0) change(w);
                return (place == 2 ? next * w : next, next);
            });
            for (int run = 1; run <= 9; run++)
            {
                isChanged = run is <= 3 or 7 or 8;
                BothWays.Agree(layer, Results, isChanged ? "the step cannot be traced: Parameter w was to be changed" : null);
            }

            Tensor[] Results()
            {
                w.Assign(Tensor.Ones([1], ElementType.Float64));
                var outputs = layer.Forward(Ramp);
                return [outputs, w.Detach()];
            }
        }
    }

    /// <summary>Nor is a parameter changed by a function that is traced for other purposes, nor after one was refused.</summary>
    [Fact]
    public void AFunctionThatChangesAParameterIsNotTraced()
    {
        var w = new Parameter("w", Tensor.Ones([1], ElementType.Float64));
        Assert.Throws<SymbolicReadException>(() => Vmap.Run(Changing, Ramp));
        Assert.Null(RecordedProgram.Of(x => [Changing(x[0])], [([1, 1], ElementType.Float64)]));
        Assert.Equal((1.0, 0), (w.ToScalar(), w.Version));
        Changing(Ramp);
        Assert.Equal((1.5, 2), (w.ToScalar(), w.Version));

        Tensor Changing(Tensor x)
        {
            Scoped(w);
            return x * 2;
        }
    }

    public static TheoryData<string, Func<Func<Tensor, Tensor, (Tensor, Tensor)>>, string?> Unusual => new()
    {
        { "a parameter made at the first call", MakesAParameter, null },
        { "a parameter made from data", MakesAParameterFromData, "the step cannot be traced: A parameter needs a value" },
        {
            "a constant made from data", () => (x, s) => (x - new ConstantTensor("mean", Mean(x, 0)), s + x),
            "the step cannot be traced: A constant needs numbers"
        },
        { "a caught write", CatchesAWrite, "the step cannot be traced: Parameter w was to be changed" },
        { "a caught read", () => (x, s) => (x * Caught(x), s + x), "the step cannot be traced: A value was read" },
        {
            "another thread", () => (x, s) => (Elsewhere(() => x * 2), s + x),
            "the step cannot be traced: ScaleShift: the tensor [1, 1] belongs to the tape of another thread"
        },
        { "a tape of its own", () => (x, s) => (x * Slope(), s + x), "the step cannot be traced: A tape is already recording" },
        { "a write within an operation", WritesWithin, "the step cannot be traced: Parameter w was to be changed" },
    };

    /// <summary>What a trace cannot do is done by an eager run, once at each step; also if the step catches the error.</summary>
    [Theory, MemberData(nameof(Unusual))]
    public void AnUnusualStep(string name, Func<Func<Tensor, Tensor, (Tensor, Tensor)>> create, string? reason)
    {
        Assert.NotEmpty(name);
        var (eager, compiled) = (Over(create()), Over(create()));
        eager.Execution = Execution.Eager;
        for (int run = 0; run < 3; run++)
        {
            Close.Equal(eager.Forward(Ramp), compiled.Forward(Ramp), BothWays.Bound, $"run {run}");
            // What was made at the first call is there in later runs.
            if (run == 0) BothWays.Took(compiled, reason);
        }
    }

    // A thread that waits for a task itself may run it.
    static Tensor Elsewhere(Func<Tensor> function)
    {
        var task = Task.Run(function);
        ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        return task.GetAwaiter().GetResult();
    }

    static Func<Tensor, Tensor, (Tensor, Tensor)> MakesAParameter()
    {
        Parameter? w = null;
        return (x, s) =>
        {
            if (w is null)
            {
                w = new Parameter("w", Tensor.Ones([1], x.ElementType));
                Scoped(w);
            }
            return (x * w, s + x);
        };
    }

    static Func<Tensor, Tensor, (Tensor, Tensor)> MakesAParameterFromData()
    {
        Parameter? w = null;
        return (x, s) => (x * (w ??= new Parameter("w", x + 1)), s + x);
    }

    static Func<Tensor, Tensor, (Tensor, Tensor)> CatchesAWrite()
    {
        var w = new Parameter("w", Tensor.Ones([1], ElementType.Float64));
        return (x, s) =>
        {
            try
            {
                Scoped(w);
            }
            catch (InvalidOperationException)
            {
            }
            return (x * w, s + x);
        };
    }

    static double Caught(Tensor x)
    {
        try
        {
            return x.ToScalar();
        }
        catch (InvalidOperationException)
        {
            return 1;
        }
    }

    static double Slope()
    {
        using var tape = new Tape();
        var w = tape.Watch(Tensor.Ones([1], ElementType.Float64));
        return tape.Gradients(Sum(Exp(w)), [w])[0].ToScalar();
    }

    static Func<Tensor, Tensor, (Tensor, Tensor)> WritesWithin()
    {
        var (counting, one) = (new Counting(), Tensor.Ones([1], ElementType.Float64));
        return (x, s) => (x + counting.Apply(one), s + x);
    }

    sealed class Counting : CustomOperation
    {
        readonly Parameter w = new("w", Tensor.Ones([1], ElementType.Float64));

        public override Tensor Value(ReadOnlySpan<Tensor> operands)
        {
            Scoped(w);
            return operands[0] * w.ToScalar();
        }

        public override Tensor Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int operand, Tensor cotangent) => cotangent;
    }

    static void Scoped(Parameter w)
    {
        using var change = w.Change<double>();
        change.Values[0] *= 1.5;
    }

    /// <summary>What a step computes outside of its program is recorded once, however often it is traced.</summary>
    [Fact]
    public void TracesLeaveNothingOnTheTape()
    {
        var w = new Parameter("w", Tensor.Ones([1], ElementType.Float64));
        var layer = Over((x, s) => (x + Square(w), s));
        int[] positions = [.. Enumerable.Range(0, 3).Select(_ =>
        {
            using var tape = new Tape();
            layer.Forward(Ramp);
            return tape.Position;
        })];
        Assert.Equal(positions[2], positions[0]);
        Assert.Equal(positions[2], positions[1]);
    }
}

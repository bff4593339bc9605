using Autograd.Layers;
using Autograd.Scan;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>
/// A step that is traced again is followed through what it did before, and recorded anew from where it does something else or asks what was
/// recorded: with the same results, wherever that is.
/// </summary>
public class ReplayedStepTests
{
    const int Operations = 6;
    const int Units = 3;

    static readonly Tensor X = new RandomKey(3).Normal([5, 2, Units], 1, ElementType.Float64);

    public static TheoryData<string, Func<Tensor, Tensor>, string?> Turns => new()
    {
        { "nothing", x => x, null },
        { "another operation", x => Tanh(x * 0.5), null },
        { "another one of the same kind", x => x + x, null },
        { "computed before", x => x + Outside(), null },
        { "a constant", x => x * Constant, null },
        { "the position", x => x * (Tape.Current is { Position: < 0 } ? 2 : 1), null },
        { "the entries", x => x * (Tape.Current?.Entries().Count < 0 ? 2 : 1), null },
        { "tracked", x => x * (Tape.Current?.IsTracked(x) == false ? 2 : 1), null },
        { "listed", x => x * (Tape.Current?.ToText().Length < 0 ? 2 : 1), null },
        { "detached", x => x + x.Detach(), null },
        { "a gradient", x => x + Slope(x), null },
        { "a time", x => x * Cos(TimeStep.Current.ToTensor(x.ElementType)), null },
        { "a time from outside", x => x + Cos(TimeStep.Current.ToTensor(x.ElementType)), null },
        { "another step", Nested, null },
        { "a label", x => x * Label(x), null },
        { "parts", x => Stack(Unstack(x, 1), 1), "the step uses Unstack, which has several results" },
        { "paused", Paused, "" },
    };

    [Theory, MemberData(nameof(Turns))]
    public void AnythingAtAnyPlace(string name, Func<Tensor, Tensor> turn, string? reason)
    {
        Assert.NotEmpty(name);
        for (int place = 0; place <= Operations; place++)
        {
            int turned = -1;
            var layer = Recurrent.Over(new Taking(At));
            for (int run = 0; run < 3; run++) BothWays.Agree(layer, () => BothWays.Everything(layer, X, null, X));
            turned = place;
            for (int run = 0; run < 3; run++) BothWays.Agree(layer, () => BothWays.Everything(layer, X, null, X), reason);

            Tensor At(int operation, Tensor x) => operation == turned ? turn(x) : x;
        }
    }

    /// <summary>What a step uses from outside may be another tensor, one that it uses already, or one of another shape.</summary>
    [Fact]
    public void OtherLeaves()
    {
        var key = new RandomKey(5);
        Tensor[] all = [.. Enumerable.Range(0, 4).Select(i => key.At(i).Normal(i < 3 ? [Units] : [1], 1, ElementType.Float64))];
        for (int first = 0; first < 27; first++)
            for (int second = 0; second < 64; second++)
            {
                int used = first % 3 + first / 3 % 3 * 4 + first / 9 * 16;
                var layer = Recurrent.Over(new FunctionCell<Tensor>(
                    (x, s) => (x * all[used % 4], Tanh(s * all[used / 4 % 4] + x) + all[used / 16]), Units));
                layer.Forward(X);
                used = second;
                BothWays.Agree(layer, () => BothWays.Everything(layer, X, null, [X, .. all]));
            }
    }

    /// <summary>Nothing is recorded as long as a step does the same, also where it computes something outside of its program.</summary>
    [Fact]
    public void WhatIsTheSameIsTheProgramItself()
    {
        var w = new Parameter("w", Tensor.Ones([Units]));
        Tensor[] like = [Tensor.Ones([2, Units]), Tensor.Ones([2, Units])];
        var program = StepTrace.Of(Step, like, 1).Program;
        Assert.Same(program, StepTrace.Of(Step, like, 1, program).Program);

        (Tensor Output, Tensor[] Next) Step(Tensor x, Tensor[] states, Tensor[] sequences)
        {
            var product = states[0] * Exp(w * w);
            return (product, [product * w + x * Tanh(w)]);
        }
    }

    /// <summary>A step that uses more from outside than a replay looks for.</summary>
    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    public void ManyLeaves(int count)
    {
        Tensor[] leaves = [.. Enumerable.Range(0, count).Select(i => Tensor.Full([Units], 1.0 / (i + 1), ElementType.Float64))];
        var layer = Recurrent.Over(new FunctionCell<Tensor>(
            (x, s) => (s, Tanh(leaves.Aggregate(s, (sum, leaf) => sum * leaf + x))), Units));
        for (int run = 0; run < 3; run++) BothWays.Agree(layer, () => BothWays.Everything(layer, X, null, [X, .. leaves]));
    }

    /// <summary>What has no history within a program has none from the first trace on.</summary>
    [Fact]
    public void ADetachedInputOrState()
    {
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (s.Detach() * x, s + x.Detach() * x), Units));
        for (int run = 0; run < 3; run++) BothWays.Agree(layer, () => BothWays.Everything(layer, X, null, X));
    }

    /// <summary>
    /// Operations must be immutable. One that is not, and gives another shape from some run on, is traced anew and not misread.
    /// </summary>
    [Fact]
    public void AnOperationThatGivesAnotherShape()
    {
        var leading = new LeadingColumns();
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (leading.Apply(x + s), Tanh(s + x)), Units));
        foreach (int width in (int[])[Units, Units, 2, 2, Units])
        {
            leading.Width = width;
            BothWays.Agree(layer, () => BothWays.Everything(layer, X, null, X));
            Assert.Equal(width, layer.Forward(X).Shape[2]);
        }
    }

    /// <summary>Bad input is refused with the message that it has in a first trace.</summary>
    [Fact]
    public void BadOperandsAreRefused()
    {
        Func<Tensor, Tensor>? turn = null;
        var layer = Recurrent.Over(new Taking((operation, x) => operation == 2 && turn is not null ? turn(x) : x));
        var (ended, x32) = (Ended(), X.As(ElementType.Float32));
        for (int run = 0; run < 3; run++) layer.Forward(x32);
        turn = x => x + ended;
        Assert.Contains("Add: the tensor [3]", Assert.Throws<ObjectDisposedException>(() => layer.Forward(x32)).Message);
        turn = x => x + null!;
        Assert.Throws<ArgumentNullException>(() => layer.Forward(x32));
        turn = x => x + Tensor.Ones([4]);
        Assert.Throws<ShapeException>(() => layer.Forward(x32));
        turn = x => x + Tensor.Ones([3], ElementType.Float64);
        Assert.Throws<ElementTypeException>(() => layer.Forward(x32));
        turn = null;
        layer.Forward(x32);
        BothWays.Took(layer);
    }

    /// <summary>Also where the program has the operation that is given them.</summary>
    [Fact]
    public void BadLeavesAreRefused()
    {
        var added = Tensor.Ones([Units], ElementType.Float64);
        var layer = Recurrent.Over(new FunctionCell<Tensor>((x, s) => (x + added, s + x), Units));
        for (int run = 0; run < 3; run++) layer.Forward(X);
        added = Ended();
        Assert.Throws<ObjectDisposedException>(() => layer.Forward(X));
        added = Tensor.Ones([Units], ElementType.Float32);
        Assert.Throws<ElementTypeException>(() => layer.Forward(X));
        added = null!;
        Assert.Throws<ArgumentNullException>(() => layer.Forward(X));
    }

    /// <summary>What a step has kept of its last trace has ended, were it a result, the input or the state.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 3)]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    public void SymbolsEndWithTheirTrace(int which, int runs)
    {
        Tensor? kept = null;
        bool isUsed = false;
        var layer = Recurrent.Over(new FunctionCell<Tensor>(
            (x, s) =>
            {
                var next = Tanh(isUsed ? s + kept! : s + x);
                kept = which switch { 0 => next, 1 => x, _ => s };
                return (next, next);
            },
            Units));
        for (int run = 0; run < runs; run++) layer.Forward(X);
        isUsed = true;
        Assert.Throws<ObjectDisposedException>(() => layer.Forward(X));
    }

    static ConstantTensor Constant { get; } = new("mask", Tensor.From([1.0, 0, 2], [3]));

    static Tensor Outside() => Exp(Tensor.Ones([Units], ElementType.Float64));

    static Tensor Ended()
    {
        Tensor[] kept = [];
        using (var tape = new Tape()) kept = [Tanh(tape.Watch(Tensor.Ones([Units], ElementType.Float64)))];
        return kept[0];
    }

    static Tensor Slope(Tensor x) => Differentiate.Gradient(y => Sum(Tanh(y) * Tanh(y)), x);

    static Tensor Nested(Tensor x)
    {
        using var step = TimeStep.Begin(7);
        return x * Cos(TimeStep.Current.ToTensor(x.ElementType));
    }

    static double Label(Tensor x)
    {
        if (Tape.Current is not { } tape) return 1;
        using var step = TimeStep.Begin(7);
        _ = Tanh(x);
        return tape.Entries()[^1].Step == 7 ? 1 : 2;
    }

    static Tensor Paused(Tensor x)
    {
        using var pause = Tape.Current is { } tape ? tape.Pause() : default;
        return x * 2;
    }

    sealed class Taking : Cell<Tensor>
    {
        readonly Func<int, Tensor, Tensor> at;
        readonly Parameter w;

        public Taking(Func<int, Tensor, Tensor> at)
            : base(new RandomKey(1), Units)
        {
            this.at = at;
            Weight(out w, Units, Units);
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor s)
        {
            var product = at(1, MatMul(at(0, s), w));
            var sum = at(2, product + x);
            var next = at(3, Tanh(sum));
            var output = at(4, next * x);
            return (at(5, output), at(6, next));
        }
    }

    sealed class LeadingColumns : CustomOperation
    {
        public int Width { get; set; }

        public override Shape Infer(ReadOnlySpan<Tensor> operands) => [operands[0].Shape[0], Width];

        public override Tensor Value(ReadOnlySpan<Tensor> operands) => Slice(operands[0], 1, 0, Width);

        public override Tensor? Vjp(ReadOnlySpan<Tensor> operands, Tensor result, int argument, Tensor cotangent) =>
            Pad(cotangent, 1, 0, operands[0].Shape[1] - cotangent.Shape[1]);
    }
}

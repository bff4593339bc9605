using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Recurrence;

/// <summary>A plan serves what it was made for and nothing else; what it uses from outside is read anew at each run.</summary>
public class CompiledPlanTests
{
    static readonly RandomKey Key = new(3);

    static Recurrent<LstmState> Peephole() => Recurrent.Over(new PeepholeLstmCell(3, 5, Key));

    static Tensor Input(int time = 6, int batch = 4, int seed = 0) => InDouble.Draw(Key.For("input").At(seed), time, batch, 3);

    [Fact]
    public void ShapesAndTypesHavePlansOfTheirOwn()
    {
        var layer = Peephole();
        foreach (var (time, batch) in (ReadOnlySpan<(int, int)>)[(6, 4), (1, 4), (6, 1), (300, 2), (6, 9), (6, 4), (2, 65)])
        {
            var x = Input(time, batch);
            BothWays.Agree(layer, () => BothWays.Everything(layer, x, null, x));
            var single = layer.Forward(x.As(ElementType.Float32));
            BothWays.Took(layer);
            using var tape = InDouble.Tape(layer);
            Close.Equal(layer.Forward(x), single.As(ElementType.Float64), 1e-5);
        }
    }

    [Fact]
    public void MorePlansThanAreKeptDoNoHarm()
    {
        var layer = Peephole();
        for (int round = 0; round < 2; round++)
            for (int batch = 1; batch <= 20; batch++)
                BothWays.Agree(layer, () => BothWays.Everything(layer, Input(2, batch)));
    }

    [Fact]
    public void LengthsHaveAPlanOfTheirOwn()
    {
        var layer = Peephole();
        var x = Input();
        foreach (int[]? lengths in (int[]?[])[null, [6, 1, 3, 5], [1, 2, 3, 6], null, [6, 6, 6, 6], [2, 2, 2, 2]])
            BothWays.Agree(layer, () => BothWays.Everything(layer, x, lengths, x));
    }

    [Fact]
    public void ChangedParametersAreUsedAtOnce()
    {
        var layer = Peephole();
        var x = Input();
        Tensor before = layer.Forward(x.As(ElementType.Float32)).Detach();
        layer["cell.Wxf"].Assign(Key.For("other").Normal([3, 5]));
        Changes();
        layer["cell.Bc"].Change<float>(values => values[2] = 0.7f);
        Changes();
        foreach (var parameter in layer.Parameters) parameter.Assign(parameter.Detach() * 0.5);
        Changes();

        void Changes()
        {
            var now = layer.Forward(x.As(ElementType.Float32));
            Assert.NotEqual(before.ToDoubles(), now.ToDoubles());
            before = now.Detach();
            BothWays.Agree(layer, () => BothWays.Everything(layer, x));
        }
    }

    [Fact]
    public void AParameterChangedBetweenRunAndSweepIsAnError()
    {
        var layer = Peephole();
        using var tape = new Tape();
        var loss = Sum(layer.Forward(Input().As(ElementType.Float32)));
        layer["cell.Wxf"].Assign(Tensor.Zeros([3, 5]));
        var error = Assert.Throws<TapeException>(() => tape.Gradients(loss, layer.Parameters));
        Assert.Contains("Wxf was changed after it had been used", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AParameterMayBelongToTwoCells()
    {
        var shared = new SharedWeight();
        var one = Recurrent.Over(new SharingCell(shared, 0.5));
        var two = Recurrent.Over(new SharingCell(shared, -0.7));
        var x = Input();
        foreach (var layer in (Recurrent<Tensor>[])[one, two, one])
        {
            one.Execution = two.Execution = Execution.Compiled;
            BothWays.Agree(layer, Both);
            shared.W.Assign(shared.W.Detach() * 0.9);
        }

        Tensor[] Both()
        {
            using var tape = InDouble.Tape(one);
            var outputs = two.Forward(one.Forward(x));
            return BothWays.Detached([outputs, .. tape.Gradients(Sum(Square(outputs)), [shared.W])]);
        }
    }

    [Fact]
    public void ACellMayBelongToTwoLayers()
    {
        var cell = new PeepholeLstmCell(3, 3, Key);
        var (first, second) = (Recurrent.Over(cell), Recurrent.Over(cell));
        var x = Input();
        BothWays.Agree(first, () =>
        {
            second.Execution = first.Execution;
            using var tape = InDouble.Tape(first);
            var outputs = second.Forward(first.Forward(x), [6, 2, 3, 1]);
            return BothWays.Detached([outputs, .. tape.Gradients(Sum(Square(outputs)), cell.Parameters)]);
        });
        BothWays.Took(second);
    }

    [Fact]
    public void RunsOfOneTapeDoNotDisturbEachOther()
    {
        var layer = Peephole();
        Tensor[] xs = [Input(6, 4, 0), Input(3, 4, 1), Input(6, 4, 2), Input(9, 2, 3), Input(6, 4, 4)];
        BothWays.Agree(layer, () =>
        {
            using var tape = InDouble.Tape(layer);
            foreach (var x in xs) tape.Watch(x);
            var runs = Array.ConvertAll(xs, x => layer.Run(x, x.Shape[1] == 2 ? [4, 9] : default(ReadOnlySpan<int>)));
            // Swept alone, out of order, and all together.
            var alone = tape.Gradients(Sum(Square(runs[1].Outputs)), [xs[1], .. layer.Parameters]);
            var loss = runs.Select(run => Sum(Square(run.Outputs)) + Sum(run.Final.C)).Aggregate((a, b) => a + b);
            var together = tape.Gradients(loss, [.. xs, .. layer.Parameters]);
            var again = tape.Gradients(Sum(Square(runs[1].Outputs)), [xs[1], .. layer.Parameters]);
            Close.Same(alone, again);
            return BothWays.Detached([.. runs.Select(run => run.Outputs), .. alone, .. together]);
        });
    }

    [Fact]
    public void AStateHandedOnCarriesItsGradient()
    {
        var layer = Peephole();
        var x = Input(7);
        BothWays.Agree(layer, () =>
        {
            using var tape = InDouble.Tape(layer);
            tape.Watch(x);
            var first = layer.Run(x[..3]);
            var second = layer.Run(x[3..], first.Final);
            var loss = Sum(Square(second.Outputs)) + Sum(first.StackedStates().C * BothWays.Seed([3, 4, 5], 0));
            return BothWays.Detached([second.Outputs, .. tape.Gradients(loss, [x, .. layer.Parameters])]);
        });
    }

    [Fact]
    public void CapturedTensorsAreReadAnewAndGetTheirGradients()
    {
        Tensor memory = null!, bias = null!;
        var cell = new FunctionCell<Tensor>(
            (x, s) =>
            {
                var scores = Softmax(MatMul(s.Reshape(s.Shape[0], 1, 3), memory, transposeRight: true));
                var next = Tanh(x + MatMul(scores, memory).Reshape(-1, 3) + bias);
                return (next, next);
            },
            3);
        var layer = Recurrent.Over(cell);
        for (int round = 0; round < 3; round++)
        {
            var (m, b, x) = (InDouble.Draw(Key.At(round), 4, 5, 3), InDouble.Draw(Key.At(10 + round), 3), Input(seed: round));
            BothWays.Agree(layer, () =>
            {
                // One is tracked itself, the other computed on the tape.
                memory = m;
                using var tape = new Tape();
                tape.Watch(m);
                tape.Watch(b);
                bias = Tanh(b);
                var outputs = layer.Forward(x);
                return BothWays.Detached([outputs, .. tape.Gradients(Sum(Square(outputs)), [m, b])]);
            });
        }
    }

    [Fact]
    public void TrainingAndEvaluationAreDifferentPrograms()
    {
        var dropout = new Dropout(0.4, Key);
        var cell = new FunctionCell<Tensor>((x, s) => Tanh(x + dropout.Forward(s) * 0.5) is var next ? (next, next) : default, 3);
        var layer = Recurrent.Over(cell);
        var x = Input();
        Check();
        var evaluated = layer.Forward(x).Detach();
        dropout.Train(1);
        Check();
        var trained = layer.Forward(x).Detach();
        Assert.NotEqual(evaluated.ToDoubles(), trained.ToDoubles());
        dropout.Train(2);
        Check();
        Assert.NotEqual(trained.ToDoubles(), layer.Forward(x).ToDoubles());
        dropout.Evaluate();
        Check();
        Close.Same(evaluated, layer.Forward(x));

        void Check() => BothWays.Agree(layer, () => BothWays.Everything(layer, x, null, x));
    }

    [Fact]
    public void StepMasksDifferByStepAndByKey()
    {
        var key = Key;
        var cell = new FunctionCell<Tensor>(
            (x, s) => (StepMask([4, 3], 0.5, key, x.ElementType) * x, s + StepMask([4, 1], 0.3, key.For("other"), x.ElementType)), 3);
        var layer = Recurrent.Over(cell);
        var x = Tensor.Ones([6, 4, 3], ElementType.Float64);
        var seen = new HashSet<string>();
        for (int step = 0; step < 3; step++)
        {
            key = Key.At(step);
            BothWays.Agree(layer, () => BothWays.Everything(layer, x, [6, 1, 3, 5], x));
            var outputs = layer.Forward(x);
            for (int t = 0; t < 6; t++) seen.Add(string.Join(",", At(outputs, t).ToDoubles()));
        }
        Assert.Equal(18, seen.Count);
    }

    sealed class SharedWeight : Module
    {
        public readonly Parameter W;

        public SharedWeight() => Parameter(out W, Key.Normal([3, 3], 0.5));
    }

    // A cell that shares its weight with another.
    sealed class SharingCell : Cell<Tensor>
    {
        readonly SharedWeight shared;
        readonly double scale;

        public SharingCell(SharedWeight shared, double scale)
            : base(default, 3)
        {
            this.shared = Part(shared);
            this.scale = scale;
        }

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var next = Tanh(scale * MatMul(state, shared.W) + MatMul(x, shared.W, transposeRight: true));
            return (next, next);
        }
    }
}

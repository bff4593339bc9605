using Autograd.Layers;
using Autograd.Tests.Layers.Recurrence;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Learning;

public class BackPropagationTests
{
    // Steps, weights and a few operations for each, of sums in another order.
    const double Rounding = 1e-13;

    static readonly RandomKey Key = new(3);

    public static TheoryData<string> Tasks => LearningTask.Names;

    [Theory, MemberData(nameof(Tasks))]
    public void ThroughTimeIsTheTapesGradient(string name)
    {
        var expected = LearningTask.Named(name).Learn(new Rules.Plain());
        Same(expected, LearningTask.Named(name).Learn(new Rules.Whole()), Rounding);
    }

    [Theory, MemberData(nameof(Tasks))]
    public void TruncatedAtTheWholeLengthIsTheSameToTheBit(string name)
    {
        var task = LearningTask.Named(name);
        var (whole, truncated) = (task.Learn(new Rules.Whole()), task.Learn(new Rules.Truncated(7, 7)));
        Close.Same(whole.Gradients, truncated.Gradients);
        Close.Same(whole.Initial, truncated.Initial);
        Assert.Equal(whole.Loss, truncated.Loss);
        Assert.Equal(whole.Norms, truncated.Norms);
        Close.Same(whole.Gradients, task.Learn(new Rules.Truncated(100, 100)).Gradients);
    }

    [Theory, MemberData(nameof(Tasks))]
    public void AReachOfTheWholePastIsExactWhateverTheWindow(string name)
    {
        var task = LearningTask.Named(name);
        var whole = task.Learn(new Rules.Whole());
        foreach (int window in (int[])[1, 2, 3, 5])
        {
            Same(whole, task.Learn(new Rules.Truncated(window, 7)), Rounding);
            Same(whole, task.Learn(new Rules.Chunks(window, ChunkState.CarriedWithGradient)), Rounding);
        }
    }

    [Theory, MemberData(nameof(Tasks))]
    public void ChunksWithTheStateCarriedAreWindowsThatReachBackToTheirBeginning(string name)
    {
        var task = LearningTask.Named(name);
        Close.Same(task.Learn(new Rules.Truncated(3, 3)).Gradients, task.Learn(new Rules.Chunks(3, ChunkState.Carried)).Gradients);
        Assert.NotEqual(
            task.Learn(new Rules.Whole()).Gradients[0].ToDoubles(), task.Learn(new Rules.Chunks(3, ChunkState.Carried)).Gradients[0]
            .ToDoubles());
    }

    [Fact]
    public void AForgottenStateMakesEveryChunkASequenceOfItsOwn()
    {
        var cell = new LstmCell(2, 3, Key);
        var x = InDouble.Draw(Key, 7, 2, 2);
        var rule = BackPropagation.Through(cell);
        var chunks = rule.InChunks(x, 3, (y, _) => Sum(Square(y)));
        Tensor[]? sum = null;
        foreach (var part in (Tensor[])[x[..3], x[3..6], x[6..]])
        {
            var one = rule.ThroughTime(part, y => Sum(Square(y))).Gradients;
            sum = sum is null ? [.. one] : [.. sum.Zip(one, (a, b) => a + b)];
        }
        for (int i = 0; i < sum!.Length; i++) Close.Equal(sum[i], chunks.Gradients[i], Rounding);
    }

    /// <summary>
    /// By hand: the sum over windows of the gradients of their losses, with the state k2 steps before the end of each cut off.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    [InlineData(3, 2)]
    public void TruncatedIsTheSumOverWindowsWithTheirPastCutOff(int k1, int k2)
    {
        var cell = new GruCell(2, 3, Key);
        var x = InDouble.Draw(Key, 8, 2, 2);
        var found = BackPropagation.Through(cell).Truncated(x, k1, k2, (y, _) => Sum(Square(y)));
        Tensor[]? sum = null;
        for (int end = k1; end < 8 + k1; end += k1)
        {
            int last = Math.Min(end, 8), cut = Math.Max(0, last - k2), first = end - k1;
            var gradients = Window(cell, x, first, last, cut);
            sum = sum is null ? gradients : [.. sum.Zip(gradients, (a, b) => a + b)];
        }
        for (int i = 0; i < sum!.Length; i++) Close.Equal(sum[i], found.Gradients[i], Rounding);
    }

    static Tensor[] Window(GruCell cell, Tensor x, int first, int last, int cut)
    {
        using var tape = InDouble.Tape(cell);
        Tensor state = cell.Initial(2, ElementType.Float64);
        var loss = Tensor.Scalar(0, ElementType.Float64);
        for (int t = 0; t < last; t++)
        {
            if (t == cut) state = state.Detach();
            (var y, state) = cell.Step(At(x, t), state);
            if (t >= first && t >= cut) loss += Sum(Square(y));
        }
        return [.. tape.Gradients(loss, cell.Parameters).Select(gradient => gradient.Detach())];
    }

    [Fact]
    public void EveryStepIsComputedOnce()
    {
        int calls = 0;
        var inner = new RnnCell(2, 3, Key);
        var cell = new FunctionCell<Tensor>((x, h) => { calls++; return inner.Step(x, h); }, 3);
        BackPropagation.Through(cell, inner.Parameters).Truncated(Key.Normal([40, 1, 2]), 1, 10, (y, _) => Sum(y));
        Assert.Equal(40, calls);
    }

    /// <summary>A step is differentiated at the weights it was computed with, though they have changed since.</summary>
    [Fact]
    public void WeightsMayBeUpdatedBetweenWindows()
    {
        var cell = new RnnCell(2, 3, Key);
        Parameter[] parameters = [.. cell.Parameters];
        var x = InDouble.Draw(Key, 4, 1, 2);
        var weights = new List<Tensor[]> { Values() };
        var windows = new List<(double Loss, Tensor[] Gradients)>();
        BackPropagation.Through(cell).Truncated(x, 2, 4, (y, _) => Sum(Square(y)), window =>
        {
            windows.Add((window.Loss, [.. window.Gradients.Select(g => g.Detach())]));
            foreach (var (parameter, gradient) in parameters.Zip(windows[^1].Gradients))
                parameter.Assign(parameter.Detach() - 0.1f * gradient.As(ElementType.Float32));
            weights.Add(Values());
        });

        // The first two steps with the first weights, the last two with the second; one gradient for both.
        using var tape = new Tape();
        Tensor[] early = [.. weights[0].Select(w => tape.Watch(w))], late = [.. weights[1].Select(w => tape.Watch(w))];
        Tensor h = Tensor.Zeros([1, 3], ElementType.Float64);
        var loss = Tensor.Scalar(0, ElementType.Float64);
        for (int t = 0; t < 4; t++)
        {
            var w = t < 2 ? early : late;
            h = Tanh(MatMul(At(x, t), w[0]) + MatMul(h, w[1]) + w[2]);
            if (t >= 2) loss += Sum(Square(h));
        }
        var found = tape.Gradients(loss, [.. early, .. late]);
        Assert.Equal(loss.ToScalar(), windows[1].Loss, 1e-12);
        for (int i = 0; i < 3; i++) Close.Equal(found[i] + found[i + 3], windows[1].Gradients[i], Rounding);

        Tensor[] Values() => [.. parameters.Select(parameter => parameter.Detach().As(ElementType.Float64).Detach())];
    }

    [Fact]
    public void TheDivergenceMayBeAnyFunctionOfTheWholeSequence()
    {
        var cell = new LstmCell(2, 3, Key);
        var x = InDouble.Draw(Key, 6, 2, 2);
        static Tensor Divergence(Tensor y) => LogSumExp(Product(Sum(y, -1), 0)) + Max(y);
        var found = BackPropagation.Through(cell).ThroughTime(x, Divergence);
        using var tape = InDouble.Tape(cell);
        var expected = tape.Gradients(Divergence(Recurrent.Over(cell).Forward(x)), cell.Parameters);
        for (int i = 0; i < expected.Length; i++) Close.Equal(expected[i], found.Gradients[i], Rounding);
    }

    [Fact]
    public void PaddingDoesNotCount()
    {
        var cell = new LstmCell(2, 3, Key);
        var x = InDouble.Draw(Key, 6, 2, 2);
        var spoiled = x.ToDoubles();
        for (int i = 4 * 4 + 2; i < 6 * 4; i += 4) spoiled[i] = spoiled[i + 1] = double.NaN;
        var rule = BackPropagation.Through(cell);
        var expected = rule.ThroughTime(x, y => Sum(Square(y)), [6, 4]);
        var found = rule.ThroughTime(Tensor.From(spoiled, x.Shape), y => Sum(Square(y)), [6, 4]);
        Close.Same([.. expected.Gradients], [.. found.Gradients]);
        using var tape = InDouble.Tape(cell);
        var plain = tape.Gradients(Sum(Square(Recurrent.Over(cell).Forward(x, [6, 4]))), cell.Parameters);
        for (int i = 0; i < plain.Length; i++) Close.Equal(plain[i], found.Gradients[i], Rounding);
    }

    [Fact]
    public void StepNormsAreThoseOfTheStatesGradients()
    {
        var cell = new LstmCell(2, 3, Key);
        var x = InDouble.Draw(Key, 5, 2, 2);
        var norms = new BackPropagation<LstmState>(cell) { ReportsStepNorms = true }.ThroughTime(x, y => Sum(Square(At(y, ^1)))).StepNorms;
        using (var tape = InDouble.Tape(cell))
        {
            var states = new List<LstmState> { cell.Initial(2, ElementType.Float64) };
            for (int t = 0; t < 5; t++) states.Add(cell.Step(At(x, t), states[t]).Next);
            var loss = Sum(Square(states[^1].H));
            for (int t = 0; t < 5; t++)
            {
                var gradients = tape.Gradients(loss, [states[t + 1].H, states[t + 1].C]);
                double norm = Math.Sqrt(gradients.Sum(g => g.ToDoubles().Sum(e => e * e)));
                Assert.Equal(norm, norms[t], 1e-12 * norm);
            }
        }
        Assert.Empty(BackPropagation.Through(cell).ThroughTime(x, y => Sum(y)).StepNorms);
    }

    [Fact]
    public void ALearnedInitialStateGetsItsGradient()
    {
        var cell = new StartingCell();
        var x = InDouble.Draw(Key, 4, 2, 2);
        var found = BackPropagation.Through(cell).ThroughTime(x, y => Sum(Square(y)));
        using var tape = InDouble.Tape(cell);
        var expected = tape.Gradients(Sum(Square(Recurrent.Over(cell).Forward(x))), cell.Parameters);
        for (int i = 0; i < expected.Length; i++) Close.Equal(expected[i], found.Gradients[i], Rounding);
        Assert.Contains(found.Gradients[0].ToDoubles(), g => g != 0);
    }

    [Fact]
    public void ALimitInsideTheRecurrenceKeepsGradientsFromExploding()
    {
        var inner = new RnnCell(1, 4, Key, h => h);
        inner["R"].Assign(1.5f * Tensor.Identity(4));
        var x = Key.Normal([60, 2, 1]);
        double Largest(Cell<Tensor> cell) =>
            new BackPropagation<Tensor>(cell) { ReportsStepNorms = true }.ThroughTime(x, y => Sum(At(y, ^1))).StepNorms[0];
        Assert.True(Largest(inner) > 1e9);
        Assert.InRange(Largest(GradientLimitedCell.ByValue(inner, 0.5)), 0.5, 0.5 * Math.Sqrt(8) * (1 + 1e-6));
        Assert.InRange(Largest(GradientLimitedCell.ByNorm(inner, 0.5)), 0.5, 0.5 * Math.Sqrt(2) * (1 + 1e-6));
    }

    /// <summary>Whatever way the usual driver takes, the limit acts at every step.</summary>
    [Fact]
    public void ALimitActsUnderTheUsualDriverToo()
    {
        foreach (var cell in (Cell<LstmState>[])[
            GradientLimitedCell.ByValue(new LstmCell(2, 3, Key), 0.05), GradientLimitedCell.ByNorm(new LstmCell(2, 3, Key), 0.05)])
        {
            var x = InDouble.Draw(Key, 6, 2, 2);
            var expected = BackPropagation.Through(cell).ThroughTime(x, y => Sum(Square(y))).Gradients;
            var free = BackPropagation.Through(new LstmCell(2, 3, Key)).ThroughTime(x, y => Sum(Square(y))).Gradients;
            Assert.NotEqual(free[1].ToDoubles(), expected[1].ToDoubles());
            using var tape = InDouble.Tape(cell);
            var found = tape.Gradients(Sum(Square(Recurrent.Over(cell).Forward(x))), cell.Parameters);
            for (int i = 0; i < found.Length; i++) Close.Equal(expected[i], found[i], Rounding);
        }
    }

    [Fact]
    public void ALimitThatIsNotReachedChangesNothing()
    {
        var x = InDouble.Draw(Key, 5, 2, 2);
        var cell = new LstmCell(2, 3, Key);
        var expected = BackPropagation.Through(cell).ThroughTime(x, y => Sum(y)).Gradients;
        foreach (var limited in (Cell<LstmState>[])[
            GradientLimitedCell.ByValue(new LstmCell(2, 3, Key), 1e6), GradientLimitedCell.ByNorm(new LstmCell(2, 3, Key), 1e6)])
        {
            var found = BackPropagation.Through(limited).ThroughTime(x, y => Sum(y)).Gradients;
            for (int i = 0; i < expected.Count; i++) Close.Equal(expected[i], found[i], Rounding);
        }
        GradientCheck.Run(GradientLimitedCell.ByValue(new GruCell(2, 2, Key), 1e6), Key.Normal([3, 2, 2]), options: new() { Order = 2 })
            .ThrowIfFailed();
    }

    [Fact]
    public void AGradientOfZeroStaysZeroUnderALimitByNorm()
    {
        var cell = GradientLimitedCell.ByNorm(new RnnCell(2, 3, Key), 1);
        var found = BackPropagation.Through(cell).ThroughTime(Key.Normal([4, 2, 2]), y => Sum(0 * y));
        Assert.All(found.Gradients, gradient => Assert.All(gradient.ToDoubles(), g => Assert.Equal(0, g)));
    }

    static void Same((double Loss, Tensor[] Gradients, Tensor[] Initial, IReadOnlyList<double> Norms) expected,
        (double Loss, Tensor[] Gradients, Tensor[] Initial, IReadOnlyList<double> Norms) found, double relative)
    {
        Assert.Equal(expected.Loss, found.Loss, relative * expected.Loss);
        Assert.Equal(expected.Gradients.Length, found.Gradients.Length);
        for (int i = 0; i < expected.Gradients.Length; i++)
            Close.Equal(expected.Gradients[i], found.Gradients[i], relative, $"gradient {i}");
        for (int i = 0; i < expected.Initial.Length; i++)
            Close.Equal(expected.Initial[i], found.Initial[i], relative, $"gradient of initial state {i}");
    }

    /// <summary>A cell whose initial state is a parameter of its own.</summary>
    sealed class StartingCell : Cell<Tensor>
    {
        readonly Parameter start, R;

        public StartingCell()
            : base(Key, 2)
        {
            Parameter(out start, Key.Normal([1, 2]));
            Weight(out R, 2, 2);
        }

        public override Tensor Initial(int batch, ElementType type) => BroadcastTo(start, [batch, 2]);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state)
        {
            var h = Tanh(x + MatMul(state, R));
            return (h, h);
        }
    }
}

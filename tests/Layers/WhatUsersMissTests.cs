using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers;

/// <summary>Options of cells and losses, masks, tied weights: each against what it means, written out.</summary>
public class WhatUsersMissTests
{
    const double Eps = 2.3e-16;
    static readonly RandomKey Key = new(5);

    [Fact]
    public void CellsWithoutBiasAreThoseWithABiasOfZero()
    {
        // Of the same key, the same weights.
        Same(new RnnCell(3, 4, Key), new RnnCell(3, 4, Key, hasBias: false));
        Same(new LstmCell(3, 4, Key, forgetBias: 0), new LstmCell(3, 4, Key, hasBias: false));
        Same(new GruCell(3, 4, Key), new GruCell(3, 4, Key, hasBias: false));
        Same(new GruCell(3, 4, Key, GruReset.AfterProduct), new GruCell(3, 4, Key, GruReset.AfterProduct, hasBias: false));

        static void Same<TState>(Cell<TState> with, Cell<TState> without)
        {
            Assert.All(without.Parameters, parameter => Assert.Equal(2, parameter.Rank));
            Assert.NotEqual(with.Parameters.Count, without.Parameters.Count);
            var x = Point(5, 2, 3);
            double[] a = Outputs(with, x), b = Outputs(without, x);
            for (int i = 0; i < a.Length; i++) Assert.Equal(a[i], b[i], 5 * 16 * Eps);
            GradientCheck.Run(without, x).ThrowIfFailed();
        }
    }

    [Fact]
    public void FunctionsOfCellsAreOptions()
    {
        var x = Point(5, 2, 3);
        var plain = new LstmCell(3, 4, Key);
        Assert.Equal(Outputs(plain, x), Outputs(new LstmCell(3, 4, Key, gate: Sigmoid, activation: Tanh), x));
        Assert.Equal(Outputs(new GruCell(3, 4, Key), x), Outputs(new GruCell(3, 4, Key, gate: Sigmoid, activation: Tanh), x));

        // One step by hand, with the weights by name.
        var cell = new LstmCell(3, 4, Key, gate: HardSigmoid, activation: Relu);
        using (var tape = new Tape())
        {
            tape.BindAs(ElementType.Float64, cell.Parameters);
            Tensor h = Point(2, 4), c = Point(4, 2).Reshape(2, 4), u = x[0];
            Tensor Gate(string name) => MatMul(u, cell[$"Wx{name}"]) + MatMul(h, cell[$"Wh{name}"]) + cell[$"B{name}"];
            var next = HardSigmoid(Gate("f")) * c + HardSigmoid(Gate("i")) * Relu(Gate("c"));
            Equal(HardSigmoid(Gate("o")) * Relu(next), cell.Step(u, new(h, c)).Output, 64 * Eps);
        }
        Assert.Throws<ArgumentException>(() => PyTorch.Export(new LstmCell(3, 4, Key, activation: Relu)));
        Assert.Throws<ArgumentException>(() => Keras.Export(new GruCell(3, 4, Key, gate: HardSigmoid)));

        static Tensor HardSigmoid(Tensor a) => Clamp(0.25 * a + 0.5, 0, 1);
    }

    [Fact]
    public void WeightsWithoutBiasesAreExchanged()
    {
        Module[] cells =
            [new RnnCell(3, 4, Key, hasBias: false), new LstmCell(3, 4, Key, hasBias: false),
                new GruCell(3, 4, Key, GruReset.AfterProduct, hasBias: false)];
        Module[] others =
        [
            new RnnCell(3, 4, Key.For("other"), hasBias: false), new LstmCell(3, 4, Key.For("other"), hasBias: false),
            new GruCell(3, 4, Key.For("other"), GruReset.AfterProduct, hasBias: false),
        ];
        for (int i = 0; i < cells.Length; i++)
        {
            var exported = PyTorch.Export(cells[i]);
            Assert.Equal(["weight_hh", "weight_ih"], exported.Select(one => one.Name).Order(StringComparer.Ordinal));
            PyTorch.Import(others[i], exported.ToDictionary(one => one.Name, one => one.Value));
            foreach (var (mine, theirs) in cells[i].Parameters.Zip(others[i].Parameters))
                Assert.Equal(mine.ToDoubles(), theirs.ToDoubles());
        }
    }

    [Fact]
    public void APartTakesTheNameOfItsField()
    {
        var model = new Named();
        Assert.Equal(["head.weight", "head.bias"], model.NamedParameters().Select(named => named.Path));
        Assert.Equal("head.weight", model.Head.Parameters[0].Name);
        var error = Assert.Throws<ArgumentException>(() => new Unnamed());
        Assert.Contains(
            "Unnamed: a part cannot be named by the expression new Linear(2, 1, Key); write Part(out field, new Linear(2, 1, Key))",
            error.Message);
    }

    [Fact]
    public void AParameterThatIsNotDeclaredIsNamedAtFirstUse()
    {
        var forgotten = new Parameter("forgotten", Tensor.Ones([2]));
        Assert.Contains(
            "Holder: its field kept holds the parameter forgotten, which is not declared",
            Assert.Throws<InvalidOperationException>(() => new Holder(forgotten, false).Parameters).Message);
        // In a part, and in a list of them.
        Assert.Contains(
            "kept", Assert.Throws<InvalidOperationException>(() => new Sequential(new Holder(forgotten, false)).Parameters).Message);
        Assert.Contains("many", Assert.Throws<InvalidOperationException>(() => new HolderOfMany(forgotten).ParameterCount).Message);
        var shared = new Holder(forgotten, true);
        Assert.Same(forgotten, shared.Parameters.Single());
        Assert.Equal("kept", shared.NamedParameters().Single().Path);
        _ = new Sequential(shared);
        Assert.Equal("forgotten", forgotten.Name);
    }

    [Fact]
    public void TheLastOutputIsThatOfEachSequence()
    {
        var x = Point(5, 3, 2);
        double[] last = Sequences.Last(x, [5, 1, 3]).ToDoubles();
        Assert.Equal([.. x[4][0].ToDoubles(), .. x[0][1].ToDoubles(), .. x[2][2].ToDoubles()], last);
        Assert.Equal(x[4].ToDoubles(), Sequences.Last(x).ToDoubles());
        GradientCheck.Run(y => Sequences.Last(y, [5, 1, 3]), x).ThrowIfFailed();
        Assert.Throws<ShapeException>(() => Sequences.Last(x, [5, 0, 3]));
    }

    [Fact]
    public void BatchFirstIsTheLayerWithAxesSwapped()
    {
        var layer = Recurrent.Over(new GruCell(2, 4, Key));
        var x = Key.For("x").Normal([3, 5, 2]);
        var swapped = new BatchFirst(layer);
        Assert.Equal(
            Permute(layer.Forward(Permute(x, 1, 0, 2), [5, 1, 3]), 1, 0, 2).ToDoubles(), swapped.Forward(x, [5, 1, 3]).ToDoubles());
        Assert.Equal(layer.ParameterCount, swapped.ParameterCount);
        Assert.Throws<ShapeException>(() => swapped.Forward(x[0]));
    }

    // Every sequence by itself, of the steps that count alone.
    [Theory]
    [InlineData(Execution.Compiled)]
    [InlineData(Execution.Eager)]
    public void MaskedStepsAreLeftOut(Execution execution)
    {
        const int Time = 7, Batch = 6;
        var present = new bool[Time, Batch];
        for (int b = 0; b < Batch; b++)
            for (int t = 0; t < Time; t++)
                // Gaps, a full one, padding on both sides, one on the right only, and none at all.
                present[t, b] = b switch { 0 => t % 3 != 1, 1 => true, 2 => t >= 4, 3 => t < 2, 4 => false, _ => t is 2 or 3 };
        var mask = SequenceMask.Of(present);
        var layer = new Recurrent<Tensor>(new GruCell(2, 4, Key)) { Execution = execution };
        var poisoned = Key.For("x").Normal([Time, Batch, 2]).ToDoubles();
        for (int i = 0; i < poisoned.Length; i++)
            if (!present[i / 2 / Batch, i / 2 % Batch])
                poisoned[i] = double.NaN;
        var x = Tensor.From(poisoned, [Time, Batch, 2], ElementType.Float32);
        var initial = Key.For("initial").Normal([Batch, 4]);
        var tape = new Tape();
        var (outputs, final) = mask.Run(layer, x, initial);
        double[] gradients = [.. tape.Gradients(Sum(outputs * outputs) + Sum(final), layer.Parameters).SelectMany(g => g.ToDoubles())];
        double[] expected = new double[gradients.Length];
        double[][] last = [.. Enumerable.Range(0, Batch).Select(b => final[b].ToDoubles())];
        double[][] all = [.. Enumerable.Range(0, Time * Batch).Select(i => outputs[i / Batch][i % Batch].ToDoubles())];
        tape.Dispose();
        for (int b = 0; b < Batch; b++)
        {
            using var own = new Tape();
            int[] steps = [.. Enumerable.Range(0, Time).Where(t => present[t, b])];
            if (steps.Length == 0)
            {
                Assert.Equal(initial[b].ToDoubles(), last[b]);
                continue;
            }
            var run = layer.Run(Stack([.. steps.Select(t => x[t][b].Reshape(1, 2))]), initial[b..(b + 1)]);
            Close(run.Final[0].ToDoubles(), last[b]);
            for (int t = 0; t < Time; t++)
                Close(present[t, b] ? run.Outputs[Array.IndexOf(steps, t)][0].ToDoubles() : new double[4], all[t * Batch + b]);
            double[] part =
                [.. own.Gradients(Sum(run.Outputs * run.Outputs) + Sum(run.Final), layer.Parameters).SelectMany(g => g.ToDoubles())];
            for (int i = 0; i < part.Length; i++) expected[i] += part[i];
        }
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], gradients[i], Time * Batch * 64 * 6e-8);
    }

    [Fact]
    public void MasksOfLengths()
    {
        var x = Key.For("x").Normal([4, 3, 2]);
        var layer = Recurrent.Over(new GruCell(2, 4, Key));
        var right = SequenceMask.OfLengths(4, [4, 2, 1]).Run(layer, x);
        var run = layer.Run(x, [4, 2, 1]);
        Assert.Equal(run.Outputs.ToDoubles(), right.Outputs.ToDoubles());
        Assert.Equal(run.Final.ToDoubles(), right.Final.ToDoubles());
        var left = SequenceMask.OfLengths(4, [4, 0, 1], padsLeft: true).Run(layer, x);
        Assert.All(left.Final[1].ToDoubles(), value => Assert.Equal(0, value));
        Assert.Equal(left.Outputs[3][2].ToDoubles(), left.Final[2].ToDoubles());
        Assert.Throws<ArgumentOutOfRangeException>(() => SequenceMask.OfLengths(4, [5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SequenceMask.OfLengths(4, [-1]));
        Assert.Throws<ShapeException>(() => SequenceMask.OfLengths(4, []));
        Assert.Throws<ShapeException>(() => SequenceMask.OfLengths(5, [1, 1, 1]).Run(layer, x));
    }

    [Fact]
    public void WeightedLossesCountByTheirWeights()
    {
        Tensor p = Point(4, 3, 2), y = Sigmoid(2 * Point(2, 4, 3).Reshape(4, 3, 2)),
            w = Tensor.From([1, 0, 2.0, 0.5, 0, 1, 1, 1, 3, 0, 1, 0]).Reshape(4, 3, 1);
        double[] a = p.ToDoubles(), b = y.ToDoubles(), c = w.ToDoubles();
        Func<double, double, double> square = (x, t) => (x - t) * (x - t);
        Check(square, weights => Loss.MeanSquaredError(p, y, weights));
        Check((x, t) => Math.Abs(x - t) <= 0.5 ? square(x, t) / 2
            : 0.5 * (Math.Abs(x - t) - 0.25), weights => Loss.Huber(p, y, 0.5, weights));
        Check((x, t) => t * Math.Log(1 + Math.Exp(-x)) + (1 - t) * Math.Log(1 + Math.Exp(x)),
            weights => Loss.BinaryCrossEntropy(p, y, weights));
        Check((x, t) => 3 * t * Math.Log(1 + Math.Exp(-x)) + (1 - t) * Math.Log(1 + Math.Exp(x)),
            weights => Loss.BinaryCrossEntropy(p, y, weights, positiveWeight: 3));
        Check((x, _) => x, weights => Loss.WeightedMean(p, weights));

        void Check(Func<double, double, double> element, Func<Tensor?, Tensor> loss)
        {
            double sum = 0, total = 0, plain = 0;
            for (int i = 0; i < a.Length; i++)
            {
                sum += c[i / 2] * element(a[i], b[i]);
                total += c[i / 2];
                plain += element(a[i], b[i]) / a.Length;
            }
            Assert.Equal(sum / total, loss(w).ToScalar(), 64 * a.Length * Eps);
            Assert.Equal(plain, loss(null).ToScalar(), 64 * a.Length * Eps);
        }
    }

    // Nor do its gradients see it.
    [Fact]
    public void WhatHasNoWeightMayBeNaN()
    {
        var w = Tensor.From([1, 0, 1.0]);
        foreach (var loss in new Func<Tensor, Tensor, Tensor?, Tensor>[]
            { (p, y, weights) => Loss.MeanSquaredError(p, y, weights), (p, y, weights) => Loss.Huber(p, y, 1, weights),
                (p, y, weights) => Loss.BinaryCrossEntropy(p, y, weights, 2) })
        {
            var (value, gradient) = Differentiate.ValueAndGradient(
                p => loss(p, Tensor.From([0.5, double.NaN, 1]), w), Tensor.From([1, double.PositiveInfinity, 0.25]));
            Assert.True(double.IsFinite(value.ToScalar()));
            Assert.All(gradient.ToDoubles(), g => Assert.True(double.IsFinite(g)));
            Assert.Equal(0, gradient.ToDoubles()[1]);
            GradientCheck.Run(p => loss(p, Tensor.From([0.5, 0, 1]), w), Tensor.From([1, 0.75, 0.25])).ThrowIfFailed();
        }
        var x = Tensor.From([1.0, 2.0]);
        Assert.Throws<ArgumentException>(() => Loss.MeanSquaredError(x, x, Tensor.From([0.0, 0])));
        Assert.Throws<ArgumentException>(() => Loss.MeanSquaredError(x, x, Tensor.From([1.0, -1])));
        Assert.Throws<ArgumentException>(() => Loss.MeanSquaredError(x, x, Tensor.From([1.0, double.NaN])));
        Assert.Throws<ShapeException>(() => Loss.MeanSquaredError(x, x, Tensor.From([1.0, 1, 1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.BinaryCrossEntropy(x, x, null, positiveWeight: -1));
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void InfiniteCtcLossesCanBeZero(ElementType type)
    {
        var logits = Key.For("logits").Normal([3, 2, 4], type: type);
        // Two equal labels need a blank between them: four frames with another one, of which there are three.
        int[][] labels = [[1, 2], [1, 1, 2]];
        var plain = Ctc.NegativeLogLikelihood(logits, labels);
        Assert.Equal(double.PositiveInfinity, plain.ToDoubles()[1]);
        using var tape = new Tape();
        tape.Watch(logits);
        var zeroed = Ctc.NegativeLogLikelihood(logits, labels, zeroInfinity: true);
        Assert.Equal([plain.ToDoubles()[0], 0], zeroed.ToDoubles());
        double[] gradient = tape.Gradients(Mean(zeroed), [logits])[0].ToDoubles();
        Assert.All(gradient, g => Assert.True(double.IsFinite(g)));
        Assert.Contains(gradient, g => g != 0);
    }

    [Fact]
    public void ATiedReadoutUsesTheEmbedding()
    {
        var embedding = new Embedding(5, 3, Key);
        var tied = new TiedReadout(embedding);
        var x = Key.For("x").Normal([2, 4, 3]);
        var expected = MatMul(x.Reshape(-1, 3), Transpose(embedding.Table)).Reshape(2, 4, 5);
        Equal(expected, tied.Forward(x), 1e-6);
        Assert.Equal("table", embedding.Table.Name);
        Assert.Equal(2, tied.Parameters.Count);
        // The gradient of both uses, against numbers.
        int[] symbols = [0, 2, 4];
        GradientCheck.Run(() => tied.Forward(Tanh(embedding.Forward(symbols))), tied.Parameters).ThrowIfFailed();
        Assert.Throws<ShapeException>(() => tied.Forward(Tensor.Zeros([2, 4])));
    }

    [Fact]
    public void AModelIsBoundInDoubleByOneCall()
    {
        var layer = Recurrent.Over(new GruCell(2, 4, Key));
        var x = Point(5, 2, 2);
        using var tape = new Tape();
        var values = tape.BindAs(ElementType.Float64, layer.Parameters);
        var outputs = layer.Forward(x);
        Assert.Equal(ElementType.Float64, outputs.ElementType);
        var gradients = tape.Gradients(Sum(outputs), values);
        Assert.All(gradients, gradient => Assert.Equal(ElementType.Float64, gradient.ElementType));
        Assert.Contains(gradients[0].ToDoubles(), g => g != 0);
        tape.Dispose();
        using var late = new Tape();
        _ = layer.Forward(Tensor.Zeros([1, 1, 2]));
        Assert.Throws<TapeException>(() => late.BindAs(ElementType.Float64, layer.Parameters));
    }

    [Fact]
    public void TruncatedRulesTakeLengths()
    {
        var cell = new GruCell(2, 4, Key);
        var x = Key.For("x").Normal([6, 3, 2]);
        int[] lengths = [6, 2, 5];
        var rule = BackPropagation.Through(cell);
        var whole = rule.ThroughTime(x, y => Sum(y * y), lengths);
        var all = rule.Truncated(x, 6, 6, (y, _) => Sum(y * y), lengths: lengths);
        Assert.Equal(whole.Loss, all.Loss, 1e-5);
        Same(whole.Gradients, all.Gradients);
        var chunks = rule.InChunks(x, 4, (y, _) => Sum(y * y), ChunkState.CarriedWithGradient, lengths: lengths);
        Same(whole.Gradients, chunks.Gradients);
        Assert.NotEqual(whole.Loss, rule.Truncated(x, 6, 6, (y, _) => Sum(y * y)).Loss, 1e-3);

        static void Same(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual)
        {
            for (int i = 0; i < expected.Count; i++) Equal(expected[i], actual[i], 1e-4);
        }
    }

    [Fact]
    public void SamplersCombineTheirLimits()
    {
        double[] probabilities = [0.4, 0.3, 0.2, 0.06, 0.04], logits = Array.ConvertAll(probabilities, Math.Log);
        // Of the first three, 0.4 / 0.9 and 0.7 / 0.9 of the shares.
        Close([4.0 / 7, 3.0 / 7, 0, 0, 0], Sampler.TopKNucleus(3, 0.7).Probabilities(logits));
        Close([4.0 / 9, 3.0 / 9, 2.0 / 9, 0, 0], Sampler.TopKNucleus(3, 0.8).Probabilities(logits));
        Close(Sampler.TopK(2).Probabilities(logits), Sampler.TopKNucleus(2, 1).Probabilities(logits));
        Close(Sampler.Nucleus(0.85, 0.5).Probabilities(logits), Sampler.TopKNucleus(99, 0.85, 0.5).Probabilities(logits));

        var penalized = Sampler.Random.WithRepetitionPenalty(2);
        double[] given = [1, 1, -1, -1];
        double[] expected = [Math.Exp(0.5), Math.E, Math.Exp(-2), Math.Exp(-1)];
        Close([.. expected.Select(e => e / expected.Sum())], penalized.Probabilities(given, [0, 2, 2, 9, -1]));
        Close(Sampler.Random.Probabilities(given), penalized.Probabilities(given));
        Close(Sampler.Random.Probabilities(given), Sampler.Random.WithRepetitionPenalty(1).Probabilities(given, [0, 1]));
        Assert.Equal(1, Sampler.Greedy.WithRepetitionPenalty(2).Choose([1, 0.9], 0.5, [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sampler.Random.WithRepetitionPenalty(0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sampler.TopKNucleus(0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sampler.TopKNucleus(2, 0));
    }

    // A decoder that would repeat its prompt for ever.
    [Fact]
    public void DecodersTellSamplersTheTextSoFar()
    {
        var decoder = new Decoder<Tensor>(
            new RnnCell(2, 2, Key), symbols => Tensor.Zeros([symbols.Length, 2]), _ => Tensor.From(new[,] { { 1f, 0.9f, 0.8f } }));
        Assert.Equal([0, 0, 0], decoder.Generate([[0]], 3, Sampler.Greedy, Key)[0]);
        Assert.Equal([1, 2, 0], decoder.Generate([[0]], 3, Sampler.Greedy.WithRepetitionPenalty(4), Key)[0]);
    }

    static Tensor Point(params int[] shape) => Key.For("point").Normal(Shape.Create(shape), type: ElementType.Float64);

    static double[] Outputs<TState>(Cell<TState> cell, Tensor x)
    {
        using var tape = new Tape();
        tape.BindAs(ElementType.Float64, cell.Parameters);
        return Recurrent.Over(cell).Forward(x).ToDoubles();
    }

    static void Equal(Tensor expected, Tensor actual, double tolerance)
    {
        double[] a = expected.ToDoubles(), b = actual.ToDoubles();
        Assert.Equal(expected.Shape, actual.Shape);
        for (int i = 0; i < a.Length; i++) Assert.Equal(a[i], b[i], tolerance);
    }

    // In float: about twenty roundings a step.
    static void Close(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 7 * 64 * 6e-8);
    }

    sealed class Named : Module
    {
        readonly Linear head;

        public Named() => Part(out head, new Linear(2, 1, Key));

        public Linear Head => head;
    }

    sealed class Holder : Module, ILayer
    {
        readonly Parameter kept;

        public Holder(Parameter kept, bool shares) => this.kept = shares ? Share(kept) : kept;

        public Tensor Forward(Tensor x) => x * kept;
    }

    sealed class HolderOfMany(Parameter one) : Module
    {
        readonly Parameter[] many = [one];

        public int Count => many.Length;
    }

    sealed class Unnamed : Module
    {
        public Unnamed() => Part(new Linear(2, 1, Key));
    }
}

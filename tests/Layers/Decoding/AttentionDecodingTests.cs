using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Decoding;

/// <summary>What a cell holds of the sequences of a batch goes with their states, through every wrapper.</summary>
public class AttentionDecodingTests
{
    const int Symbols = 3, Stop = 0, Embedded = 6, Length = 3;

    static readonly RandomKey Key = new(8);
    static readonly Tensor Source = Key.For("source").Normal([4, 3, 2], 2);
    static readonly int[] SourceLengths = [4, 1, 3];
    static readonly int[][] Prompts = [[1, 2], [1], [2, 1, 1]];
    static readonly AdditiveAttention Attention = new(query: 4, annotation: 2, units: 3, Key);

    [Fact]
    public void BeamsAndBatchesAreTheSequencesOneByOne()
    {
        Same(source => Attending(source));
        Same(source => Residual.Around(Attending(source)));
        Same(source => Readout.Of(Attending(source), new Linear(6, 4, Key.For("readout"))));
        Same(source => Zoneout.Around(Attending(source), Key, 0.3));
        Same(source => VariationalDropout.Around(Attending(source), Key, 0.3));
        Same(source => DelayedState.Of(Attending(source), 2));
        Same(source => OutputFeedback.Around(Attending(source, inputs: Embedded + 6), 6));
        Same(source => GradientLimitedCell.ByValue(Attending(source), 1));
        Same(source => Stacked.Of<Tensor>(Attending(source), new RnnCell(6, 4, Key.For("upper"))));
        Same(source => SkipStacked.Of<Tensor>(new RnnCell(Embedded, 4, Key.For("lower")), Attending(source, inputs: Embedded + 4)));
        Same(source => Stacked.Of(Residual.Around(Zoneout.Around(Attending(source), Key, 0.1)), Residual.Around(Attending(source))));
    }

    static void Same<TState>(Func<AttendedSequence, Cell<TState>> create)
    {
        var together = Model(create, Attention.Over(Source, SourceLengths));
        var beams = together.Beam(Prompts, 1000, Length, 0.6, Stop);
        var narrow = together.Beam(Prompts, 2, 6, 0.6, Stop);
        var generated = together.Generate(Prompts, 12, Sampler.Random, Key, Stop);
        // Where all end at once nothing would have to move.
        Assert.True(generated.Select(symbols => symbols.Length).Distinct().Count() > 1);
        for (int b = 0; b < Prompts.Length; b++)
        {
            var alone = Model(create, Attention.Over(Slice(Source, 1, b, 1)[..SourceLengths[b]]));
            var all = new List<(string Text, double Score)>();
            Enumerate(alone, Prompts[b], [], 0, all);
            var expected = all.OrderByDescending(sequence => sequence.Score).ToArray();
            Assert.Equal(expected.Length, beams[b].Count);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(expected[i].Score, beams[b][i].Score, 1e-4);
                Assert.Equal(
                    expected[i].Score, all.Single(sequence => sequence.Text == Text(beams[b][i].Symbols, beams[b][i].IsFinished)).Score,
                    1e-4);
            }
            Assert.Equal(
                alone.Beam([Prompts[b]], 2, 6, 0.6, Stop)[0].Select(found => found.Symbols), narrow[b].Select(found => found.Symbols));
            Assert.Equal(Sampled(alone, b), generated[b]);
        }
    }

    // One symbol after the other, with the random numbers of its place in the batch.
    static IEnumerable<int> Sampled<TState>(Decoder<TState> alone, int place)
    {
        var read = new List<int>(Prompts[place]);
        for (int step = 0; step < 12; step++)
        {
            int symbol = Sampler.Random.Choose(
                alone.Read([[.. read]]).Logits.ToDoubles(), Key.For("generate").At(step).Uniform((uint)place));
            if (symbol == Stop) yield break;
            read.Add(symbol);
            yield return symbol;
        }
    }

    static void Enumerate<TState>(Decoder<TState> alone, int[] prompt, int[] symbols, double log, List<(string, double)> all)
    {
        var p = LogSoftmax(alone.Read([[.. prompt, .. symbols]]).Logits).ToDoubles();
        all.Add((Text(symbols, true), (log + p[Stop]) / Math.Pow((6.0 + symbols.Length) / 6, 0.6)));
        for (int symbol = 1; symbol < Symbols; symbol++)
        {
            int[] longer = [.. symbols, symbol];
            if (longer.Length < Length) Enumerate(alone, prompt, longer, log + p[symbol], all);
            else all.Add((Text(longer, false), (log + p[symbol]) / Math.Pow((5.0 + Length) / 6, 0.6)));
        }
    }

    static string Text(IEnumerable<int> symbols, bool isFinished) => string.Concat(symbols) + (isFinished ? "." : "…");

    /// <summary>A wrapper that does not say how to go on would decode with the rows of others.</summary>
    [Fact]
    public void AWrapperThatDoesNotPassRowsOnIsRefused()
    {
        var sequence = Attention.Over(Source, SourceLengths);
        var decoder = Model(source => new Silent(Attending(source)), sequence);
        Refused.With<InvalidOperationException>(
            "Silent: its part AttentionCell`1 belongs to the sequences of a batch; override Cell.WithRows",
            () => decoder.Beam(Prompts, 2, 3));
        // Of a cell that holds nothing of its batch there is nothing to say.
        Assert.Single(Model(_ => new Silent(new GruCell(Embedded, 4, Key)), sequence).Beam([[1]], 1, 3)[0]);
        Assert.Equal(2, Model(_ => new Silent(Residual.Around(new GruCell(Embedded, Embedded, Key))), sequence).Beam([[1]], 2, 3)[0].Count);
    }

    /// <summary>The parameters of a view are those of the cell, and so is its mode, now and later.</summary>
    [Fact]
    public void AViewFollowsItsCell()
    {
        var cell = Zoneout.Around(Attending(Attention.Over(Source, SourceLengths)), Key, 0.5);
        var view = cell.WithRows([2, 2]);
        Assert.NotSame(cell, view);
        Assert.Equal(cell.Parameters, view.Parameters);
        Assert.Same(cell.Parameters[0], view.Parameters[0]);
        cell.Train(3);
        Assert.Equal((true, 3), (view.IsTraining, view.TrainingStep));
        var plain = Zoneout.Around(new GruCell(2, 2, Key), Key, 0.5);
        Assert.Same(plain, plain.WithRows([0, 0]));
    }

    static AttentionCell<Tensor> Attending(AttendedSequence source, int inputs = Embedded) =>
        new(Large(new GruCell(inputs + 2, 4, Key)), source, Attention);

    static Decoder<TState> Model<TState>(Func<AttendedSequence, Cell<TState>> create, AttendedSequence source)
    {
        var cell = create(source);
        int outputs =
            cell.Step(Tensor.Zeros([source.Annotations.Shape[1], Embedded]),
            cell.First(source.Annotations.Shape[1], ElementType.Float32)).Output.Shape[1];
        return new(cell, symbols => 3 * OneHot(symbols, Embedded), Large(new Linear(outputs, Symbols, Key.For("head"))).Forward);
    }

    // So that what was read matters.
    static T Large<T>(T module)
        where T : Module
    {
        foreach (var parameter in module.Parameters) parameter.Assign(2 * parameter.Detach());
        return module;
    }

    sealed class Silent : Cell<Tensor>
    {
        readonly Cell<Tensor> cell;

        public Silent(Cell<Tensor> cell)
            : base(default)
            => this.cell = Part(cell);

        public override Tensor Initial(int batch, ElementType type) => cell.First(batch, type);

        public override (Tensor Output, Tensor Next) Step(Tensor x, Tensor state) => cell.Step(x, state);
    }
}

using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Decoding;

public class DecoderTests
{
    const int Symbols = 4, Stop = 0;

    static readonly RandomKey Key = new(12);
    static readonly int[][] Prompts = [[1, 2, 3], [2], [3, 3, 1, 1, 2]];
    static readonly Decoder<LayerStates<LstmState>> Model = Create();

    /// <summary>By hand: one prompt at a time, one symbol at a time.</summary>
    [Fact]
    public void GreedyTakesTheMostProbableSymbolAtEveryStep()
    {
        var found = Model.Generate(Prompts, 12, Sampler.Greedy, Key, Stop);
        for (int i = 0; i < Prompts.Length; i++)
        {
            var read = new List<int>(Prompts[i]);
            var expected = new List<int>();
            while (expected.Count < 12)
            {
                var p = LogProbabilities(read);
                int best = Array.IndexOf(p, p.Max());
                if (best == Stop) break;
                expected.Add(best);
                read.Add(best);
            }
            Assert.Equal(expected, found[i]);
        }
    }

    [Fact]
    public void ABatchOfPromptsIsThePromptsOneByOne()
    {
        var together = Model.Generate(Prompts, 15, Sampler.Greedy, Key, Stop);
        for (int i = 0; i < Prompts.Length; i++) Assert.Equal(Model.Generate([Prompts[i]], 15, Sampler.Greedy, Key, Stop)[0], together[i]);
        var beams = Model.Beam(Prompts, 3, 6, 0.6, Stop);
        for (int i = 0; i < Prompts.Length; i++) Same(Model.Beam([Prompts[i]], 3, 6, 0.6, Stop)[0], beams[i]);
    }

    [Fact]
    public void TheSameKeyGeneratesTheSame()
    {
        Assert.Equal(Model.Generate(Prompts, 30, Sampler.Random, Key), Model.Generate(Prompts, 30, Sampler.Random, Key));
        Assert.NotEqual(Model.Generate(Prompts, 30, Sampler.Random, Key), Model.Generate(Prompts, 30, Sampler.Random, new RandomKey(13)));
        Assert.All(Model.Generate(Prompts, 30, Sampler.Random, Key), symbols => Assert.Equal(30, symbols.Length));
    }

    /// <summary>Another prompt that ends early must not shift the random numbers of those that go on.</summary>
    [Fact]
    public void RandomNumbersBelongToThePrompt()
    {
        int[][] prompts = [[1], [2], [3], [1, 1], [2, 2], [3, 3]];
        var free = Model.Generate(prompts, 20, Sampler.Random, Key);
        var stopping = Model.Generate(prompts, 20, Sampler.Random, Key, Stop);
        Assert.Contains(stopping, symbols => symbols.Length < 20);
        for (int i = 0; i < prompts.Length; i++) Assert.Equal(free[i].TakeWhile(symbol => symbol != Stop), stopping[i]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    [InlineData(2)]
    public void ABeamThatKeepsEverythingFindsTheBestOfAllSequences(double penalty)
    {
        var all = new List<(string Text, double Score)>();
        Enumerate(Prompts[0], [], 0, 4, penalty, all);
        var expected = all.OrderByDescending(sequence => sequence.Score).Take(20).ToArray();
        var found = Model.Beam([Prompts[0]], 1000, 4, penalty, Stop)[0];
        Assert.Equal(all.Count, found.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Text, Text(found[i].Symbols, found[i].IsFinished));
            Assert.Equal(expected[i].Score, found[i].Score, 1e-5);
        }
    }

    /// <summary>Each hypothesis has read its own symbols: a state left with another hypothesis would give another probability.</summary>
    [Fact]
    public void StatesGoWithTheirHypotheses()
    {
        foreach (var (prompt, beam) in Prompts.Zip(Model.Beam(Prompts, 5, 8, 0.5, Stop)))
            foreach (var hypothesis in beam)
            {
                double log = 0;
                var read = new List<int>(prompt);
                foreach (int symbol in hypothesis.Symbols.Concat(hypothesis.IsFinished ? [Stop] : Array.Empty<int>()))
                {
                    log += LogProbabilities(read)[symbol];
                    read.Add(symbol);
                }
                Assert.Equal(log, hypothesis.LogProbability, 1e-4);
                int own = hypothesis.Symbols.Count + (hypothesis.IsFinished ? 1 : 0);
                Assert.Equal(hypothesis.LogProbability / Math.Pow((5.0 + own) / 6, 0.5), hypothesis.Score, 1e-12);
            }
    }

    [Fact]
    public void ABeamOfOneWithoutAStopIsGreedy()
    {
        var greedy = Model.Generate(Prompts, 9, Sampler.Greedy, Key);
        var beams = Model.Beam(Prompts, 1, 9);
        for (int i = 0; i < Prompts.Length; i++) Assert.Equal(greedy[i], beams[i].Single().Symbols);
    }

    [Fact]
    public void AWiderBeamIsSorted()
    {
        var beam = Model.Beam(Prompts, 6, 7, 1, Stop)[0];
        Assert.Equal(6, beam.Count);
        Assert.Equal(beam.Select(h => h.Score).OrderDescending(), beam.Select(h => h.Score));
        Assert.All(beam, hypothesis => Assert.DoesNotContain(Stop, hypothesis.Symbols));
    }

    [Fact]
    public void NothingIsGeneratedWhereNothingWasAskedFor() => Assert.All(Model.Generate(Prompts, 0, Sampler.Greedy, Key), Assert.Empty);

    [Fact]
    public void WhatIsRefused()
    {
        Refused.With<ArgumentOutOfRangeException>("Beam: width must be at least 1; it is 0.", () => Model.Beam(Prompts, 0, 5));
        Refused.With<ArgumentOutOfRangeException>("Beam: length must be at least 1; it is 0.", () => Model.Beam(Prompts, 1, 0));
        Refused.With<ArgumentOutOfRangeException>(
            "Beam: lengthPenalty must be finite and not negative; it is -1.", () => Model.Beam(Prompts, 1, 5, -1));
        Refused.With<ArgumentOutOfRangeException>(
            "Generate: length must be at least 0; it is -1.", () => Model.Generate(Prompts, -1, Sampler.Greedy, Key));
        Refused.With<ArgumentException>("Generate: no prompts were given.", () => Model.Generate([], 5, Sampler.Greedy, Key));
        Refused.With<ArgumentException>("Beam: prompt 1 is empty; it needs at least one symbol", () => Model.Beam([[1], []], 2, 5));
        Assert.Throws<ArgumentNullException>(() => Model.Generate(Prompts, 5, null!, Key));
        var flat = new Decoder<Tensor>(new RnnCell(Symbols, 2, Key), symbols => OneHot(symbols, Symbols), y => Sum(y));
        Refused.With<ShapeException>(
            "Decoder: the read-out gave []; [batch, symbols] is needed.", () => flat.Generate([[1]], 1, Sampler.Greedy, Key));
    }

    static Decoder<LayerStates<LstmState>> Create()
    {
        var cell = Stacked.Of<LstmState>(new LstmCell(Symbols, 6, Key), new PeepholeLstmCell(6, 5, Key.For("upper")));
        var head = new Linear(5, Symbols, Key.For("head"));
        // Large weights, so that what was read matters.
        foreach (var parameter in (IEnumerable<Parameter>)[.. cell.Parameters, .. head.Parameters])
            parameter.Assign(3 * parameter.Detach());
        return new(cell, symbols => OneHot(symbols, Symbols), head.Forward);
    }

    static double[] LogProbabilities(IEnumerable<int> read) => LogSoftmax(Model.Read([[.. read]]).Logits).ToDoubles();

    static void Enumerate(int[] prompt, int[] symbols, double log, int left, double penalty, List<(string, double)> all)
    {
        if (left == 0)
        {
            all.Add((Text(symbols, false), log / Math.Pow((5.0 + symbols.Length) / 6, penalty)));
            return;
        }
        var p = LogProbabilities(prompt.Concat(symbols));
        all.Add((Text(symbols, true), (log + p[Stop]) / Math.Pow((6.0 + symbols.Length) / 6, penalty)));
        for (int symbol = 1; symbol < Symbols; symbol++) Enumerate(prompt, [.. symbols, symbol], log + p[symbol], left - 1, penalty, all);
    }

    static string Text(IEnumerable<int> symbols, bool isFinished) => string.Concat(symbols) + (isFinished ? "." : "…");

    static void Same(IReadOnlyList<Hypothesis> expected, IReadOnlyList<Hypothesis> found)
    {
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Symbols, found[i].Symbols);
            Assert.Equal(expected[i].LogProbability, found[i].LogProbability, 1e-5);
        }
    }
}

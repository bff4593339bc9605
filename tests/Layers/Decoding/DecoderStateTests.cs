using Autograd.Layers;
using static Autograd.Functions;

namespace Autograd.Tests.Layers.Decoding;

/// <summary>Where decoding begins, and which numbers its steps have.</summary>
public class DecoderStateTests
{
    static readonly RandomKey Key = new(21);

    [Fact]
    public void DecodingBeginsAtALearnedState()
    {
        var cell = new LstmCell(3, 4, Key);
        var layer = Recurrent.Over(cell, InitialState.Learned);
        layer["initial0"].Assign(Key.For("h").Normal([1, 4], 3));
        layer["initial1"].Assign(Key.For("c").Normal([1, 4], 3));
        var expected = layer.Run(OneHot([0, 2, 1, 1], 3).Reshape(2, 2, 3));
        var (logits, state) = Decoder(cell).Read([[0, 1], [2, 1]]);
        Close.Equal(expected.Outputs[1], logits, 1e-6);
        Close.Equal(expected.Final.C, state.C, 1e-6);
        // A wrapper begins as its cell does, and a driver that was told so at the cell's own state.
        Close.Equal(expected.Outputs[1], Decoder(Zoneout.Around(cell, Key, 0)).Read([[0, 1], [2, 1]]).Logits, 1e-6);
        Close.Same(cell.Initial(2, ElementType.Float32).C, Tensor.Zeros([2, 4]));
        var own = Recurrent.Over(cell).Run(OneHot([0, 2, 1, 1], 3).Reshape(2, 2, 3));
        Close.Same(Recurrent.Over(new LstmCell(3, 4, Key)).Run(OneHot([0, 2, 1, 1], 3).Reshape(2, 2, 3)).Outputs, own.Outputs);
        Close.Equal(expected.Outputs[1], Decoder(cell).Read([[0, 1], [2, 1]]).Logits, 1e-6);
    }

    /// <summary>What was read first may as well be given as a state.</summary>
    [Fact]
    public void DecodingGoesOnFromAGivenState()
    {
        var cell = Zoneout.Around(new LstmCell(3, 4, Key), Key, 0.5, 0.3);
        cell.Train(2);
        foreach (var parameter in cell.Parameters) parameter.Assign(4 * parameter.Detach());
        var decoder = Decoder(cell, new Linear(4, 3, Key.For("head")).Forward);
        int[][] first = [[0, 1, 2], [2, 1, 1]], second = [[1, 1], [0]], whole = [[0, 1, 2, 1, 1], [2, 1, 1, 0]];
        var (_, state) = decoder.Read(first);
        Close.Same(decoder.Read(whole).Logits, decoder.Read(second, state, firstStep: 3).Logits);
        Assert.Equal(
            decoder.Generate(whole, 9, Sampler.Random, Key, 0), decoder.Generate(second, state, 9, Sampler.Random, Key, 0, firstStep: 3));
        var (expected, found) = (decoder.Beam(whole, 3, 5, 0.5, 0), decoder.Beam(second, state, 3, 5, 0.5, 0, firstStep: 3));
        for (int i = 0; i < 2; i++)
            Assert.Equal(expected[i].Select(hypothesis => hypothesis.Score), found[i].Select(hypothesis => hypothesis.Score));
        // Under other numbers the masks are others.
        Assert.NotEqual(decoder.Read(whole).Logits.ToDoubles(), decoder.Read(second, state).Logits.ToDoubles());
    }

    /// <summary>What is generated goes on with the numbers of the prompt.</summary>
    [Fact]
    public void GeneratedSymbolsGoOnWithTheNumbers()
    {
        var cell = Zoneout.Around(new RnnCell(5, 6, Key), Key, 0.5);
        foreach (var parameter in cell.Parameters) parameter.Assign(4 * parameter.Detach());
        cell.Train(1);
        var head = new Linear(6, 5, Key.For("head"));
        var decoder = new Decoder<Tensor>(cell, symbols => OneHot(symbols, 5), y => 3 * head.Forward(y));
        var read = new List<int> { 1, 3 };
        var layer = Recurrent.Over(cell);
        for (int step = 0; step < 20; step++)
        {
            var outputs = layer.Forward(OneHot([.. read], 5).Reshape(read.Count, 1, 5));
            read.Add(Best(head.Forward(outputs[^1])));
        }
        Assert.True(read.Distinct().Count() > 2);
        Assert.Equal(read.Skip(2), decoder.Generate([[1, 3]], 20, Sampler.Greedy, Key)[0]);
        Assert.Equal(read.Skip(2), decoder.Beam([[1, 3]], 1, 20)[0][0].Symbols);
        var (logits, state) = decoder.Read([[1, 3]]);
        for (int t = 2; t < read.Count; t++)
        {
            Assert.Equal(read[t], Best(logits));
            using (TimeStep.Begin(t)) (logits, state) = decoder.Step([read[t]], state);
        }
    }

    [Fact]
    public void StatesAndInputsThatDoNotFitAreRefused()
    {
        var decoder = Decoder(new LstmCell(3, 4, Key));
        var state = new LstmState(Tensor.Zeros([2, 4]), Tensor.Zeros([1, 4]));
        const string Message = "{0}: tensor 1 of the initial state is [1, 4]; its first axis must be the batch, 2 in x [2, 3].";
        Refused.With<ShapeException>(string.Format(null, Message, "Read"), () => decoder.Read([[0], [1]], state));
        Refused.With<ShapeException>(
            string.Format(null, Message, "Generate"), () => decoder.Generate([[0], [1]], state, 5, Sampler.Greedy, Key));
        Refused.With<ShapeException>(string.Format(null, Message, "Beam"), () => decoder.Beam([[0], [1]], state, 5, 5));
        Refused.With<ShapeException>(string.Format(null, Message, "Decoder"), () => decoder.Step([0, 1], state));
        var doubles = State.Map(new LstmCell(3, 4, Key).Initial(1, ElementType.Float32), tensor => tensor.As(ElementType.Float64));
        Refused.With<ElementTypeException>(
            "Read: tensor 0 of the initial state is Float64; the input is Float32.", () => decoder.Read([[0]], doubles));
        Refused.With<ArgumentOutOfRangeException>(
            "Read: firstStep must be at least 0; it is -1.", () => decoder.Read([[0]], state with { H = state.C }, -1));
        var one = new Decoder<Tensor>(new RnnCell(3, 4, Key), _ => Tensor.Zeros([1, 3]), y => y);
        Refused.With<ShapeException>(
            "Decoder: 2 symbols were embedded as [1, 3]; the first axis must be the symbols.", () => one.Read([[0], [1]]));
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void LogitsOfWhichNoneIsTheLargestAreRefused(double logit, string name)
    {
        var decoder = new Decoder<Tensor>(
            new RnnCell(3, 3, Key), symbols => OneHot(symbols, 3), h => 0 * h + Tensor.From([0f, (float)logit, 1]));
        Refused.With<ArgumentException>(
            $"Sampler: the largest of 3 logits is {name}; a symbol can be chosen only if it is finite.",
            () => decoder.Generate([[0]], 3, Sampler.Greedy, Key));
        Refused.With<ArgumentException>($"Beam: the largest of 3 logits is {name};", () => decoder.Beam([[0]], 2, 3, stop: 1));
    }

    static int Best(Tensor logits) => logits.ToDoubles() is var numbers ? Array.IndexOf(numbers, numbers.Max()) : 0;

    static Decoder<LstmState> Decoder(Cell<LstmState> cell, Func<Tensor, Tensor>? readOut = null) =>
        new(cell, symbols => OneHot(symbols, 3), readOut ?? (y => y));
}

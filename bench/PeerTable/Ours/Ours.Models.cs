using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.PeerTable;

static partial class Ours
{
    /// <summary>The parts of a language model, which every library makes with the same weights.</summary>
    public static (Embedding Embedding, LstmCell Cell, Linear Head) LanguageModel(int symbols, Size size) =>
        (new(symbols, size.Inputs, Key), new(size.Inputs, size.Hidden, Key), new(size.Hidden, symbols, Key));

    /// <summary>A language model's whole step: embedding, LSTM, read-out, cross-entropy, clipping, Adam.</summary>
    public static Side Language(int symbols, Size size, int threads) => new(Name, () =>
    {
        var (embedding, cell, head) = LanguageModel(symbols, size);
        var network = new Recurrent<LstmState>(cell) { Threads = threads };
        Parameter[] parameters = [.. embedding.Parameters, .. network.Parameters, .. head.Parameters];
        var adam = new Adam(parameters, 3e-3) { Clipping = Clipping.GlobalNorm(5) };
        int[] tokens = Tokens(size.Time * size.Batch, symbols, 0);
        Tensor ModelLoss()
        {
            var outputs = network.Forward(embedding.Forward(tokens, size.Time, size.Batch));
            // As the guide on speed says.
            return symbols < 1000 ? Loss.CrossEntropy(head.Forward(outputs), tokens) : Loss.CrossEntropy(outputs, head, tokens);
        }
        return new(
            () =>
            {
                using var tape = new Tape();
                adam.Step(tape.Gradients(ModelLoss(), parameters));
            },
            () => ModelLoss().ToScalar());
    });

    /// <summary>A time-delay layer with evenly spaced delays.</summary>
    public static TimeDelay Delays(ConvolutionSize size) =>
        new(size.Inputs, size.Outputs, [.. Enumerable.Range(0, size.Taps).Select(tap => tap * size.Dilation)], Key, Tanh);

    public static Side Convolution(ConvolutionSize size) => new(Name, () =>
    {
        var layer = Delays(size);
        return Training(layer, layer.Forward, size.Input());
    });

    static Work Training(Module module, Forward forward, Tensor x) => new(
        () =>
        {
            using var tape = new Tape();
            tape.Gradients(Mean(Square(forward(x))), module.Parameters);
        },
        () => MeanSquare(forward(x)));

    delegate Tensor Forward(Tensor x, ReadOnlySpan<int> lengths = default);

    /// <summary>The parts of a decoder that attends: a GRU and what it reads by.</summary>
    public static (GruCell Cell, AdditiveAttention Attention) Decoder(AttentionSize size) => (
        new(size.Inputs + size.Annotation, size.Hidden, Key, GruReset.AfterProduct),
        new(size.Hidden, size.Annotation, size.Hidden, Key));

    public static Side Attention(AttentionSize size, int threads) => new(Name, () =>
    {
        var (cell, attention) = Decoder(size);
        var annotations = size.Annotations();
        Tensor Outputs(Tensor x, ReadOnlySpan<int> lengths = default) =>
            new Recurrent<Tensor>(new AttentionCell<Tensor>(cell, attention.Over(annotations), attention)) { Threads = threads }.Forward(x);
        return Training(new Parts(cell, attention), Outputs, size.Input());
    });

    /// <summary>Some modules as one.</summary>
    sealed class Parts : Module
    {
        public Parts(params Module[] parts)
        {
            for (int i = 0; i < parts.Length; i++) Part(parts[i], $"{i}");
        }
    }

    public static Tensor Logits(CtcSize size) => Key.Normal([size.Time, size.Batch, size.Classes]);

    public static Side Ctc(CtcSize size) => new(Name, () =>
    {
        var logits = Logits(size);
        int[][] targets = [.. size.Targets().Chunk(size.Labels)];
        return new(
            () =>
            {
                using var tape = new Tape();
                var x = tape.Watch(logits);
                tape.Gradients(Sum(Layers.Ctc.NegativeLogLikelihood(x, targets)), [x]);
            },
            () => Sum(Layers.Ctc.NegativeLogLikelihood(logits, targets)).ToScalar());
    });

    /// <summary>A check of the gradients of two bidirectional layers by their input and all parameters.</summary>
    public static Side Check(CheckMode mode) => new(Name, () =>
    {
        var network = new Network(Kinds.Peephole, new(12, 3, 8, 16, Layers: 2), Threads: 1) { IsBidirectional = true };
        var layers = new OwnNetwork(network).Create();
        var x = network.Input();
        var options = new GradientCheckOptions { Mode = mode };
        return new(() => GradientCheck.Run(inputs => layers.Forward(inputs[0]), [x], layers.Parameters, options).ThrowIfFailed());
    });

    /// <summary>A step of real-time recurrent learning of a cell, or of its approximation within some reach.</summary>
    public static Side Rule(RuleSize size) => new(Name, () =>
    {
        var x = Key.Normal([size.Batch, RuleSize.Inputs]);
        Cell<Tensor> cell = size.IsGated ? new GruCell(RuleSize.Inputs, size.Hidden, Key) : new RnnCell(RuleSize.Inputs, size.Hidden, Key);
        var rule = RealTimeLearning.Of(cell, reach: size.Reach);
        return new(() => rule.Step(x, y => Sum(Square(y))));
    });

    /// <summary>An echo state network's reservoir, and what drives it.</summary>
    public static (EchoStateCell Cell, Tensor Drive) Echo(ReservoirSize size) => (
        new(1, size.Units, Key, new() { Connectivity = size.Density }),
        Key.For("u").Normal([ReservoirSize.Steps, 1, 1], 1, ElementType.Float64));

    public static Side Reservoir(ReservoirSize size) => new(Name, () =>
    {
        var (cell, drive) = Echo(size);
        var network = Recurrent.Over(cell);
        return new(() => network.Forward(drive), () => MeanSquare(network.Forward(drive)));
    });

    /// <summary>The same numbers for every library.</summary>
    public static int[] Tokens(int count, int below, int first) => [.. Enumerable.Range(0, count).Select(i => first + i * 7919 % below)];
}

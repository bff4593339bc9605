using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.PeerTable;

/// <summary>This library's side of the rows.</summary>
static class Ours
{
    const string Name = "Autograd";

    public static readonly RandomKey Key = new(1);

    /// <summary>A network of a kind: <c>lstm</c>, <c>gru</c> or <c>rnn</c>.</summary>
    public static ISequenceLayer Network(string kind, int inputs, int hidden, int layers, int threads) => kind switch
    {
        "lstm" => Stack<LstmState>((width, key) => new LstmCell(width, hidden, key), inputs, hidden, layers, threads),
        "gru" => Stack<Tensor>((width, key) => new GruCell(width, hidden, key, GruReset.AfterProduct), inputs, hidden, layers, threads),
        _ => Stack<Tensor>((width, key) => new RnnCell(width, hidden, key), inputs, hidden, layers, threads),
    };

    static Recurrent<LayerStates<TState>> Stack<TState>(
        Func<int, RandomKey, Cell<TState>> create, int inputs, int hidden, int layers, int threads) =>
        new(Stacked.Of([.. Enumerable.Range(0, layers).Select(layer => create(layer == 0 ? inputs : hidden, Key.For($"{layer}")))]))
        {
            Threads = threads,
        };

    /// <summary>Forward, the mean of the squared outputs, and its gradients.</summary>
    public static Side Train(string kind, Size size, int threads) => new(Name, () =>
    {
        var network = Network(kind, size.Inputs, size.Hidden, size.Layers, threads);
        var x = Key.Normal([size.Time, size.Batch, size.Inputs]);
        var parameters = ((Module)network).Parameters;
        return () =>
        {
            using var tape = new Tape();
            tape.Gradients(Mean(Square(network.Forward(x))), parameters);
        };
    });

    public static Side Infer(string kind, Size size, int threads) => new(Name, () =>
    {
        var network = Network(kind, size.Inputs, size.Hidden, size.Layers, threads);
        var x = Key.Normal([size.Time, size.Batch, size.Inputs]);
        return () => network.Forward(x);
    });

    /// <summary>A language model's whole step: embedding, LSTM, read-out, cross-entropy, clipping, Adam.</summary>
    public static Side Language(int symbols, Size size, int threads) => new(Name, () =>
    {
        var embedding = new Embedding(symbols, size.Inputs, Key);
        var network = new Recurrent<LstmState>(new LstmCell(size.Inputs, size.Hidden, Key)) { Threads = threads };
        var head = new Linear(size.Hidden, symbols, Key);
        Parameter[] parameters = [.. embedding.Parameters, .. network.Parameters, .. head.Parameters];
        var adam = new Adam(parameters, 3e-3) { Clipping = Clipping.GlobalNorm(5) };
        int[] tokens = Tokens(size.Time * size.Batch, symbols, 0);
        return () =>
        {
            using var tape = new Tape();
            var outputs = network.Forward(embedding.Forward(tokens, size.Time, size.Batch));
            // As the guide on speed says.
            var loss = symbols < 1000 ? Loss.CrossEntropy(head.Forward(outputs), tokens) : Loss.CrossEntropy(outputs, head, tokens);
            adam.Step(tape.Gradients(loss, parameters));
        };
    });

    public static Side Ctc(int time, int batch, int classes, int labels) => new(Name, () =>
    {
        var logits = Key.Normal([time, batch, classes]);
        int[][] targets = [.. Tokens(batch * labels, classes - 1, 1).Chunk(labels)];
        return () =>
        {
            using var tape = new Tape();
            var x = tape.Watch(logits);
            tape.Gradients(Sum(Layers.Ctc.NegativeLogLikelihood(x, targets)), [x]);
        };
    });

    public static Side Rule(int hidden, int? reach) => new(Name, () =>
    {
        var rule = RealTimeLearning.Of(new RnnCell(8, hidden, Key), reach: reach);
        var x = Key.Normal([1, 8]);
        return () => rule.Step(x, y => Sum(Square(y)));
    });

    /// <summary>An operation by itself: recorded, as within a training, or where nothing is, so that its result is new memory.</summary>
    public static Side Of(Func<Tensor[], Tensor> function, int[][] shapes, bool isRecorded = true) => new(Name, () =>
    {
        Tensor[] x = [.. shapes.Select((shape, i) => Key.For($"{i}").Normal(Shape.Create(shape)))];
        return () =>
        {
            using var tape = new Tape();
            if (isRecorded)
            {
                function([.. x.Select(tape.Watch)]);
                return;
            }
            using var pause = tape.Pause();
            function(x);
        };
    });

    /// <summary>The same numbers for every library.</summary>
    public static int[] Tokens(int count, int below, int first) => [.. Enumerable.Range(0, count).Select(i => first + i * 7919 % below)];
}

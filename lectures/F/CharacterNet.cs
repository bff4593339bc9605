using System.Runtime.InteropServices;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>
/// A language model over tokens: embedding, one LSTM, a linear layer to logits over the next token. State is carried from window to window.
/// </summary>
sealed class CharacterNet : Module
{
    readonly Embedding embedding;
    readonly Recurrent<LstmState> recurrent;
    readonly Linear head;
    readonly Dropout dropout;
    readonly Optimizer optimizer;
    readonly IReadOnlyList<Parameter> parameters;
    LstmState? state;

    public CharacterNet(Report report, int symbols, int size, int hidden, RandomKey key, double dropped = 0, double learningRate = 3e-3)
    {
        embedding = Part(new Embedding(symbols, size, key.For("embedding")), nameof(embedding));
        recurrent = Part(Recurrent.Over(report.Cell(new LstmCell(size, hidden, key.For("recurrent")))), nameof(recurrent));
        dropout = Part(new Dropout(dropped, key.For("dropout")), nameof(dropout));
        head = Part(new Linear(hidden, symbols, key.For("head")), nameof(head));
        parameters = Parameters;
        optimizer = new Adam(parameters, learningRate) { Clipping = Clipping.GlobalNorm(5) };
    }

    /// <summary>One update; the loss in nats per token, before it.</summary>
    public double Learn(TokenWindow window)
    {
        Train((int)optimizer.Steps);
        using var tape = new Tape();
        var loss = Loss(window);
        optimizer.Step(tape.Gradients(loss, parameters));
        return loss.ToScalar();
    }

    /// <summary>Nats per token, with the state carried over all windows.</summary>
    public double Judge(ContiguousBatches batches)
    {
        Evaluate();
        double sum = 0;
        foreach (var window in batches)
        {
            using var tape = new Tape();
            using var pause = tape.Pause();
            sum += Loss(window).ToScalar();
        }
        state = null;
        return sum / batches.Count;
    }

    /// <summary>
    /// Goes on writing from a beginning: each token drawn from softmax(logits / temperature), one of them never if so asked.
    /// </summary>
    public int[] Write(ReadOnlySpan<int> beginning, int count, double temperature, RandomKey key, int never = -1)
    {
        Evaluate();
        var s = recurrent.Cell.Initial(1, ElementType.Float32);
        var written = new List<int>();
        Tensor? h = null;
        foreach (int token in beginning) (h, s) = recurrent.Cell.Step(embedding.Forward([token], 1), s);
        for (int i = 0; i < count; i++)
        {
            double[] p = Softmax(head.Forward(h!) * (1 / temperature)).ToDoubles();
            if (never >= 0) p[never] = 0;
            written.Add(Drawn(p, key.Uniform((uint)i) * p.Sum()));
            (h, s) = recurrent.Cell.Step(embedding.Forward([written[^1]], 1), s);
        }
        return [.. written];
    }

    public static string Write(CharacterNet net, CharacterVocabulary vocabulary, string beginning, int count, double temperature,
        RandomKey key) =>
        beginning + vocabulary.Decode(CollectionsMarshal.AsSpan(net.Write(vocabulary.Encode(beginning), count, temperature, key).ToList()));

    /// <summary>Which of some events a uniform number picks.</summary>
    public static int Drawn(double[] probabilities, double uniform)
    {
        for (int i = 0; i < probabilities.Length; i++)
            if ((uniform -= probabilities[i]) < 0)
                return i;
        return probabilities.Length - 1;
    }

    Tensor Loss(TokenWindow window)
    {
        if (window.IsFirst) state = null;
        var x = embedding.Forward(window.Inputs.Span, window.Time, window.Rows);
        var run = state is { } carried ? recurrent.Run(x, carried) : recurrent.Run(x);
        state = State.Detach(run.Final);
        return Autograd.Layers.Loss.CrossEntropy(head.Forward(dropout.Forward(run.Outputs)), window.Targets.Span);
    }
}

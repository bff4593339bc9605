using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>A model that says one word from a few others: what it projects them to, and logits over all words.</summary>
abstract class WordModel : Module
{
    const int Batch = 256;

    // Small, so that what was learned outweighs what was drawn.
    const double Initially = 0.1;

    protected readonly Embedding projection;

    protected WordModel(int words, int size, RandomKey key) => projection = Part(new Embedding(words, size, key.For("projection"),
        Initializer.Normal(Initially)), nameof(projection));

    /// <summary>One number row for each word: the projection.</summary>
    public double[,] Vectors()
    {
        var table = projection.Parameters[0];
        double[] numbers = table.ToDoubles();
        var vectors = new double[table.Shape[0], table.Shape[1]];
        Buffer.BlockCopy(numbers, 0, vectors, 0, numbers.Length * sizeof(double));
        return vectors;
    }

    /// <summary>Learns to say words from contexts; returns the mean loss of each tenth of an epoch.</summary>
    public List<double> Learn(int[][] contexts, int[] words, int epochs, double learningRate, RandomKey key, Action<double> progress)
    {
        var parameters = Parameters;
        var batches = new ShuffledBatches(words.Length, Batch, key.For("batches"));
        int updates = epochs * batches.BatchesPerEpoch, stretch = Math.Max(1, batches.BatchesPerEpoch / 10);
        var optimizer = new Adam(parameters, new Cosine(learningRate, updates));
        var losses = new List<double>();
        double sum = 0;
        for (int update = 1; update <= updates; update++)
        {
            using var tape = new Tape();
            int[] chosen = batches.Next();
            var loss = Loss.CrossEntropy(Logits([.. chosen.Select(i => contexts[i])]), [.. chosen.Select(i => words[i])]);
            optimizer.Step(tape.Gradients(loss, parameters));
            sum += loss.ToScalar();
            if (update % stretch != 0) continue;
            losses.Add(sum / stretch);
            sum = 0;
            progress(update / (double)updates);
        }
        return losses;
    }

    /// <summary>Nats per word.</summary>
    public double Judge(int[][] contexts, int[] words)
    {
        double sum = 0;
        for (int start = 0; start < words.Length; start += Batch)
        {
            int end = Math.Min(words.Length, start + Batch);
            sum += (end - start) * Loss.CrossEntropy(Logits(contexts[start..end]), words[start..end]).ToScalar();
        }
        return sum / words.Length;
    }

    /// <summary>Logits <c>[batch, words]</c> from contexts of equal length.</summary>
    protected abstract Tensor Logits(int[][] contexts);

    /// <summary>The projections of all contexts, <c>[batch, context, size]</c>.</summary>
    protected Tensor Projected(int[][] contexts) => projection.Forward([.. contexts.SelectMany(context => context)], contexts.Length,
        contexts[0].Length);
}

/// <summary>
/// The neural probabilistic language model (Bengio, Ducharme, Vincent and Jauvin 2003, section 2): y = b + U tanh(d + H x), x the
/// projections of the words before, side by side.
/// </summary>
sealed class TimeDelayModel : WordModel
{
    readonly Linear hidden, output;

    public TimeDelayModel(int words, int before, int size, int units, RandomKey key) : base(words, size, key)
    {
        hidden = Part(new Linear(before * size, units, key.For("hidden")), nameof(hidden));
        output = Part(new Linear(units, words, key.For("output")), nameof(output));
    }

    protected override Tensor Logits(int[][] contexts) => output.Forward(Tanh(hidden.Forward(Projected(contexts)
        .Reshape(contexts.Length, -1))));
}

/// <summary>
/// Continuous bag of words (Mikolov, Chen, Corrado and Dean 2013): the mean of the neighbours' projections, then a linear layer. With one
/// neighbour it is skip-gram.
/// </summary>
sealed class BagModel : WordModel
{
    readonly Linear output;

    public BagModel(int words, int size, RandomKey key) : base(words, size, key) => output = Part(new Linear(size, words,
        key.For("output")), nameof(output));

    protected override Tensor Logits(int[][] contexts) => output.Forward(Mean(Projected(contexts), 1));
}

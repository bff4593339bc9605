using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Lectures;

/// <summary>Each note sounds with its own frequency, whatever came before.</summary>
sealed class NoteFrequencies
{
    readonly double[] frequency = new double[PianoRoll.Notes];

    public NoteFrequencies(IReadOnlyList<PianoRoll> pieces)
    {
        double frames = pieces.Sum(piece => piece.Length);
        foreach (var piece in pieces)
            for (int t = 0; t < piece.Length; t++)
                foreach (int note in piece[t]) frequency[note]++;
        for (int note = 0; note < frequency.Length; note++) frequency[note] = (frequency[note] + 0.5) / (frames + 1);
    }

    /// <summary>What the output's bias begins with: without it the first epochs are spent on learning how rare notes are.</summary>
    public float[] LogOdds => [.. frequency.Select(p => (float)Math.Log(p / (1 - p)))];

    public double Loss(IReadOnlyList<PianoRoll> pieces)
    {
        double sum = 0, silence = frequency.Sum(p => -Math.Log(1 - p));
        foreach (var piece in pieces)
            for (int t = 0; t < piece.Length; t++)
            {
                sum += silence;
                foreach (int note in piece[t]) sum += Math.Log((1 - frequency[note]) / frequency[note]);
            }
        return sum / pieces.Sum(piece => piece.Length);
    }
}

/// <summary>A model of chorales, whatever its state is.</summary>
interface IChoraleModel
{
    int ParameterCount { get; }

    /// <summary>Trains, keeps the weights of the epoch that is best in validation, and tests them; nats per frame.</summary>
    (double[] Validation, double Test, int BestEpoch) Train(Chorales chorales, int epochs, RandomKey key, Action<double, double> progress);
}

/// <summary>A net that gives each of 88 notes a probability in the next frame.</summary>
sealed class ChoraleModel<TState> : Module, IChoraleModel
{
    const int Rows = 4;
    const double Padding = 0.2;

    readonly Recurrent<TState> recurrent;
    readonly Linear head;

    public ChoraleModel(Cell<TState> cell, int hidden, NoteFrequencies notes, RandomKey key)
    {
        recurrent = Part(Recurrent.Over(cell), nameof(recurrent));
        head = Part(new Linear(hidden, PianoRoll.Notes, key.For("head")), nameof(head));
        this["head.bias"].Assign(Tensor.From(notes.LogOdds));
    }

    public (double[] Validation, double Test, int BestEpoch) Train(Chorales chorales, int epochs, RandomKey key, Action<double,
        double> progress)
    {
        var parameters = Parameters;
        var buckets = new LengthBuckets([.. chorales.Train.Select(piece => piece.Length)], Rows, Padding, key);
        var optimizer = new Adam(parameters, 1)
        {
            Clipping = Clipping.GlobalNorm(5), Schedule = new Cosine(1e-2,
            (long)epochs * buckets.Count, 1e-4)
        };
        var validation = new double[epochs];
        Tensor[] kept = [];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (int[] batch in buckets.Epoch(epoch)) Step(optimizer, parameters, PianoRoll.Batch([.. batch.Select(i =>
                chorales.Train[i])]));
            validation[epoch] = Loss(chorales.Validation);
            if (validation[epoch] <= validation[..(epoch + 1)].Min()) kept = [.. parameters.Select(parameter => parameter.Detach())];
            progress((epoch + 1.0) / epochs, validation[epoch]);
        }
        for (int i = 0; i < kept.Length; i++) parameters[i].Assign(kept[i]);
        return (validation, Loss(chorales.Test), Array.IndexOf(validation, validation.Min()) + 1);
    }

    /// <summary>Draws each note of the next frame by its own probability, and goes on from what was drawn.</summary>
    public PianoRoll Compose(int frames, RandomKey key)
    {
        var piece = new List<int[]>();
        var state = recurrent.Cell.Initial(1, ElementType.Float32);
        for (int t = 0; t < frames; t++)
        {
            float[] x = new float[PianoRoll.Notes];
            foreach (int note in t == 0 ? [] : piece[t - 1]) x[note] = 1;
            (var h, state) = recurrent.Cell.Step(Tensor.From(x, [1, PianoRoll.Notes]), state);
            double[] p = Sigmoid(head.Forward(h)).ToDoubles();
            piece.Add([.. Enumerable.Range(0, PianoRoll.Notes).Where(note => key.Uniform((uint)(t * PianoRoll.Notes + note)) < p[note])]);
        }
        return new PianoRoll(piece);
    }

    /// <summary>How many logits of the first half of a piece differ when its second half is replaced.</summary>
    public int Leaks(PianoRoll piece, RandomKey key)
    {
        int half = piece.Length / 2;
        var changed = new PianoRoll([.. Enumerable.Range(0, piece.Length).Select(t => (IReadOnlyList<int>)(t < half ? piece[t].ToArray()
            : [key.Whole((uint)t, PianoRoll.Notes)]))]);
        double[] before = Logits(PianoRoll.Batch(piece)).ToDoubles(), after = Logits(PianoRoll.Batch(changed)).ToDoubles();
        // The logits of frame `half` are said from the frames before it, so they too must stay.
        return Enumerable.Range(0, (half + 1) * PianoRoll.Notes).Count(i => !before[i].Equals(after[i]));
    }

    static Tensor SumOfNotes(Tensor logits, TargetSequences batch) => Sum((Softplus(logits) - batch.Targets * logits) * batch.Mask);

    void Step(Optimizer optimizer, IReadOnlyList<Parameter> parameters, TargetSequences batch)
    {
        using var tape = new Tape();
        var loss = SumOfNotes(Logits(batch), batch) / batch.Counted;
        optimizer.Step(tape.Gradients(loss, parameters));
    }

    double Loss(IReadOnlyList<PianoRoll> pieces)
    {
        using var tape = new Tape();
        using var pause = tape.Pause();
        var batch = PianoRoll.Batch(pieces);
        return SumOfNotes(Logits(batch), batch).ToScalar() / batch.Counted;
    }

    Tensor Logits(TargetSequences batch) => head.Forward(recurrent.Forward(batch.Inputs, batch.Lengths));
}

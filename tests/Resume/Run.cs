using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Optimizers;
using static Autograd.Functions;

namespace Autograd.Resume;

/// <summary>
/// A small run with everything that a run can go on from: weights, fixed weights, moments, a schedule that remembers, averages, a position
/// in the data, a state in the middle of a sequence, a random key, a vocabulary; by hand, or with all that a training loop remembers.
/// </summary>
sealed class Run : ISaved
{
    const string Text =
        "the quick brown fox jumps over the lazy dog; pack my box with five dozen liquor jugs. how vexingly quick daft zebras jump! ";
    const int Rows = 3, Window = 5;

    static readonly RandomKey Key = new(11);
    static readonly CharacterVocabulary Vocabulary = CharacterVocabulary.From(Text);
    static readonly int[] Tokens = Vocabulary.Encode(Text);

    readonly Model model;
    readonly Optimizer optimizer;
    readonly Plateau plateau = new(new OneCycle(0.05, Trial.Steps), factor: 0.7, patience: 2, coolDown: 1);
    readonly WeightAverage average;
    readonly ISaved position;
    readonly Func<Tensor> loss;
    readonly TrainingLoop? loop;
    LayerStates<LstmState>? carried;
    RandomKey noise = Key.For("noise");

    public Run(Trial trial, int threads)
    {
        model = new Model(Vocabulary.Count, trial.Kind) { Recurrent = { Threads = threads } };
        Schedule schedule = trial.Kind switch
        {
            "plateau" => plateau,
            "dropout" => new WarmUp(new CosineRestarts(0.05, 9, growth: 2), 4),
            _ => new StepDecay(0.05, 0.8, 10),
        };
        optimizer = trial.Create(model.Parameters, schedule);
        optimizer.Clipping = Clipping.GlobalNorm(1);
        average = new WeightAverage(model.Parameters, 0.9);
        (position, loss) = trial.Data switch
        {
            "shuffled" => Shuffled(),
            "bucketed" => Bucketed(),
            _ => Contiguous(),
        };
        if (trial.Driver == "loop")
            loop = new TrainingLoop(optimizer, _ => loss())
            {
                Validation = Validate,
                ValidateEvery = 3,
                Stopping = new EarlyStopping(patience: 3),
                Average = average,
                MicroBatches = trial.Data == "shuffled" ? 2 : 1,
            };
    }

    public long Steps => optimizer.Steps;

    /// <summary>Trains on.</summary>
    /// <param name="steps">The number of steps at which it ends, if it is not stopped early.</param>
    /// <param name="amid">Told the number of steps after each, while it runs.</param>
    public void To(int steps, Action<long>? amid = null)
    {
        if (loop is not null)
        {
            loop.Run(steps, TrainingProgress.To(at => amid?.Invoke(at.Step)));
            return;
        }
        while (Steps < steps)
        {
            Step();
            amid?.Invoke(Steps);
        }
    }

    void Step()
    {
        using var tape = new Tape();
        var value = loss();
        optimizer.Step(tape.Gradients(value, model.Parameters));
        average.Update();
        plateau.Observe(value.ToScalar());
    }

    double Validate()
    {
        model.Evaluate();
        var outputs = model.Outputs(model.Embedding.Forward(Tokens.AsSpan(0, 60), 20, 3), null, default, 0).Outputs;
        return Loss.CrossEntropy(outputs, Tokens.AsSpan(3, 60)).ToScalar();
    }

    /// <summary>A hash of everything that would be saved, but for what a snapshot says of the machine.</summary>
    public string Hash(string path)
    {
        Snapshot.Save(path, ("run", this));
        using var file = SafetensorsFile.Open(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in file.Names) Append(hash, name, file.Read(name));
        foreach (var (name, text) in file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            if (!name.StartsWith('.')) hash.AppendData(Encoding.UTF8.GetBytes($"{name}={text};"));
        return System.Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    static void Append(IncrementalHash hash, string name, Tensor tensor)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"{name}{tensor.Shape}"));
        if (tensor.ElementType == ElementType.Float32) hash.AppendData(MemoryMarshal.AsBytes(tensor.AsSpan<float>()));
        else hash.AppendData(MemoryMarshal.AsBytes(tensor.AsSpan<double>()));
    }

    public void Describe(SavedState state)
    {
        state.Add("model", model);
        state.Add("plateau", plateau);
        if (loop is not null)
        {
            state.Add("training", loop);
        }
        else
        {
            state.Add("optimizer", optimizer);
            state.Add("average", average);
        }
        state.Add("position", position);
        state.Add("carried", State.Carried(model.Recurrent.Cell, () => carried, value => carried = value));
        state.Add("noise", () => noise, value => noise = value);
        state.Add("vocabulary", Vocabulary);
    }

    (ISaved Position, Func<Tensor> Loss) Shuffled()
    {
        var batches = new ShuffledBatches(11, Rows, Key.For("order"));
        return (batches, () => LossOf([.. batches.Next().Select(row => Tokens.AsMemory(row * 6, Window + 1))]));
    }

    (ISaved Position, Func<Tensor> Loss) Bucketed()
    {
        int[] lengths = [.. Enumerable.Range(0, 13).Select(i => 3 + Key.For("lengths").Whole((uint)i, 7))];
        var batches = new LengthBuckets(lengths, Rows, 0.4, Key.For("buckets")).Walk();
        return (batches, () => LossOf([.. batches.Next().Select(row => Tokens.AsMemory(row * 6, lengths[row] + 1))]));
    }

    (ISaved Position, Func<Tensor> Loss) Contiguous()
    {
        var batches = new ContiguousBatches(Tokens, Rows, Window).Walk();
        return (batches, () =>
        {
            int first = batches.Position.Batch * Window;
            var window = batches.Next();
            if (window.IsFirst) carried = null;
            return LossOf(window.Inputs.Span, window.Targets.Span, Window, Rows, default, first);
        }
        );
    }

    Tensor LossOf(ReadOnlyMemory<int>[] rows)
    {
        int time = rows.Max(row => row.Length - 1);
        int[] inputs = new int[time * rows.Length], targets = new int[time * rows.Length];
        Array.Fill(targets, Loss.Ignored);
        for (int r = 0; r < rows.Length; r++)
            for (int t = 0; t + 1 < rows[r].Length; t++)
                (inputs[t * rows.Length + r], targets[t * rows.Length + r]) = (rows[r].Span[t], rows[r].Span[t + 1]);
        carried = null;
        var value = LossOf(inputs, targets, time, rows.Length, [.. rows.Select(row => row.Length - 1)], 0);
        carried = null;
        return value;
    }

    Tensor LossOf(ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, int time, int rows, ReadOnlySpan<int> lengths, int first)
    {
        model.Train((int)Steps);
        var x = model.Embedding.Forward(inputs, time, rows);
        x += noise.Normal(x.Shape, 0.01);
        noise = noise.At(1);
        var (logits, final) = model.Outputs(x, carried, lengths, first);
        carried = State.Detach(final);
        return Loss.CrossEntropy(logits, targets);
    }

    sealed class Model : Module
    {
        const int Size = 4, Units = 6, Fixed = 5;

        public Model(int symbols, string kind)
        {
            Embedding = Part(new Embedding(symbols, Size, Key.For("embedding")), nameof(Embedding));
            Cell<LstmState> upper = new LstmCell(Units, Units, Key.For("upper"));
            if (kind == "zoneout") upper = Zoneout.Around(upper, Key.For("zoneout"), 0.2, 0.1);
            Recurrent = Part(Layers.Recurrent.Over(Stacked.Of(new LstmCell(Size, Units, Key.For("lower")), upper)), nameof(Recurrent));
            Echo = Part(Layers.Recurrent.Over(new EchoStateCell(Size, Fixed, Key.For("echo"), new() { Connectivity = 1 })), nameof(Echo));
            Dropout = Part(new Dropout(kind == "dropout" ? 0.3 : 0, Key.For("dropout")), nameof(Dropout));
            Head = Part(new Linear(Units + Fixed, symbols, Key.For("head")), nameof(Head));
        }

        public Embedding Embedding { get; }

        public Recurrent<LayerStates<LstmState>> Recurrent { get; }

        public Recurrent<Tensor> Echo { get; }

        public Dropout Dropout { get; }

        public Linear Head { get; }

        public (Tensor Outputs, LayerStates<LstmState> Final) Outputs(
            Tensor x, LayerStates<LstmState>? carried, ReadOnlySpan<int> lengths, int first)
        {
            var run = carried is null ? Recurrent.Run(x, lengths) : Recurrent.Run(x, carried, lengths, first);
            return (Head.Forward(Dropout.Forward(Concatenate(-1, run.Outputs, Echo.Forward(x)))), run.Final);
        }
    }
}

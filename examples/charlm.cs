#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:project ../src/Onnx/Onnx.csproj
#:project ../src/Distributed/Distributed.csproj
#:project charlm/Charlm.csproj
#:property PublishAot=false

// Trains a character language model and lets it write. Options and what is shown are in the folder charlm.
//   dotnet run -c Release examples/charlm.cs                        on this project's own C# sources
//   dotnet run -c Release examples/charlm.cs -- --text FILE         on any other text
//   dotnet run -c Release examples/charlm.cs -- --save RUN          and goes on another time with --resume RUN
//   dotnet run -c Release examples/charlm.cs -- --load RUN --write  only writes
//   dotnet run -c Release examples/charlm.cs -- --record FOLDER     leaves a page (report.html) and a record (run.json) of the run
//   dotnet run -c Release examples/charlm.cs -- --replay run.json   does the recorded run again, which must come out the same to the bit
//   mpirun -n 2 dotnet run -c Release --no-build examples/charlm.cs -- --distributed    by several processes, with the bits of one
//   dotnet run -c Release examples/charlm.cs -- --help              all options

using System.Runtime.InteropServices;
using Autograd;
using Autograd.Charlm;
using Autograd.Data;
using Autograd.Distributed;
using Autograd.Layers;
using Autograd.Onnx;
using Autograd.Optimizers;

return CommandLine.Run(args, (options, cancel) =>
    options.Distributed ? MpiJob.Run((communicator, stop) => Run(options, communicator, stop)) : Run(options, null, cancel));

static int Run(Options all, Communicator? communicator, CancellationToken cancel)
{
    // Of several processes the first one tells and saves.
    bool isFirst = communicator is null or { Rank: 0 };
    var options = isFirst ? all : all with { Save = null, Export = null, Record = null, Json = false };
    string text = options.ReadText();
    var vocabulary = options.Vocabulary ?? CharacterVocabulary.From(text);
    var key = new RandomKey((ulong)options.Seed);
    CharacterModel model = options.Cell switch
    {
        "rnn" => Build((inputs, k) => new RnnCell(inputs, options.Hidden, k)),
        "lstm" => Build((inputs, k) => new LstmCell(inputs, options.Hidden, k)),
        "peephole" => Build((inputs, k) => new PeepholeLstmCell(inputs, options.Hidden, k)),
        _ => Build((inputs, k) => new GruCell(inputs, options.Hidden, k)),
    };
    if (options.Load is { } file) Snapshot.Load(file, new LoadOptions { AllowsExtra = true }, ("training.best", model));
    var screen = isFirst ? new Screen(options.Json) : Screen.Silent;
    var summary = options.Write ? null : Train(model, text, vocabulary, options, communicator, screen, cancel);
    if (summary is not null) screen.Tell(cancel.IsCancellationRequested ? "Stopped; the best so far writes:" : "The best model writes:");
    screen.Tell(model.Write(vocabulary, options, options.Length, key.For("last words")));
    if (options.Export is { } onnx) model.Export().Save(onnx);
    if (options.Json && summary is not null) Console.WriteLine(summary.ToJson());
    return 0;

    CharacterModel Build<TState>(Func<int, RandomKey, Cell<TState>> cell) =>
        new CharacterModel<TState>(vocabulary.Count, options, cell, key);
}

static Summary Train(CharacterModel model, string text, CharacterVocabulary vocabulary, Options options, Communicator? communicator,
    Screen screen, CancellationToken cancel)
{
    var (train, held) = Corpus.Split(vocabulary.Encode(text), 0.9);
    // The parts of a batch, which processes share out among them: each has some of the streams, and carries its own state along them.
    var windows = options.Parts(train);
    var validation = options.Parts(held);
    int epoch = windows[0].Count, parts = windows.Length;
    var optimizer = new Adam(model.Parameters, options.LearningRate) { Clipping = Clipping.GlobalNorm(options.Clip) };
    var parallel = communicator is null ? null : new DataParallel(communicator, model.Parameters, SumOrder.Strict, options.Agreed(text));
    var loop = new TrainingLoop(optimizer, batch => model.Loss(windows[batch % parts][(int)(batch / parts % epoch)], (int)(batch % parts)))
    {
        MicroBatches = parts,
        Together = parallel,
        Validation = () => parallel?.Mean(parts, part => (Held(part), 1)) ?? Enumerable.Range(0, parts).Average(Held),
        ValidateEvery = epoch,
    };
    var run = new Summary(loop, options, text);
    // All that it goes on from at the end of an epoch: the recurrent state begins anew with each.
    (string, ISaved)[] saved = [("model", model), ("made", options.Model), ("vocabulary", vocabulary), ("training", loop), ("run", run)];
    screen.Tell($"{text.Length:N0} characters, {vocabulary.Count} symbols; {options.Description}, {model.ParameterCount:N0} parameters");
    if (options.Resume is { } snapshot) screen.Resumed(snapshot, Snapshot.Load(snapshot, saved), loop);
    screen.Run(loop, options.Epochs * epoch, options.Batch * options.Steps, run, at =>
    {
        if (options.Save is { } file) Snapshot.Save(file, saved);
        var draws = new RandomKey((ulong)options.Seed).For($"sample {at.Step / epoch}");
        return model.Write(vocabulary, options, Math.Min(options.Length, 200), draws);
    }, cancel);
    return run;

    double Held(int part) => validation[part].Average(window => model.Loss(window, part).ToScalar());
}

/// <summary>What the training knows of its model, whatever the cell.</summary>
abstract class CharacterModel : Module
{
    /// <summary>
    /// Mean cross-entropy of a window in nats; the recurrent state goes on from the window before of the same part of the batch.
    /// </summary>
    public abstract Tensor Loss(TokenWindow window, int part);

    /// <summary>Writes, character by character, from the beginning of a line.</summary>
    public abstract string Write(CharacterVocabulary vocabulary, Options options, int length, RandomKey draws);

    /// <summary>The model for other programs: from tokens <c>[time, batch]</c> and a state to logits and the state after them.</summary>
    public abstract OnnxModel Export();
}

/// <summary>Embedding, recurrent layers, and a linear layer to logits over the next character.</summary>
sealed class CharacterModel<TState> : CharacterModel
{
    readonly Embedding embedding;
    readonly Recurrent<LayerStates<TState>> recurrent;
    readonly Linear head;
    readonly int symbols;
    readonly LayerStates<TState>?[] states;

    public CharacterModel(int symbols, Options options, Func<int, RandomKey, Cell<TState>> cell, RandomKey key)
    {
        this.symbols = symbols;
        states = new LayerStates<TState>?[options.MicroBatches];
        var layers = Enumerable.Range(0, options.Layers)
            .Select(i => cell(i == 0 ? options.Embedding : options.Hidden, key.For($"layer {i}")));
        Part(out embedding, new Embedding(symbols, options.Embedding, key.For("embedding")));
        Part(out recurrent, Recurrent.Over(Stacked.Of([.. layers])));
        Part(out head, new Linear(options.Hidden, symbols, key.For("head")));
    }

    public override Tensor Loss(TokenWindow window, int part)
    {
        if (window.IsFirst) states[part] = null;
        var logits = Logits(window.Inputs.Span, window.Time, window.Rows, ref states[part]);
        return Autograd.Layers.Loss.CrossEntropy(logits, window.Targets.Span);
    }

    public override string Write(CharacterVocabulary vocabulary, Options options, int length, RandomKey draws)
    {
        var sampler = Sampler.Temperature(options.Temperature);
        LayerStates<TState>? state = null;
        var written = new List<int> { vocabulary.Encode(vocabulary.Tokens.Contains("\n") ? "\n" : vocabulary.Tokens[0])[0] };
        for (int i = 0; i < length; i++)
            written.Add(sampler.Choose(Logits([written[^1]], 1, 1, ref state).Reshape(-1).ToDoubles(), draws.Uniform((uint)i)));
        return vocabulary.Decode(CollectionsMarshal.AsSpan(written)).TrimStart('\n');
    }

    public override OnnxModel Export()
    {
        var states = State.Tensors(recurrent.Cell.First(1, ElementType.Float32))
            .Select((tensor, i) => OnnxInput.Numbers($"state{i}", ["batch", tensor.Shape[1]]));
        return OnnxModel.Export(this, [OnnxInput.Tokens("tokens", symbols, "time", "batch"), .. states], given =>
        {
            int next = 0;
            var (time, batch) = (given.Length("time"), given.Length("batch"));
            var before = State.Map(recurrent.Cell.First(batch, ElementType.Float32), _ => given[$"state{next++}"]);
            var run = recurrent.Run(embedding.Forward(given.Whole("tokens"), time, batch), before);
            return [("logits", head.Forward(run.Outputs)), .. State.Tensors(run.Final).Select((tensor, i) => ($"final{i}", tensor))];
        }, new OnnxOptions { PrefersNative = true });
    }

    Tensor Logits(ReadOnlySpan<int> tokens, int time, int rows, ref LayerStates<TState>? state)
    {
        var x = embedding.Forward(tokens, time, rows);
        var run = state is null ? recurrent.Run(x) : recurrent.Run(x, state);
        state = State.Detach(run.Final);
        return head.Forward(run.Outputs);
    }
}

#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:project ../src/Onnx/Onnx.csproj
#:package Spectre.Console
#:property PublishAot=false

// Trains a character language model and lets it write.
//   dotnet run -c Release examples/charlm.cs                        on this project's own C# sources
//   dotnet run -c Release examples/charlm.cs -- --text FILE         on any other text
//   dotnet run -c Release examples/charlm.cs -- --save RUN          and goes on another time with --resume RUN
//   dotnet run -c Release examples/charlm.cs -- --load RUN --write  only writes
//   dotnet run -c Release examples/charlm.cs -- --help              all options

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Autograd;
using Autograd.Data;
using Autograd.Layers;
using Autograd.Onnx;
using Autograd.Optimizers;
using Spectre.Console;
using static System.FormattableString;

Options options;
string text = "";
CharacterVocabulary vocabulary;
try
{
    options = Options.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(Options.Usage);
        return 0;
    }
    // A model that only writes needs no text.
    if (!options.Write) text = options.Text is { } path ? Corpus.Load(path) : Corpus.LoadFiles(OwnSources());
    if (options.Load is { } file) options.LoadModel(file);
    vocabulary = options.Vocabulary ?? CharacterVocabulary.From(text);
}
catch (Exception error) when (error is FormatException or IOException or InvalidDataException or UnauthorizedAccessException
    or TensorFileException or UnknownCharacterException)
{
    Console.Error.WriteLine($"charlm: {error.Message}");
    return 2;
}

var key = new RandomKey((ulong)options.Seed);
CharacterModel model;
try
{
    model = options.Cell switch
    {
        "rnn" => Build((inputs, k) => new RnnCell(inputs, options.Hidden, k)),
        "lstm" => Build((inputs, k) => new LstmCell(inputs, options.Hidden, k)),
        "peephole" => Build((inputs, k) => new PeepholeLstmCell(inputs, options.Hidden, k)),
        _ => Build((inputs, k) => new GruCell(inputs, options.Hidden, k)),
    };
}
catch (ShapeException error)
{
    Console.Error.WriteLine($"charlm: the model is too large. {error.Message}");
    return 2;
}

try
{
    if (options.Load is { } loaded) Snapshot.Load(loaded, new LoadOptions { AllowsExtra = true }, ("best", model));
}
catch (Exception error) when (error is TensorFileException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"charlm: {error.Message}");
    return 2;
}
if (options.Write)
{
    Console.WriteLine(model.Write(vocabulary, options, options.Length, key.For("last words")));
    if (options.Export is { } onnx) model.Export().Save(onnx);
    return 0;
}

ContiguousBatches trainBatches, validationBatches;
try
{
    var (train, validation) = Corpus.Split(vocabulary.Encode(text), 0.9);
    trainBatches = new ContiguousBatches(train, options.Batch, options.Steps);
    validationBatches = new ContiguousBatches(validation, options.Batch, options.Steps);
}
catch (ArgumentException error)
{
    Console.Error.WriteLine(
        $"charlm: the text does not fit this vocabulary, or is too short for this batch and these steps. {error.Message}");
    return 2;
}

// Ctrl-C and a request to terminate end the training after the current step; what was best so far is kept.
using var cancel = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

// With --json, standard output carries the JSON line alone.
bool isRedirected = options.Json ? Console.IsErrorRedirected : Console.IsOutputRedirected;
var console = AnsiConsole.Create(new AnsiConsoleSettings
{
    Out = new AnsiConsoleOutput(options.Json ? Console.Error : Console.Out),
    // A file gets plain text, in lines as long as they are.
    Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
    ColorSystem = isRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
});
if (isRedirected) console.Profile.Width = 1000;
var trainer = new Trainer(model, vocabulary, trainBatches, validationBatches, options, key, console);
console.WriteLine(
    $"{text.Length:N0} characters, {vocabulary.Count} symbols; {options.Cell} with {options.Layers} x {options.Hidden} units, "
    + $"{model.ParameterCount:N0} parameters");
try
{
    if (options.Resume is { } snapshot) trainer.Resume(snapshot);
}
catch (Exception error) when (error is TensorFileException or IOException or UnauthorizedAccessException or InvalidOperationException)
{
    Console.Error.WriteLine($"charlm: {error.Message}");
    return 2;
}
var result = trainer.Run(cancel.Token);

console.WriteLine(cancel.IsCancellationRequested ? "Stopped; the best model so far writes:" : "The best model writes:");
console.WriteLine(model.Write(vocabulary, options, options.Length, key.For("last words")));
if (options.Export is { } exported) model.Export().Save(exported);
if (options.Json) Console.WriteLine(result.ToJson());
return 0;

CharacterModel Build<TState>(Func<int, RandomKey, Cell<TState>> cell) => new CharacterModel<TState>(vocabulary.Count, options, cell, key);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    cancel.Cancel();
}

static IEnumerable<string> OwnSources()
{
    string start = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? Directory.GetCurrentDirectory();
    for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
    {
        if (!File.Exists(Path.Combine(folder, "Autograd.sln"))) continue;
        char slash = Path.DirectorySeparatorChar;
        return Directory.EnumerateFiles(Path.Combine(folder, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{slash}obj{slash}") && !file.Contains($"{slash}bin{slash}"))
            .Order(StringComparer.Ordinal);
    }
    throw new FileNotFoundException("This project's sources were not found; name a text with --text FILE.");
}

/// <summary>Embedding, recurrent layers, and a linear layer to logits over the next character.</summary>
abstract class CharacterModel : Module
{
    /// <summary>Mean cross-entropy of a window in nats; the recurrent state goes on from the previous window.</summary>
    public abstract Tensor Loss(TokenWindow window);

    /// <summary>Logits over the character that follows; the recurrent state goes on.</summary>
    public abstract Tensor Next(int token);

    /// <summary>Forgets the recurrent state.</summary>
    public abstract void Reset();

    /// <summary>
    /// The model for other programs: from tokens <c>[time, batch]</c> and the state before them to logits and the state after them.
    /// </summary>
    public abstract OnnxModel Export();

    /// <summary>Writes, character by character, from the beginning of a line.</summary>
    public string Write(CharacterVocabulary vocabulary, Options options, int length, RandomKey draws)
    {
        var sampler = Sampler.Temperature(options.Temperature);
        Reset();
        var written = new List<int> { vocabulary.Encode(vocabulary.Tokens.Contains("\n") ? "\n" : vocabulary.Tokens[0])[0] };
        for (int i = 0; i < length; i++) written.Add(sampler.Choose(Next(written[^1]).ToDoubles(), draws.Uniform((uint)i)));
        Reset();
        return vocabulary.Decode(CollectionsMarshal.AsSpan(written)).TrimStart('\n');
    }
}

sealed class CharacterModel<TState> : CharacterModel
{
    readonly Embedding embedding;
    readonly Recurrent<LayerStates<TState>> recurrent;
    readonly Linear head;
    readonly int symbols;
    LayerStates<TState>? state;

    public CharacterModel(int symbols, Options options, Func<int, RandomKey, Cell<TState>> cell, RandomKey key)
    {
        this.symbols = symbols;
        var layers = new Cell<TState>[options.Layers];
        for (int i = 0; i < layers.Length; i++) layers[i] = cell(i == 0 ? options.Embedding : options.Hidden, key.For($"layer {i}"));
        embedding = Part(new Embedding(symbols, options.Embedding, key.For("embedding")), nameof(embedding));
        recurrent = Part(Recurrent.Over(Stacked.Of(layers)), nameof(recurrent));
        head = Part(new Linear(options.Hidden, symbols, key.For("head")), nameof(head));
    }

    public override Tensor Loss(TokenWindow window)
    {
        if (window.IsFirst) Reset();
        return Loss(Logits(window.Inputs.Span, window.Time, window.Rows), window.Targets.Span);
    }

    public override Tensor Next(int token) => Logits([token], 1, 1).Reshape(-1);

    public override void Reset() => state = null;

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

    Tensor Logits(ReadOnlySpan<int> tokens, int time, int rows)
    {
        var x = embedding.Forward(tokens, time, rows);
        var run = state is null ? recurrent.Run(x) : recurrent.Run(x, state);
        state = State.Detach(run.Final);
        return head.Forward(run.Outputs);
    }

    static Tensor Loss(Tensor logits, ReadOnlySpan<int> targets) => Autograd.Layers.Loss.CrossEntropy(logits, targets);
}

/// <summary>Trains, shows how it goes, keeps the best model, and saves itself after each epoch.</summary>
sealed class Trainer(
    CharacterModel model, CharacterVocabulary vocabulary, ContiguousBatches train, ContiguousBatches validation, Options options,
    RandomKey key, IAnsiConsole console) : ISaved
{
    readonly IReadOnlyList<Parameter> parameters = model.Parameters;
    readonly Optimizer optimizer = new Adam(model.Parameters, options.LearningRate) { Clipping = Clipping.GlobalNorm(options.Clip) };
    readonly Stopwatch clock = new();
    Tensor?[] best = new Tensor?[model.Parameters.Count];
    int epochs;
    Result result = new(double.NaN, double.NaN, 0, 0, model.ParameterCount);

    public Result Run(CancellationToken cancel)
    {
        console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn())
            .Start(progress => Epochs(progress.AddTask("starting", maxValue: options.Epochs * train.Count), cancel));
        for (int i = 0; i < parameters.Count; i++)
            if (best[i] is { } value)
                parameters[i].Assign(value);
        return result;
    }

    public void Resume(string file)
    {
        var origin = Snapshot.Load(file, ("", this));
        if (origin?.Warning is { } warning) console.WriteLine(warning);
        console.WriteLine(Invariant($"{file}: after epoch {epochs}, {result.ValidationNats:F3} nats at best"));
    }

    /// <summary>All that the training goes on from, at the end of an epoch: the recurrent state begins anew with each.</summary>
    public void Describe(SavedState state)
    {
        state.Add("vocabulary", vocabulary);
        options.Describe(state);
        state.Add("epochs", () => epochs, value => epochs = (int)value);
        state.Add("nats", () => result.ValidationNats, value => result = result with { ValidationNats = value });
        state.Add("nats in training", () => result.TrainNats, value => result = result with { TrainNats = value });
        state.Add("model", model);
        state.Add("optimizer", optimizer);
        for (int i = 0; i < best.Length; i++)
        {
            int number = i;
            state.AddOptional($"best.{parameters[i].Name}", () => best[number], value => best[number] = value);
        }
    }

    void Epochs(ProgressTask progress, CancellationToken cancel)
    {
        clock.Start();
        progress.Increment(epochs * train.Count);
        for (int epoch = epochs + 1; epoch <= options.Epochs && !cancel.IsCancellationRequested; epoch++)
        {
            double trainNats = Epoch(epoch, progress, cancel);
            if (double.IsNaN(trainNats)) return;
            double nats = Validate();
            console.WriteLine(
                Invariant($"epoch {epoch}: training {trainNats:F3}, validation {nats:F3} nats = {nats / Math.Log(2):F3} bits/character, ")
                + Invariant($"{clock.Elapsed.TotalSeconds:F1} s"));
            Keep(trainNats, nats);
            // An epoch that was stopped is not repeated: it would not be the same.
            if (!cancel.IsCancellationRequested) epochs = epoch;
            if (options.Save is { } file && !cancel.IsCancellationRequested) Snapshot.Save(file, ("", this));
            // Line by line: the progress bar below makes room for one line at a time.
            foreach (string line in model.Write(vocabulary, options, Math.Min(options.Length, 200), key.For($"sample {epoch}")).Split('\n'))
                console.WriteLine("  | " + line);
        }
    }

    double Epoch(int epoch, ProgressTask progress, CancellationToken cancel)
    {
        double sum = 0;
        int count = 0;
        foreach (var window in train)
        {
            if (cancel.IsCancellationRequested) break;
            sum += Step(window);
            count++;
            progress.Increment(1);
            if (count % 10 == 1) progress.Description = Describe(epoch, sum / count);
        }
        return sum / count;
    }

    double Step(TokenWindow window)
    {
        using var tape = new Tape();
        var loss = model.Loss(window);
        optimizer.Step(tape.Gradients(loss, parameters));
        return loss.ToScalar();
    }

    string Describe(int epoch, double nats)
    {
        double perSecond = optimizer.Steps * train.Rows * train.Window / clock.Elapsed.TotalSeconds;
        return Invariant(
            $"epoch {epoch}: {nats:F3} nats, {nats / Math.Log(2):F3} bits/char, {perSecond / 1000:F0}k char/s");
    }

    double Validate()
    {
        double sum = 0;
        foreach (var window in validation)
        {
            using var tape = new Tape();
            using var pause = tape.Pause();
            sum += model.Loss(window).ToScalar();
        }
        model.Reset();
        return sum / validation.Count;
    }

    void Keep(double trainNats, double nats)
    {
        if (!(nats >= result.ValidationNats))
        {
            best = [.. parameters.Select(parameter => parameter.Detach())];
            result = result with { ValidationNats = nats, TrainNats = trainNats };
        }
        result = result with { Steps = optimizer.Steps, Seconds = clock.Elapsed.TotalSeconds };
    }
}

/// <summary>How the training went; nats are those of the best epoch.</summary>
sealed record Result(double ValidationNats, double TrainNats, long Steps, double Seconds, int Parameters)
{
    public string ToJson() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"validation_nats":{{Number(ValidationNats)}},"train_nats":{{Number(TrainNats)}},"steps":{{Steps}},"seconds":"""
        + $$"""{{Seconds:F2}},"parameters":{{Parameters}}}""");

    // JSON has no NaN: a run that was stopped before its first validation has none to report.
    static string Number(double nats) => double.IsFinite(nats) ? nats.ToString("F4", CultureInfo.InvariantCulture) : "null";
}

/// <summary>The command line.</summary>
sealed record Options
{
    public const string Usage = """
        Trains a character language model and lets it write.
          --text FILE            the text (this project's C# sources)
          --cell NAME            rnn, lstm, peephole or gru (lstm)
          --hidden N             units of a layer (128)
          --layers N             recurrent layers (1)
          --embedding N          length of a character's vector (64)
          --batch N              parallel streams (32)
          --steps N              characters of a window, through which gradients flow (64)
          --epochs N             passes over the text (6)
          --learning-rate X      of Adam (0.003)
          --clip X               largest global norm of the gradient (5)
          --seed N               (1)
          --temperature X        of what is written (0.8)
          --length N             characters written at the end (400)
          --save FILE            a snapshot of everything after each epoch
          --resume FILE          go on from a snapshot; with no epochs left, only write
          --load FILE            begin with the best model of a snapshot: its cell, sizes, symbols and weights
          --write                only write; needs --load
          --export FILE          the best model as ONNX, at the end
          --json                 end with one line of JSON on standard output
        """;

    public string? Text { get; private set; }
    public string? Save { get; private set; }
    public string? Resume { get; private set; }
    public string? Load { get; private set; }
    public bool Write { get; private set; }
    public CharacterVocabulary? Vocabulary { get; private set; }
    public string? Export { get; private set; }
    public string Cell { get; private set; } = "lstm";
    public int Hidden { get; private set; } = 128;
    public int Layers { get; private set; } = 1;
    public int Embedding { get; private set; } = 64;
    public int Batch { get; private set; } = 32;
    public int Steps { get; private set; } = 64;
    public int Epochs { get; private set; } = 6;
    public double LearningRate { get; private set; } = 3e-3;
    public double Clip { get; private set; } = 5;
    public int Seed { get; private set; } = 1;
    public double Temperature { get; private set; } = 0.8;
    public int Length { get; private set; } = 400;
    public bool Json { get; private set; }
    public bool Help { get; private set; }

    public static Options Parse(string[] arguments)
    {
        var options = new Options();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (options.Flag(arguments[i])) continue;
            if (i + 1 == arguments.Length)
                throw new FormatException($"{arguments[i]} is not an option, or its value is missing; see --help.");
            options.Set(arguments[i], arguments[++i]);
        }
        if (options.Write && options.Load is null)
            throw new FormatException("--write needs --load, since there is nothing else to write with.");
        return options;
    }

    /// <summary>What a model is made of, as a part of its snapshot.</summary>
    public void Describe(SavedState state)
    {
        state.Add("model.cell", () => Cell, cell => RequireSame("--cell", Cell, cell));
        state.Add("model.hidden", () => Hidden, hidden => RequireSame("--hidden", Hidden, (int)hidden));
        state.Add("model.layers", () => Layers, layers => RequireSame("--layers", Layers, (int)layers));
        state.Add("model.size", () => Embedding, size => RequireSame("--embedding", Embedding, (int)size));
    }

    /// <summary>Takes the sizes of the model and its symbols from a snapshot.</summary>
    public void LoadModel(string file) => Snapshot.Load(file, new LoadOptions { AllowsExtra = true }, ("", SavedState.Of(state =>
    {
        state.Add("vocabulary.tokens", () => "", text => Vocabulary = CharacterVocabulary.FromJson(text));
        state.Add("model.cell", () => Cell, cell => Cell = cell);
        state.Add("model.hidden", () => Hidden, hidden => Hidden = (int)hidden);
        state.Add("model.layers", () => Layers, layers => Layers = (int)layers);
        state.Add("model.size", () => Embedding, size => Embedding = (int)size);
    })));

    static void RequireSame<T>(string option, T here, T saved)
    {
        if (!Equals(here, saved)) throw new InvalidOperationException($"the snapshot was made with {option} {saved}, not {here}.");
    }

    bool Flag(string name)
    {
        if (name is "--json") return Json = true;
        if (name is "--write") return Write = true;
        return name is "--help" or "-h" && (Help = true);
    }

    void Set(string name, string value)
    {
        switch (name)
        {
            case "--text": Text = value; break;
            case "--cell": Cell = value is "rnn" or "lstm" or "peephole" or "gru" ? value
                : throw new FormatException($"--cell is {value}; it must be rnn, lstm, peephole or gru."); break;
            case "--save": Save = value; break;
            case "--resume": Resume = value; break;
            case "--load": Load = value; break;
            case "--export": Export = value; break;
            case "--hidden": Hidden = Whole(name, value, 1); break;
            case "--layers": Layers = Whole(name, value, 1); break;
            case "--embedding": Embedding = Whole(name, value, 1); break;
            case "--batch": Batch = Whole(name, value, 1); break;
            case "--steps": Steps = Whole(name, value, 1); break;
            case "--epochs": Epochs = Whole(name, value, 1); break;
            case "--seed": Seed = Whole(name, value, 0); break;
            case "--length": Length = Whole(name, value, 0); break;
            case "--learning-rate": LearningRate = Positive(name, value); break;
            case "--clip": Clip = Positive(name, value); break;
            case "--temperature": Temperature = Positive(name, value); break;
            default: throw new FormatException($"{name} is not an option; see --help.");
        }
    }

    static int Whole(string name, string value, int least) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new FormatException($"{name} is {value}; it must be a whole number from {least}.");

    static double Positive(string name, string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0 && double.IsFinite(number)
            ? number
            : throw new FormatException($"{name} is {value}; it must be a positive number.");
}

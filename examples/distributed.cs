#!/usr/bin/env dotnet
#:project ../src/Layers/Layers.csproj
#:project ../src/Optimizers/Optimizers.csproj
#:project ../src/Data/Data.csproj
#:project ../src/Distributed/Distributed.csproj
#:property PublishAot=false

// A character model over several processes. The hash of its weights at the end is the same for any number of them, and after a break.
//   dotnet run -c Release examples/distributed.cs                                       one process, without MPI
//   mpirun -n 2 dotnet run -c Release --no-build examples/distributed.cs -- --distributed
//   … -- --distributed --save FOLDER [--resume] [--steps N] [--text FILE] [--fast]      with snapshots, and on from the newest

using System.Globalization;
using System.Security.Cryptography;
using Autograd;
using Autograd.Data;
using Autograd.Distributed;
using Autograd.Layers;
using Autograd.Optimizers;

if (!args.Contains("--distributed")) return Train(LocalJob.Alone(), default);
return MpiJob.Run(Train);

int Train(Communicator communicator, CancellationToken cancellation)
{
    // Each rank reads the whole text, and computes some of the windows of every step.
    string text = Value("--text") is { } file ? Corpus.Load(file)
        : string.Concat(Enumerable.Repeat("It was many and many a year ago. ", 60));
    var vocabulary = CharacterVocabulary.From(text);
    var (train, held) = Corpus.Split(vocabulary.Encode(text), 0.9);
    var windows = new ContiguousBatches(train, rows: 4, window: 16);
    var validation = new ContiguousBatches(held, rows: 1, window: 16);
    var model = new Model(vocabulary.Count, new RandomKey(1));
    var optimizer = new Adam(model.Parameters, 0.01) { Clipping = Clipping.GlobalNorm(1) };

    // Compared between ranks, as weights, versions and processors are.
    (string, string) data = ("text", Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))));
    var parallel = new DataParallel(
        communicator, model.Parameters, args.Contains("--fast") ? SumOrder.Fast : SumOrder.Strict, data);
    var loop = new TrainingLoop(optimizer, window => model.Loss(windows[(int)(window % windows.Count)]))
    {
        MicroBatches = 8,
        Together = parallel,
        Validation = () => parallel.Mean(validation.Count, i => (model.Loss(validation[i]).ToScalar(), 1)),
        ValidateEvery = 10,
        Snapshots = Value("--save") is { } folder ? new Snapshots(folder, every: 10, keep: 2, ("model", model)) : null,
    };
    if (args.Contains("--resume") && loop.Resume()) Say($"on from step {loop.Steps}");
    var result = loop.Run(int.Parse(Value("--steps") ?? "40", CultureInfo.InvariantCulture), TrainingProgress.To(at =>
    {
        if (at.Validation is { } loss) Say(string.Create(CultureInfo.InvariantCulture, $"step {at.Step}: {loss:F4} nats"));
    }), cancellation);
    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    foreach (var parameter in model.Parameters)
        foreach (double number in parameter.ToDoubles()) hash.AppendData(BitConverter.GetBytes(number));
    Say($"{result.End} at step {loop.Steps}, {Convert.ToHexString(hash.GetHashAndReset())[..16]}");
    return 0;

    void Say(string line)
    {
        if (communicator.Rank == 0) Console.WriteLine(line);
    }
}

string? Value(string option) => Array.IndexOf(args, option) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;

sealed class Model : Module
{
    readonly Embedding embedding;
    readonly Recurrent<LstmState> recurrent;
    readonly Linear head;

    public Model(int symbols, RandomKey key)
    {
        Part(out embedding, new Embedding(symbols, 16, key.For("embedding")));
        Part(out recurrent, Recurrent.Over(new LstmCell(16, 48, key.For("recurrent"))));
        Part(out head, new Linear(48, symbols, key.For("head")));
    }

    // Each window from the zero state: what a rank computes follows from the window's number alone.
    public Tensor Loss(TokenWindow window)
    {
        var x = embedding.Forward(window.Inputs.Span, window.Time, window.Rows);
        return Autograd.Layers.Loss.CrossEntropy(head.Forward(recurrent.Forward(x)), window.Targets.Span);
    }
}

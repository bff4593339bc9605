using System.Text;
using Autograd.Data;
using Autograd.Optimizers;
using static System.FormattableString;

namespace Autograd.Charlm;

/// <summary>What charlm.cs is told.</summary>
public sealed record Options
{
    /// <summary>The text's file; null for this project's sources.</summary>
    public string? Text { get; init; }

    /// <summary>At most so many characters of the text; null for all of a file, and <see cref="Budget"/> of the sources.</summary>
    public int? Characters { get; init; }

    public string? Save { get; init; }
    public string? Resume { get; init; }
    public string? Load { get; init; }
    public bool Write { get; init; }
    public string? Export { get; init; }
    public string Cell { get; private set; } = "lstm";
    public int Hidden { get; private set; }
    public int Layers { get; private set; }
    public int Embedding { get; private set; }
    public int Batch { get; init; }
    public int Steps { get; init; }
    public int Epochs { get; init; }
    public double LearningRate { get; init; }
    public double Clip { get; init; }
    public int Seed { get; init; }
    public double Temperature { get; init; }
    public int Length { get; init; }
    public bool Json { get; init; }

    /// <summary>Whether this process is one of several that train together.</summary>
    public bool Distributed { get; init; }

    /// <summary>In how many parts a batch is computed, one after another or by several processes.</summary>
    public int MicroBatches { get; init; } = 1;

    /// <summary>The folder of the run's record; null for none.</summary>
    public string? Record { get; init; }

    /// <summary>The run that this one is once more; null for none.</summary>
    public RunRecord? Replay { get; init; }

    /// <summary>The symbols of a model that was loaded.</summary>
    public CharacterVocabulary? Vocabulary { get; private set; }

    /// <summary>
    /// So many characters of the sources, that the default options take well below half a minute on two cores, however much the sources
    /// grow: about 150,000 instructions for each character and epoch.
    /// </summary>
    public const int Budget = 150_000;

    public Options(string cell, int hidden, int layers, int embedding) =>
        (Cell, Hidden, Layers, Embedding) = (cell, hidden, layers, embedding);

    public string Description => $"{Cell} with {Layers} x {Hidden} units";

    /// <summary>All that the weights at the end depend on, by the names of the options.</summary>
    public IEnumerable<(string Name, string Value)> Configuration
    {
        get
        {
            (string Name, string? Value)[] all =
            [
                ("text", Text), ("characters", Most is { } most ? Invariant($"{most}") : null), ("load", Load), ("resume", Resume),
                ("cell", Cell), ("hidden", Invariant($"{Hidden}")), ("layers", Invariant($"{Layers}")),
                ("embedding", Invariant($"{Embedding}")), ("batch", Invariant($"{Batch}")), ("steps", Invariant($"{Steps}")),
                ("epochs", Invariant($"{Epochs}")), ("learning-rate", Invariant($"{LearningRate}")), ("clip", Invariant($"{Clip}")),
                ("seed", Invariant($"{Seed}")), ("micro-batches", Invariant($"{MicroBatches}")),
                ("distributed", Distributed ? "true" : null),
            ];
            return all.Where(pair => pair.Value is not null).Select(pair => (pair.Name, pair.Value!));
        }
    }

    int? Most => Characters ?? (Text is null ? Budget : null);

    /// <summary>The text; a model that only writes needs none.</summary>
    public string ReadText()
    {
        if (Write) return "";
        string text = Text is { } path ? Corpus.Load(path) : Corpus.LoadFiles(OwnSources());
        return Most is { } most && most < text.Length ? text[..most] : text;
    }

    /// <summary>The windows of each part of a batch: together they have the streams of the whole one.</summary>
    public ContiguousBatches[] Parts(ReadOnlyMemory<int> tokens)
    {
        if (Batch % MicroBatches != 0)
            throw new ArgumentException(
                $"--batch {Batch} cannot be divided into {MicroBatches} equal parts; choose other --micro-batches.");
        var whole = new ContiguousBatches(tokens, Batch, Steps);
        int rows = Batch / MicroBatches, length = rows * whole.StreamLength;
        return [.. Enumerable.Range(0, MicroBatches)
            .Select(part => new ContiguousBatches(tokens.Slice(part * length, length + 1), rows, Steps))];
    }

    /// <summary>What processes that train together must have in common.</summary>
    public (string Name, string Value)[] Agreed(string text) =>
    [
        ("options", string.Join(' ', Configuration)), ("text", RunRecord.Hash(Encoding.UTF8.GetBytes(text))),
        ("snapshot", Resume is { } file ? HashOf(file) : ""),
    ];

    // Looked at first: from what is no snapshot, a pipe for example, reading might never end.
    static string HashOf(string snapshot)
    {
        Snapshot.Verify(snapshot);
        return RunRecord.Hash(File.ReadAllBytes(snapshot));
    }

    /// <summary>What a model is made of, as a part of its snapshot.</summary>
    public ISaved Model => SavedState.Of(state =>
    {
        state.Add("cell", () => Cell, cell => RequireSame("--cell", Cell, cell));
        state.Add("hidden", () => Hidden, hidden => RequireSame("--hidden", Hidden, (int)hidden));
        state.Add("layers", () => Layers, layers => RequireSame("--layers", Layers, (int)layers));
        state.Add("embedding", () => Embedding, size => RequireSame("--embedding", Embedding, (int)size));
    });

    /// <summary>Takes the sizes of the model and its symbols from a snapshot.</summary>
    internal void LoadModel(string file) => Snapshot.Load(file, new LoadOptions { AllowsExtra = true }, ("", SavedState.Of(state =>
    {
        state.Add("vocabulary.tokens", () => "", text => Vocabulary = CharacterVocabulary.FromJson(text));
        state.Add("made.cell", () => Cell, cell => Cell = cell);
        state.Add("made.hidden", () => Hidden, hidden => Hidden = (int)hidden);
        state.Add("made.layers", () => Layers, layers => Layers = (int)layers);
        state.Add("made.embedding", () => Embedding, size => Embedding = (int)size);
    })));

    static void RequireSame<T>(string option, T here, T saved)
    {
        if (!Equals(here, saved)) throw new InvalidOperationException($"the snapshot was made with {option} {saved}, not {here}.");
    }

    static IOrderedEnumerable<string> OwnSources()
    {
        string start = AppContext.GetData("EntryPointFileDirectoryPath") as string ?? Directory.GetCurrentDirectory();
        for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (!File.Exists(Path.Combine(folder, "Autograd.sln"))) continue;
            char slash = Path.DirectorySeparatorChar;
            return Directory.EnumerateFiles(Path.Combine(folder, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains($"{slash}obj{slash}", StringComparison.Ordinal)
                    && !file.Contains($"{slash}bin{slash}", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal);
        }
        throw new FileNotFoundException("This project's sources were not found; name a text with --text FILE.");
    }
}

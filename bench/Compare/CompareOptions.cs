namespace Autograd.Bench;

/// <summary>Which comparison.</summary>
enum Comparison
{
    Steps,
    Training,
    Growth,
    Variants,
    Vectors,
}

/// <summary>What to compare, and how long.</summary>
sealed record CompareOptions : ITurnOptions
{
    /// <summary>The sizes of the published tables.</summary>
    public static readonly PeepholeLstmSize[] Sizes =
        [new(100, 1, 16, 32), new(50, 32, 65, 128), new(64, 64, 256, 256), new(35, 32, 512, 512)];

    public Comparison What { get; private init; }

    public int Threads { get; private init; } = 1;

    public bool Quick { get; private init; }

    public string? Text { get; private init; }

    /// <summary>Units of the character model.</summary>
    public int Hidden { get; private init; } = 128;

    /// <summary>Epochs of the character model.</summary>
    public int Epochs { get; private init; } = 4;

    int? GivenRounds { get; init; }

    double? GivenSeconds { get; init; }

    /// <summary>How often each takes its turn.</summary>
    public int Rounds => GivenRounds ?? (What, Quick) switch
    {
        (Comparison.Training, true) => 1,
        (_, true) => 2,
        (Comparison.Training, _) => 3,
        _ => 8,
    };

    /// <summary>How long a turn is at least.</summary>
    public double Seconds => GivenSeconds ?? (Quick ? 0.05 : 0.5);

    /// <exception cref="UsageException">An option is unknown, has no value or a wrong one, or the combination is not supported.</exception>
    public static CompareOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new CompareOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (options.WithFlag(arguments[i]) is { } flagged) options = flagged;
            else if (i + 1 < arguments.Length) options = options.With(arguments[i], arguments[++i]);
            else throw new UsageException($"{arguments[i]} is not an option of compare, or its value is missing.");
        }

        options.ThrowIfUnsupported();
        return options;
    }

    CompareOptions? WithFlag(string option) => option switch
    {
        "--quick" => this with { Quick = true },
        "--training" => Only(Comparison.Training),
        "--growth" => Only(Comparison.Growth),
        "--variants" => Only(Comparison.Variants),
        "--vectors" => Only(Comparison.Vectors),
        _ => null,
    };

    CompareOptions Only(Comparison what) =>
        What == Comparison.Steps || What == what ? this with { What = what }
        : throw new UsageException("compare makes one table at a time.");

    CompareOptions With(string option, string value) => option switch
    {
        "--threads" => this with { Threads = Arguments.Count(option, value) },
        "--rounds" => this with { GivenRounds = Arguments.Count(option, value) },
        "--seconds" => this with { GivenSeconds = Arguments.Duration(option, value) },
        "--text" => this with { Text = value },
        "--hidden" => this with { Hidden = Arguments.Count(option, value) },
        "--epochs" => this with { Epochs = Arguments.Count(option, value) },
        _ => throw new UsageException($"{option} is not an option of compare."),
    };

    void ThrowIfUnsupported()
    {
        if (Threads > 1 && What != Comparison.Steps)
            throw new UsageException("--threads is for the comparison of steps; the others run on one thread.");
        if (What != Comparison.Training) return;
        if (Text is null)
            throw new UsageException(
            "--training needs --text FILE; the published numbers are of tiny-shakespeare (karpathy/char-rnn, "
            + "data/tinyshakespeare/input.txt).");
        if (!File.Exists(Text)) throw new UsageException($"--text: there is no file {Text}.");
        // Not a pipe or a device: each of the trainings reads it from its beginning.
        PlainFile.Open(Text).Dispose();
    }
}
